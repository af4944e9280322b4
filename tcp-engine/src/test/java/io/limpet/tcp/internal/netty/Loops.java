package io.limpet.tcp.internal.netty;

/** Where channels live. */
enum Loops {
  /** On their link's own event loop. */
  NEAR,
  /** The listener, accepted channels and clients each on a loop of their own. */
  FAR
}
