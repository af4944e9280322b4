package io.limpet.node.internal.streams;

import io.limpet.link.MeshAddress;

/**
 * How many streams a node carries: of its own programs and of one peer at a time, so that nobody
 * takes all. Confined to the streams' loop.
 */
final class Budget {
  /** Of programs of this machine. */
  static final int MAX_OUTBOUND = 256;

  /** Of all peers together. */
  static final int MAX_INBOUND = 256;

  /** Of one peer. */
  static final int MAX_OF_PEER = 64;

  private final Places inbound = new Places(MAX_INBOUND, MAX_OF_PEER);
  private int outbound;

  /** Takes a place for a peer's stream; false if there is none. */
  boolean takeInbound(MeshAddress peer) {
    return inbound.take(peer);
  }

  void giveInbound(MeshAddress peer) {
    inbound.give(peer);
  }

  /** Takes a place for a stream of a program of this machine; false if there is none. */
  boolean takeOutbound() {
    if (outbound >= MAX_OUTBOUND) {
      return false;
    }
    outbound++;
    return true;
  }

  void giveOutbound() {
    outbound--;
  }
}
