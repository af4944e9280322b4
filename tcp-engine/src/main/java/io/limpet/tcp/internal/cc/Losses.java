package io.limpet.tcp.internal.cc;

/**
 * What is lost, put down to the stretch of sending in which it was sent, and what that says about
 * the path. Not thread-safe.
 */
final class Losses {
  /** When it is known what became of a stretch: where RACK cannot tell, timeouts do. */
  private static final long RESOLVED_AFTER_NS = 100_000_000L;

  private static final int LEAST_BEFORE = 4;
  private static final int MOST_BEFORE = LossLedger.REMEMBERED - 2;

  private final LossLedger ledger = new LossLedger();
  private final LossModel model = new LossModel();
  private int mss;

  Losses(int maxSegmentBytes) {
    this.mss = maxSegmentBytes;
    ledger.begin(LossLedger.Kind.START);
  }

  void setMaxSegmentBytes(int maxSegmentBytes) {
    mss = maxSegmentBytes;
  }

  /** Something is sent; returns the stretch in which, for {@link #onResolved}. */
  int onSent(int bytes) {
    ledger.onSent(bytes);
    return ledger.current();
  }

  void onResolved(int stretch, int bytes, boolean lost) {
    ledger.onResolved(stretch, bytes, lost);
  }

  /** Returns what is neither on its way nor known to be lost. */
  long goneBytes() {
    return ledger.goneBytes();
  }

  /** The stretch that ends had no more than the queue that is wanted. */
  void endsAsCruise() {
    ledger.setKind(LossLedger.Kind.CRUISE);
  }

  /** Begins a stretch; the one that began a few rounds ago is known by now. */
  void beginStretch(LossLedger.Kind kind, long roundTripNs) {
    ledger.begin(kind);
    int before = (int) Math.min(RESOLVED_AFTER_NS / Math.max(1, roundTripNs), MOST_BEFORE);
    before = Math.max(before, LEAST_BEFORE);
    double lost = segments(ledger.lostBytes(before));
    double total = lost + segments(ledger.deliveredBytes(before));
    switch (ledger.kind(before)) {
      case HELD_BACK -> model.onHeldBack(lost, total);
      case CRUISE -> {
        if (!model.isExcess(lost, total)) {
          model.onCruise(lost, total);
        }
      }
      case START, OTHER -> {
        // Neither without a queue nor with an ordinary one.
      }
    }
  }

  /**
   * What was lost while less was sent than the path turned out to deliver was lost by chance.
   *
   * @param mostBytes the most that a round of the start may have sent to count
   */
  void learnFromStart(long mostBytes) {
    long lost = 0;
    long total = 0;
    int before = 1;
    while (before < LossLedger.REMEMBERED && ledger.kind(before) == LossLedger.Kind.START) {
      long sent = ledger.lostBytes(before) + ledger.deliveredBytes(before);
      if (sent <= mostBytes) {
        lost += ledger.lostBytes(before);
        total += sent;
      }
      before++;
    }
    model.onHeldBack(segments(lost), segments(total));
  }

  /** Returns the share that chance takes. */
  double random() {
    return model.randomLoss();
  }

  /** Says whether more were lost than chance takes, or more than a few while nobody knows that. */
  boolean mayBeExcess(double lostSegments, double totalSegments) {
    return model.mayBeExcess(lostSegments, totalSegments);
  }

  /** Returns the bytes lost in a sample that may be put down to chance. */
  long credit(long deliveredBytes, long lostBytes) {
    return model.credit(deliveredBytes, lostBytes, mss);
  }

  /** Returns bytes as segments. */
  double segments(long bytes) {
    return (double) bytes / mss;
  }
}
