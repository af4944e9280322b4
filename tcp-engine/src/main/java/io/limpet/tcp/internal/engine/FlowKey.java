package io.limpet.tcp.internal.engine;

import io.limpet.link.MeshAddress;

/** What tells connections of a node apart. */
record FlowKey(MeshAddress peer, int localPort, int remotePort) {
  @Override
  public int hashCode() {
    long mixed = (peer.low() ^ (((long) localPort << 16) | remotePort)) * 0x9E37_79B9_7F4A_7C15L;
    return (int) (mixed >>> 32);
  }
}
