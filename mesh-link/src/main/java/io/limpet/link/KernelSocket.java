package io.limpet.link;

import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * A TCP socket of this machine's kernel, of any program. A value; safe for any thread.
 *
 * @param state by its RFC 9293 name
 * @param local its own address; a wildcard address and port 0 mean any
 * @param remote the other end; a wildcard address and port 0 mean none
 * @param unreadBytes received and not read by the program; connections not accepted, of a listener
 * @param unacknowledgedBytes written by the program and not acknowledged by the other end; the size
 *     of the accept queue, of a listener
 * @param userId who owns it
 * @param inode of its descriptor, 0 when no program holds it any more
 * @param addressGone whether this machine no longer has its local address
 * @param timer what the kernel waits for
 * @param info more of a connection; null of what is none, not yet one, or one no more
 * @param id the kernel's own identification, opaque
 */
public record KernelSocket(
    State state,
    InetSocketAddress local,
    InetSocketAddress remote,
    long unreadBytes,
    long unacknowledgedBytes,
    long userId,
    long inode,
    boolean addressGone,
    Timer timer,
    @Nullable KernelTcpInfo info,
    Bytes id) {

  /**
   * Says whether it is a connection whose local address this machine no longer has: nothing can
   * reach it, and the program may not be told for many minutes.
   */
  public boolean stranded() {
    return addressGone
        && switch (state) {
          case LISTEN, CLOSED, TIME_WAIT -> false;
          default -> true;
        };
  }

  /**
   * The kernel's timer of a socket.
   *
   * @param tries how often the kernel has tried already what it will try again, without an answer;
   *     0 to 255
   * @param expiresMs when it tries again, or ends the socket; 0 or more
   */
  public record Timer(Kind kind, int tries, long expiresMs) {
    /** What a timer is for. */
    public enum Kind {
      NONE,
      /** Sends again what was not acknowledged. */
      RETRANSMISSION,
      /** Asks whether the other end is still there, or ends a socket that no program holds. */
      KEEPALIVE,
      /** Ends a socket that no program holds, in TIME_WAIT or FIN_WAIT_2. */
      TIME_WAIT,
      /** Asks whether the other end's window is still closed. */
      WINDOW_PROBE
    }
  }

  /** The states of RFC 9293, section 3.3.2. */
  public enum State {
    ESTABLISHED,
    SYN_SENT,
    SYN_RECEIVED,
    FIN_WAIT_1,
    FIN_WAIT_2,
    TIME_WAIT,
    CLOSED,
    CLOSE_WAIT,
    LAST_ACK,
    LISTEN,
    CLOSING
  }
}
