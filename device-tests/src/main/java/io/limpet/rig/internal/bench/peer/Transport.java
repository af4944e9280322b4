package io.limpet.rig.internal.bench.peer;

import io.limpet.node.internal.perf.Dialer;
import io.limpet.node.internal.perf.PerfLog;
import java.net.InetSocketAddress;

/** A way to carry the measurements' connections that is not Limpet's. */
interface Transport {
  /** Serves measurements at an address for good; returns when connections are accepted. */
  void listen(InetSocketAddress local, PerfLog log) throws Exception;

  /** Returns how to open connections to a peer that listens so. */
  Dialer dialer(InetSocketAddress remote) throws Exception;
}
