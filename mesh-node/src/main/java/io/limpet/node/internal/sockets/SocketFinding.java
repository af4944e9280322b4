package io.limpet.node.internal.sockets;

import static io.limpet.node.internal.sockets.SocketVerdict.NORMAL;
import static io.limpet.node.internal.sockets.SocketVerdict.PROBLEM;
import static io.limpet.node.internal.sockets.SocketVerdict.WATCH;

/** What can be found of a socket: how that is to be taken, and what to do about it. */
public enum SocketFinding {
  /** What its state says, and no more. */
  IN_ORDER(NORMAL, "", ""),

  TIME_WAIT_EXHAUSTS_PORTS(
      WATCH,
      "So many to one other end use up the ports of this machine: the next connections to it may"
          + " fail with 'cannot assign requested address'.",
      "Keep connections open and use them again, or let the other end close first."
          + " SO_LINGER 0 is no cure: it loses data."),

  CLOSE_AWAITED(
      WATCH,
      "The other end has closed, and the program here has not for some seconds.",
      "Look again in a minute: if it is still here, its program forgot to close it."),
  CLOSE_FORGOTTEN(
      PROBLEM,
      "The other end closed long ago; the program here forgot to close. It stays until the program"
          + " closes it or ends.",
      "It is a bug of the program that is named: it has to close when it reads the end of the"
          + " stream. Until it is mended, restart it before its descriptors run out."),
  CLOSED_BEFORE_ACCEPTED(
      WATCH,
      "The other end gave up before the program here accepted the connection.",
      "The program that is named does not accept, or too slowly."),

  FIN_AWAITED(
      WATCH,
      "This end has closed its direction, and the other end has not for some seconds.",
      "Look again in a minute."),
  FIN_MISSING(
      PROBLEM,
      "This end closed its direction long ago, the other end has neither sent nor closed since, and"
          + " the program here holds on to it: no timeout ends that.",
      "Either the program at the other end forgot to close (there it is in CLOSE_WAIT), or the"
          + " other machine is gone. The program here has to close it, or set a read timeout."),

  FIN_UNANSWERED(
      WATCH,
      "The program here has closed, and the other end does not confirm it: it is gone, or the way"
          + " there is dead. The kernel tries a few times more (net.ipv4.tcp_orphan_retries), then"
          + " ends it by itself, after two minutes or so.",
      "Nothing has to be done about the socket. What still waits in it is lost if the other end"
          + " stays silent, and no program is told. Of a peer 'limpet explain PEER' says what gets"
          + " through."),
  FIN_BLOCKED(
      WATCH,
      "The program here has closed, but what it wrote last still waits: the other end's window is"
          + " closed, for its program does not read. The kernel ends it by itself after some"
          + " minutes.",
      "Look at the program at the other end (there data waits unread). If it does not read in time"
          + " the rest is lost, and no program here is told."),

  HALF_OPEN_UNANSWERED(
      WATCH,
      "The answer to its SYN went out more than once and was not acknowledged.",
      "What comes from there arrives here, and what goes there does not: of a peer 'limpet explain"
          + " PEER' says why."),
  HALF_OPEN_QUEUE_FULL(
      WATCH,
      "It cannot become a connection: the accept queue of its listener is full.",
      "See the listener under LISTEN."),
  HALF_OPEN_PILE(
      PROBLEM,
      "Many handshakes on one port are not completed.",
      "From one address: the way back to it is dead (its neighbour entry, its radio, a firewall)."
          + " From many: a SYN flood; keep net.ipv4.tcp_syncookies at 1."),

  CONNECT_RETRIED(WATCH, "Its SYN was not answered and has been sent again.", ""),
  CONNECT_UNANSWERED(
      PROBLEM,
      "Nobody answers its SYN: the other end is gone, the way there is dead, or a firewall drops"
          + " it.",
      "Is the address right, and the other machine on? Of a peer 'limpet explain PEER' says what"
          + " gets through. The program is told after two minutes or so (net.ipv4.tcp_syn_retries)."),

  MESH_CONNECT_UNANSWERED(
      PROBLEM,
      "The peer does not answer its SYN: it is gone, or nothing gets through to it. The program is"
          + " told at its user timeout (five minutes unless it set another).",
      "'limpet explain PEER' says which of them."),

  ACCEPT_QUEUE_FILLING(
      WATCH,
      "More than half of its accept queue is taken.",
      "Its program accepts more slowly than connections come."),
  ACCEPT_QUEUE_FULL(
      PROBLEM,
      "Its accept queue is full: whoever connects now waits or times out, and who is in the queue"
          + " believes to be served.",
      "Its program does not accept: it hangs, or serves one connection at a time. A larger backlog"
          + " (listen(), net.core.somaxconn) helps only against bursts."),
  LISTENS_NOWHERE(
      WATCH,
      "It listens on an address that this machine no longer has: nobody can connect.",
      "Have its program listen anew, on all addresses if it may."),

  NOT_ACCEPTED(
      WATCH,
      "Connected, but no program has accepted it: what the other end sends may be lost later.",
      "The program that is named does not accept, or too slowly."),
  NOT_READ(
      WATCH,
      "Data has long been waiting, and its program does not read it.",
      "Its program hangs or forgot the connection; the other end cannot send for ever."),
  STRANDED(
      PROBLEM,
      "This machine no longer has its local address: nothing can reach it, and its program may not"
          + " be told for many minutes.",
      "'limpet sockets --stranded --destroy' has the program told at once."),
  RETRYING(
      WATCH, "What it sent has not been acknowledged and is sent again, at growing intervals.", ""),
  UNANSWERED(
      PROBLEM,
      "The other end has not answered for some time; the kernel goes on trying, at growing"
          + " intervals, for a quarter of an hour (net.ipv4.tcp_retries2) before the program is"
          + " told.",
      "The other machine is gone or the way there is dead: of a peer 'limpet explain"
          + " PEER' says which. Keepalive does not help while data waits; TCP_USER_TIMEOUT does."),
  MESH_UNANSWERED(
      PROBLEM,
      "The peer has not answered for some time. This node goes on trying by every way it knows, and"
          + " tells the program at its user timeout (five minutes unless it set another), or as soon"
          + " as the peer proves to have restarted.",
      "'limpet explain PEER' says what gets through to it, and 'limpet links PEER' by which way. When"
          + " it is heard again all goes on at once: nothing has to be connected anew."),
  WINDOW_CLOSED(
      WATCH,
      "The other end's window is closed, so that nothing may be sent: its program does not read.",
      "Look again in a minute."),
  WINDOW_STUCK(
      PROBLEM,
      "The other end's window has long been closed: its program does not read, and this goes on"
          + " for as long as that machine answers.",
      "Look at the program at the other end (there data waits unread). The program here can only"
          + " give up by a timeout of its own.");

  private final SocketVerdict verdict;
  private final String what;
  private final String advice;

  SocketFinding(SocketVerdict verdict, String what, String advice) {
    this.verdict = verdict;
    this.what = what;
    this.advice = advice;
  }

  /** Returns how it is to be taken. */
  public SocketVerdict verdict() {
    return verdict;
  }

  /** One or two sentences; empty when the state says all. */
  public String what() {
    return what;
  }

  /** What a person can do; empty for nothing. */
  public String advice() {
    return advice;
  }
}
