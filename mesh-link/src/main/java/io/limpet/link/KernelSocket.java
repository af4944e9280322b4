package io.limpet.link;

import java.net.InetSocketAddress;

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
 * @param stranded whether it is a connection whose local address this machine no longer has:
 *     nothing can reach it, and the program may not be told for many minutes
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
    boolean stranded,
    Bytes id) {

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
