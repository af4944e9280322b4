package io.limpet.tcp.internal.snd;

import io.limpet.tcp.internal.wire.SeqNum;
import org.jspecify.annotations.Nullable;

/**
 * The segments between SND.UNA and SND.NXT and what is known of each (RFC 2018, RFC 6675, RFC 8985
 * section 5.1).
 *
 * <p>A segment in flight is on the list of transmissions, in the order of its last transmission;
 * one that awaits retransmission is on the list of losses, in the order of sequence numbers; one
 * that was selectively acknowledged is on neither. The counters keep the identity {@code
 * packetsInFlight = packetsOut - (sackedOut + lostOut) + retransOut}. Not thread-safe.
 */
public final class Scoreboard {
  private static final int INITIAL_SLOTS = 4;
  private static final int KEPT_SLOTS = 16;
  private static final @Nullable SentSegment[] NO_SLOTS = {};
  private static final int CACHED_BLOCKS = 4;
  private static final int[] NO_BLOCKS = {};

  /** Hears of each segment that the peer is now known to have. */
  @FunctionalInterface
  public interface DeliveryListener {
    /**
     * Called once for each segment, still with the state it had in flight.
     *
     * @param bySack false when it was acknowledged cumulatively
     */
    void onDelivered(SentSegment segment, boolean bySack);
  }

  private @Nullable SentSegment[] ring = NO_SLOTS;
  private int head;
  private int size;
  private final SegmentList transmissions = new SegmentList();
  private final SegmentList losses = new SegmentList();
  private int sackedOut;
  private int lostOut;
  private int retransOut;
  private final Flight flight;
  private long bytesInFlight;
  private long sackedBytes;
  private int highestSacked;
  private boolean anySacked;
  private int[] cachedLeft = NO_BLOCKS;
  private int[] cachedRight = NO_BLOCKS;
  private int cachedCount;
  private int cachedNext;

  /**
   * Makes an empty scoreboard.
   *
   * @param flight what it adds its bytes in flight to
   */
  public Scoreboard(Flight flight) {
    this.flight = flight;
  }

  /** Returns segments between SND.UNA and SND.NXT. */
  public int packetsOut() {
    return size;
  }

  /** Returns segments selectively acknowledged. */
  public int sackedOut() {
    return sackedOut;
  }

  /** Returns segments deemed lost, those sent again included. */
  public int lostOut() {
    return lostOut;
  }

  /** Returns retransmissions in flight. */
  public int retransOut() {
    return retransOut;
  }

  /** Returns segments thought to be in the network. */
  public int packetsInFlight() {
    return size - (sackedOut + lostOut) + retransOut;
  }

  /** Returns sequence numbers thought to be in the network. */
  public long bytesInFlight() {
    return bytesInFlight;
  }

  /** Returns sequence numbers selectively acknowledged. */
  public long sackedBytes() {
    return sackedBytes;
  }

  /**
   * Returns the highest sequence number that was selectively acknowledged, or {@code otherwise}.
   */
  public int highestSacked(int otherwise) {
    return anySacked ? highestSacked : otherwise;
  }

  /** Returns the segment that was sent longest ago and is in flight, or null. */
  public @Nullable SentSegment oldestTransmission() {
    return transmissions.head();
  }

  /** Returns the first segment that waits to be sent again, or null. */
  public @Nullable SentSegment nextLost() {
    return losses.head();
  }

  /** Returns the segment at SND.UNA, or null. */
  public @Nullable SentSegment first() {
    return size == 0 ? null : at(0);
  }

  /** Returns the segment before SND.NXT, or null. */
  public @Nullable SentSegment last() {
    return size == 0 ? null : at(size - 1);
  }

  /** Returns the n-th segment from SND.UNA on. */
  public SentSegment at(int index) {
    int slot = slot(index);
    SentSegment segment = ring[slot];
    if (segment == null) {
      segment = new SentSegment();
      ring[slot] = segment;
    }
    return segment;
  }

  private int slot(int index) {
    return (head + index) & (ring.length - 1);
  }

  /** Adds the segment that was just sent at SND.NXT. */
  public SentSegment append(int seq, int endSeq, boolean syn, boolean fin) {
    if (size == ring.length) {
      grow();
    }
    size++;
    SentSegment segment = at(size - 1);
    segment.reset(seq, endSeq, syn, fin);
    inFlight(segment.length());
    transmissions.addLast(segment);
    return segment;
  }

  /** Notes that a segment was sent once more, be it lost or not. */
  public void onRetransmitted(SentSegment segment) {
    if (!segment.retransInFlight) {
      segment.retransInFlight = true;
      retransOut++;
      inFlight(segment.length());
    }
    if (!segment.lost) {
      segment.copies++;
    }
    segment.everRetransmitted = true;
    SegmentList.remove(segment);
    transmissions.addLast(segment);
  }

  /** Deems a segment in flight lost, all copies of it; it then waits to be sent again. */
  public void markLost(SentSegment segment) {
    removeFromFlight(segment);
    segment.lost = true;
    lostOut++;
    SegmentList.remove(segment);
    losses.addInSequence(segment);
  }

  /**
   * Forgets all selective acknowledgements and deems what they covered lost: the peer may drop such
   * data again, and has if it goes on asking for it (RFC 2018 section 8).
   */
  public void forgetSacks() {
    for (int i = 0; i < size; i++) {
      SentSegment segment = at(i);
      if (segment.sacked) {
        segment.sacked = false;
        sackedOut--;
        sackedBytes -= segment.length();
        segment.lost = true;
        segment.retransInFlight = false;
        lostOut++;
        losses.addInSequence(segment);
      }
    }
    anySacked = false;
    cachedCount = 0;
  }

  /** Takes back the loss of everything that was not yet sent again: it had only been late. */
  public void undoLosses() {
    for (SentSegment segment = losses.head(); segment != null; segment = losses.head()) {
      SegmentList.remove(segment);
      lostOut--;
      segment.lost = false;
      inFlight(segment.length());
      transmissions.addLast(segment);
    }
  }

  /** Applies a cumulative acknowledgement. */
  public void acknowledge(int ack, DeliveryListener listener) {
    while (size > 0) {
      SentSegment segment = at(0);
      if (SeqNum.gt(segment.endSeq, ack)) {
        trimFirst(segment, ack);
        break;
      }
      if (segment.sacked) {
        sackedOut--;
        sackedBytes -= segment.length();
      } else {
        listener.onDelivered(segment, false);
        removeFromFlight(segment);
      }
      SegmentList.remove(segment);
      head = (head + 1) & (ring.length - 1);
      size--;
    }
    if (size == 0) {
      anySacked = false;
      cachedCount = 0;
      shrink();
    } else if (anySacked && SeqNum.le(highestSacked, ack)) {
      anySacked = false;
    }
  }

  private void trimFirst(SentSegment segment, int ack) {
    int covered = ack - segment.seq;
    if (covered <= 0) {
      return;
    }
    if (segment.sacked) {
      sackedBytes -= covered;
    } else {
      if (!segment.lost) {
        inFlight(-covered);
      }
      if (segment.retransInFlight) {
        inFlight(-covered);
      }
    }
    segment.seq = ack;
    segment.syn = false;
  }

  /** Applies one SACK block that lies between SND.UNA and SND.NXT. */
  public void sack(int left, int right, DeliveryListener listener) {
    int from = left;
    int to = right;
    // A block mostly repeats one seen before, grown at one edge: only the new part is walked.
    for (int i = 0; i < cachedCount; i++) {
      if (cachedLeft[i] == left && SeqNum.le(cachedRight[i], right)) {
        from = SeqNum.max(from, cachedRight[i]);
      } else if (cachedRight[i] == right && SeqNum.ge(cachedLeft[i], left)) {
        to = SeqNum.min(to, cachedLeft[i]);
      }
    }
    remember(left, right);
    for (int index = indexOf(from); index < size; index++) {
      SentSegment segment = at(index);
      if (SeqNum.gt(segment.endSeq, to)) {
        break;
      }
      if (!segment.sacked && SeqNum.ge(segment.seq, from)) {
        listener.onDelivered(segment, true);
        removeFromFlight(segment);
        SegmentList.remove(segment);
        segment.sacked = true;
        sackedOut++;
        sackedBytes += segment.length();
      }
    }
    if (!anySacked || SeqNum.gt(right, highestSacked)) {
      highestSacked = right;
      anySacked = true;
    }
  }

  private void remember(int left, int right) {
    for (int i = 0; i < cachedCount; i++) {
      if (cachedLeft[i] == left || cachedRight[i] == right) {
        cachedLeft[i] = left;
        cachedRight[i] = right;
        return;
      }
    }
    if (cachedLeft.length == 0) {
      cachedLeft = new int[CACHED_BLOCKS];
      cachedRight = new int[CACHED_BLOCKS];
    }
    cachedLeft[cachedNext] = left;
    cachedRight[cachedNext] = right;
    cachedNext = (cachedNext + 1) % CACHED_BLOCKS;
    cachedCount = Math.min(cachedCount + 1, CACHED_BLOCKS);
  }

  private void inFlight(long delta) {
    bytesInFlight += delta;
    flight.add(delta);
  }

  /** Forgets everything: the connection is over. */
  public void clear() {
    for (int i = 0; i < size; i++) {
      SegmentList.remove(at(i));
    }
    inFlight(-bytesInFlight);
    size = 0;
    sackedOut = 0;
    sackedBytes = 0;
    lostOut = 0;
    retransOut = 0;
    anySacked = false;
    cachedCount = 0;
    shrink();
  }

  /** Takes a segment, sacked or not, out of the counters of what is in flight. */
  private void removeFromFlight(SentSegment segment) {
    if (segment.retransInFlight) {
      segment.retransInFlight = false;
      retransOut--;
      inFlight(-segment.length());
    }
    if (segment.lost) {
      lostOut--;
    } else {
      inFlight(-segment.length());
    }
  }

  /** Splits a segment, so that its first part ends at a sequence number (the MSS has shrunk). */
  public void split(SentSegment segment, int atSeq) {
    if (size == ring.length) {
      grow();
    }
    int index = indexOf(segment.seq);
    size++;
    SentSegment second = at(size - 1);
    for (int i = size - 1; i > index + 1; i--) {
      ring[slot(i)] = at(i - 1);
    }
    ring[slot(index + 1)] = second;
    second.reset(atSeq, segment.endSeq, false, segment.fin);
    second.lost = segment.lost;
    second.everRetransmitted = segment.everRetransmitted;
    second.xmitNs = segment.xmitNs;
    second.xmitTsVal = segment.xmitTsVal;
    second.firstXmitNs = segment.firstXmitNs;
    second.firstXmitTsVal = segment.firstXmitTsVal;
    second.deliveredAtSend = segment.deliveredAtSend;
    second.deliveredNsAtSend = segment.deliveredNsAtSend;
    second.firstSentNsAtSend = segment.firstSentNsAtSend;
    second.lostAtSend = segment.lostAtSend;
    second.appLimitedAtSend = segment.appLimitedAtSend;
    segment.endSeq = atSeq;
    segment.fin = false;
    // Only what waits to be sent again is split, so that both parts are lost and not in flight.
    lostOut++;
    losses.addInSequence(second);
  }

  /** Returns the index of the first segment that ends after a sequence number. */
  public int indexOf(int seq) {
    int low = 0;
    int high = size;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (SeqNum.gt(at(middle).endSeq, seq)) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }

  private void grow() {
    @Nullable SentSegment[] larger = new SentSegment[Math.max(INITIAL_SLOTS, ring.length * 2)];
    for (int i = 0; i < size; i++) {
      larger[i] = at(i);
    }
    ring = larger;
    head = 0;
  }

  private void shrink() {
    if (ring.length > KEPT_SLOTS) {
      ring = NO_SLOTS;
      head = 0;
    }
  }

  /** Counts everything anew; for tests. Throws if a counter or list is wrong. */
  public void checkInvariants() {
    int sacked = 0;
    int lost = 0;
    int retrans = 0;
    long bytes = 0;
    long sackedTotal = 0;
    for (int i = 0; i < size; i++) {
      SentSegment segment = at(i);
      sacked += segment.sacked ? 1 : 0;
      sackedTotal += segment.sacked ? segment.length() : 0;
      if (!segment.sacked) {
        lost += segment.lost ? 1 : 0;
        retrans += segment.retransInFlight ? 1 : 0;
        bytes += (segment.lost ? 0 : segment.length());
        bytes += (segment.retransInFlight ? segment.length() : 0);
      }
      boolean waits = segment.lost && !segment.retransInFlight;
      SegmentList expected = segment.sacked ? null : waits ? losses : transmissions;
      if (segment.list != expected) {
        throw new IllegalStateException("segment on the wrong list: " + segment.seq);
      }
    }
    if (sackedTotal != sackedBytes) {
      throw new IllegalStateException("sackedBytes " + sackedBytes + "/" + sackedTotal);
    }
    if (sacked != sackedOut || lost != lostOut || retrans != retransOut || bytes != bytesInFlight) {
      throw new IllegalStateException(
          String.format(
              "sackedOut %d/%d lostOut %d/%d retransOut %d/%d bytesInFlight %d/%d",
              sackedOut, sacked, lostOut, lost, retransOut, retrans, bytesInFlight, bytes));
    }
  }
}
