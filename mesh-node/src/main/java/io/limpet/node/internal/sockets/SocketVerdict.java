package io.limpet.node.internal.sockets;

/** How a socket is, from the best to the worst. */
public enum SocketVerdict {
  /** As it should be. */
  NORMAL,
  /** May be in order; if it stays so it is not. */
  WATCH,
  /** Somebody has to do something. */
  PROBLEM
}
