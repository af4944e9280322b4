package io.limpet.invitation.internal.group;

import io.limpet.link.MeshAddress;

/** What a sender knows of one other member. */
final class Member {
  private static final double DEFAULT_LOSS = 0.1;
  private static final int FEWEST_FOR_LOSS = 16;

  /** What of a window of transmissions has to be heard for multicast to count as working. */
  private static final double WORKS = 0.3;

  private static final int FEWEST_HEARD = 3;

  /** Who has heard none of so many transmissions does not just lose them. */
  private static final int FEWEST_UNHEARD = 4;

  private static final double NACK_NS = 10_000_000;
  private static final double MAX_NACKS = 50;

  final MeshAddress address;

  /** It has every packet below, stored. */
  long stored;

  /** Every packet below has arrived there. */
  long received;

  /** When it last said anything of our stream. */
  long heardNs;

  /** Since when it has owed us word of something that was sent. */
  long owedSinceNs;

  boolean owes;

  /** It is served by stream, because multicast does not reach it. */
  boolean byStream;

  /** By stream everything below is on its way. */
  long streamed;

  /** It says that it is no member: nothing is streamed until it says otherwise, or a new list. */
  boolean paused;

  /** It listens and falls behind: nobody waits for it. */
  boolean slow;

  /** When it last got ahead while we waited for it. */
  long movedNs;

  /** How often it was asked, to itself alone, since it last said anything. */
  int questions;

  private double nacks = MAX_NACKS;
  private long nackedNs;
  private double loss = DEFAULT_LOSS;
  private long markTx;
  private long markHeard;
  private long markOwnTx;

  private long lastHeard;

  /** When it last told of more transmissions heard than before. */
  private long lastHeardNs;

  /** Our last transmission when it last said anything, or had nothing to say. */
  private long spokeTx;

  Member(MeshAddress address, long from, long ownTx, long nowNs) {
    this.address = address;
    spokeTx = ownTx;
    stored = from;
    received = from;
    heardNs = nowNs;
    movedNs = nowNs;
    nackedNs = nowNs;
    lastHeardNs = nowNs;
  }

  /** Returns the number that stands for a member in a heartbeat. */
  static int shortForm(MeshAddress address) {
    return (int) address.low();
  }

  /** Returns the number that stands for the acker in each packet; 0 stands for nobody. */
  static int ackerForm(MeshAddress address) {
    int form = (int) address.low() & 0xffff;
    return form == 0 ? 1 : form;
  }

  /** Says whether it may ask once more: as often as once in 10 ms, and a burst of 50. */
  boolean mayAsk(long nowNs) {
    nacks = Math.min(MAX_NACKS, nacks + (nowNs - nackedNs) / NACK_NS);
    nackedNs = nowNs;
    if (nacks < 1) {
      return false;
    }
    nacks--;
    return true;
  }

  /** Returns since when it could have said something, and did not. */
  long quietSinceNs() {
    return Math.max(owedSinceNs, heardNs);
  }

  /** It said something, or has nothing to say, when this was our last transmission. */
  void spoke(long ownTx) {
    questions = 0;
    spokeTx = ownTx;
  }

  /** Takes how many of our transmissions it says to have heard. */
  void noteHeard(long count, long nowNs) {
    if (count != lastHeard) {
      lastHeard = count;
      lastHeardNs = nowNs;
    }
  }

  /** Returns since when it could have heard one of our transmissions, and did not. */
  long unheardSinceNs() {
    return Math.max(owedSinceNs, lastHeardNs);
  }

  /** Says whether, having been asked, it tells that multicast does not reach it. */
  boolean isDeaf(Position position, long ownTx) {
    return questions > 0
        && !byStream
        && position.tx() <= spokeTx
        && ownTx - spokeTx >= FEWEST_UNHEARD;
  }

  double loss() {
    return loss;
  }

  void serveByStream(long ownTx, long nowNs) {
    byStream = true;
    movedNs = nowNs;
    streamed = stored;
    markOwnTx = ownTx;
    markTx = 0;
  }

  /**
   * Takes what it heard of our transmissions.
   *
   * @return whether it now hears multicast again, having been served by stream
   */
  boolean onHeard(Position position, long ownTx) {
    long sent = position.tx() - markTx;
    long heard = position.heard() - markHeard;
    if (markTx == 0 || sent < 0 || heard < 0) {
      mark(position);
      return false;
    }
    boolean back =
        byStream
            && position.tx() > markOwnTx
            && position.tx() <= ownTx
            && heard >= FEWEST_HEARD
            && heard >= WORKS * sent;
    if (sent >= FEWEST_FOR_LOSS) {
      double lost = Math.min(1, Math.max(0, 1 - (double) heard / sent));
      loss += (lost - loss) / 4;
      mark(position);
    }
    return back;
  }

  private void mark(Position position) {
    markTx = position.tx();
    markHeard = position.heard();
  }
}
