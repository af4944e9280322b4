package io.limpet.tcp.internal.engine;

import io.limpet.tcp.TcpState;
import io.limpet.tcp.internal.snd.SentSegment;

/**
 * What the next new segment carries (RFC 9293 section 3.8.6.2.1): how much data, and whether FIN.
 * Not thread-safe.
 */
final class NewData {
  /** Segments that must follow a probe of their size, to show its loss. */
  private static final int FOLLOWERS = 3;

  private static final int SACK_OPTION_BYTES = 28;
  private static final int USER_TIMEOUT_OPTION_BYTES = 4;

  private final Tcb tcb;
  private int bytes;
  private boolean fin;
  private boolean probesSize;
  private boolean smallWindowOverridden;

  NewData(Tcb tcb) {
    this.tcb = tcb;
  }

  /** The next segment goes out even if the window is too small to be worth one. */
  void overrideSmallWindow() {
    smallWindowOverridden = true;
  }

  int bytes() {
    return bytes;
  }

  boolean isFin() {
    return fin;
  }

  int sequenceLength() {
    return bytes + (fin ? 1 : 0);
  }

  /**
   * Works out the next new segment.
   *
   * @param forced whether a small one will do in any case
   * @return whether there is one that may be sent, as far as the window and Nagle go
   */
  boolean choose(boolean forced) {
    probesSize = false;
    if (!isAllowed()) {
      return false;
    }
    int unsent = tcb.unsentBytes();
    boolean finDue = tcb.finQueued && !tcb.finSent && tcb.state != TcpState.SYN_RECEIVED;
    if (unsent == 0) {
      bytes = 0;
      fin = finDue;
      return fin;
    }
    int mss = tcb.sendMss() - optionBytes();
    int length = Math.min(Math.min(unsent, mss), Math.max(windowBytes(), 0));
    bytes = length;
    fin = finDue && length == unsent;
    if (length == 0) {
      return false;
    }
    if (forced || smallWindowOverridden || length == mss) {
      return true;
    }
    // Nagle (RFC 9293 section 3.7.4): one small segment in flight at most.
    boolean nagle = !tcb.noDelay && !fin && tcb.scoreboard.packetsOut() > 0;
    // A window too small to be worth a segment: wait for it, but not for ever.
    return !nagle && (length == unsent || length * 2L >= tcb.maxSndWnd);
  }

  /**
   * Makes the next segment a larger one, to find out whether that passes, if enough follows to show
   * its loss (RFC 8899, RFC 4821 section 7.4).
   */
  void probeSize(long nowNs, long congestionWindowBytes) {
    int length = tcb.probeDataBytes(nowNs) - optionBytes();
    int wanted = length + FOLLOWERS * tcb.sendMss();
    if (length > bytes
        && wanted <= Math.min(tcb.unsentBytes(), windowBytes())
        && tcb.control.hasRoom(length, congestionWindowBytes)) {
      bytes = length;
      fin = false;
      probesSize = true;
    }
  }

  /** It went out. */
  void onSent(SentSegment segment) {
    smallWindowOverridden = false;
    if (probesSize) {
      probesSize = false;
      segment.sizeProbe = true;
      tcb.sizeProbeOut = true;
      tcb.path.mtu.onProbeSent(tcb.segmentBytes(bytes));
    }
  }

  /** Says whether the state allows to send new data. */
  boolean isAllowed() {
    return switch (tcb.state) {
      case SYN_RECEIVED, ESTABLISHED, CLOSE_WAIT -> true;
      case FIN_WAIT_1, LAST_ACK, CLOSING -> false;
      case LISTEN, SYN_SENT, FIN_WAIT_2, TIME_WAIT, CLOSED -> false;
    };
  }

  /** What the peer's window leaves. */
  private int windowBytes() {
    return tcb.sndUna + tcb.sndWnd - tcb.sndNxt;
  }

  /** Bytes of options that data segments carry now and not always. */
  private int optionBytes() {
    int sack = tcb.sackOk && tcb.rcv.hasSack() ? SACK_OPTION_BYTES : 0;
    boolean timeout = tcb.userTimeout.advertisedSeconds(false) > 0;
    return sack + (timeout ? USER_TIMEOUT_OPTION_BYTES : 0);
  }
}
