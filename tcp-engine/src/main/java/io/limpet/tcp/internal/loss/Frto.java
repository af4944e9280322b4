package io.limpet.tcp.internal.loss;

import io.limpet.tcp.internal.wire.SeqNum;

/**
 * F-RTO: finds out after a retransmission timeout, by sending new data instead of more
 * retransmissions, whether it was needless (RFC 5682, with SACK section 3.1, without section 2.1).
 *
 * <p>Not thread-safe.
 */
public final class Frto {
  private static final int NEW_SEGMENTS = 2;

  /** What is known of a timeout. */
  public enum Verdict {
    /** Nothing yet. */
    OPEN,
    /** What had been sent before was only late. */
    SPURIOUS,
    /** It was lost: repair goes on in the usual way. */
    GENUINE
  }

  private enum Step {
    OFF,
    /** Step 2: the first acknowledgement of new data is awaited. */
    FIRST_ACK,
    /** Step 3: new data was let out, and the next acknowledgement is awaited. */
    SECOND_ACK
  }

  private Step step = Step.OFF;
  private int recoveryPoint;
  private int newSegments;

  /** Step 1: the timeout expired, and the first unacknowledged segment goes out again. */
  public void begin(int sndNxt) {
    step = Step.FIRST_ACK;
    recoveryPoint = sndNxt;
  }

  /** Gives up; a loss was found in another way. */
  public void stop() {
    step = Step.OFF;
  }

  /** Says whether repair, but for the first segment, is to wait for the verdict. */
  public boolean holdsRepair() {
    return step != Step.OFF;
  }

  /** Says whether new data is to go out although there are losses to repair. */
  public boolean wantsNewData() {
    return step == Step.SECOND_ACK && newSegments < NEW_SEGMENTS;
  }

  /** New data went out. */
  public void onNewSegment() {
    newSegments++;
  }

  /** Returns SND.NXT at the timeout. */
  public int recoveryPoint() {
    return recoveryPoint;
  }

  /**
   * Takes an acknowledgement.
   *
   * @param ack SEG.ACK
   * @param advances whether it acknowledges new data cumulatively
   * @param original whether it covers data sent before the timeout that was never sent again
   * @param beyond whether it covers data sent since
   * @param duplicate whether it is a duplicate without any news
   * @param newDataReady whether there is new data, and a window for it
   */
  public Verdict onAck(
      int ack,
      boolean advances,
      boolean original,
      boolean beyond,
      boolean duplicate,
      boolean newDataReady) {
    return switch (step) {
      case OFF -> Verdict.OPEN;
      case FIRST_ACK -> {
        if (advances) {
          if (SeqNum.ge(ack, recoveryPoint) || !newDataReady) {
            yield end(Verdict.GENUINE);
          }
          step = Step.SECOND_ACK;
          newSegments = 0;
        } else if (duplicate) {
          yield end(Verdict.GENUINE);
        }
        yield Verdict.OPEN;
      }
      case SECOND_ACK -> {
        if (beyond || duplicate) {
          yield end(Verdict.GENUINE);
        }
        yield original ? end(Verdict.SPURIOUS) : Verdict.OPEN;
      }
    };
  }

  private Verdict end(Verdict verdict) {
    step = Step.OFF;
    return verdict;
  }
}
