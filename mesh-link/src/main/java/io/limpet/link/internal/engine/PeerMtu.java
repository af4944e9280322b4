package io.limpet.link.internal.engine;

import io.limpet.link.Carrier;
import io.limpet.link.LinkEvent;
import io.limpet.link.internal.path.OutboundPath;
import io.limpet.link.internal.path.PathMtu;
import io.limpet.link.internal.wire.Frames;
import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToIntFunction;

/**
 * What fits one datagram to one peer: the least that is proven of the paths that carry its
 * payloads. These are probed while the peer is used, and the unicast paths that stand by, so that
 * what takes over takes the same sizes. Not thread-safe.
 */
final class PeerMtu {
  private static final long NEVER = Long.MAX_VALUE;

  /** A path that has proven nothing for so long is not asked for sizes. */
  private static final long FRESH_NS = 40_000_000_000L;

  private final EngineContext context;
  private final Peer peer;
  private long nextNs = NEVER;

  PeerMtu(EngineContext context, Peer peer) {
    this.context = context;
    this.peer = peer;
  }

  /** Returns the largest datagram that passes on every path in use, in bytes. */
  int maxDatagramBytes() {
    return least(PathMtu::bytes);
  }

  /** Returns the largest datagram that a transport may try, in bytes. */
  int largestDatagramBytes() {
    return least(PathMtu::largestBytes);
  }

  private int least(ToIntFunction<PathMtu> size) {
    int least = Integer.MAX_VALUE;
    for (OutboundPath path : peer.selector().carrying()) {
      least = Math.min(least, size.applyAsInt(path.mtu()));
    }
    return least == Integer.MAX_VALUE ? context.ports.baseDatagramBytes() : least;
  }

  /** The interfaces' own MTUs may have changed. */
  void onPortsChanged(long nowNs) {
    for (OutboundPath path : peer.paths().outbound()) {
      LinkPort port = context.ports.get(path.interfaceIndex());
      if (port != null) {
        path.mtu()
            .setCeiling(
                nowNs,
                port.maxDatagramBytes(path.carrier()),
                port.largestDatagramBytes(path.carrier()));
        tell(path);
      }
    }
    peer.wake(nowNs);
  }

  /** Something was proven of a path: perhaps of its size. */
  void onEvidence(long nowNs, OutboundPath path) {
    tell(path);
    if (path.mtu().phase() != PathMtu.Phase.COMPLETE) {
      peer.wakeAt(nowNs);
    }
  }

  /** The system refuses datagrams of the size that is sent on a carrier of an interface. */
  void onRefused(long nowNs, int interfaceIndex, Carrier carrier) {
    for (OutboundPath path : peer.paths().outbound()) {
      if (path.interfaceIndex() == interfaceIndex && path.carrier() == carrier) {
        path.mtu().onRefused(nowNs);
        onEvidence(nowNs, path);
      }
    }
  }

  /** Probes what is due and plans the next time. */
  void poll(long nowNs) {
    nextNs = NEVER;
    if (!peer.isReady() || !peer.selector().isInUse(nowNs)) {
      return;
    }
    for (OutboundPath path : List.copyOf(peer.paths().outbound())) {
      if (path.proofAgeNs(nowNs) > FRESH_NS || (path.carrier().isMulticast() && !carries(path))) {
        continue;
      }
      int before = path.mtu().bytes();
      int size = path.pollMtu(nowNs);
      if (path.mtu().bytes() < before) {
        doubtNeighbours(path);
      }
      tell(path);
      if (size > 0) {
        probe(nowNs, path, size);
        path.pollMtu(nowNs);
      }
      long at = path.mtuDeadlineNs();
      if (at != NEVER && (nextNs == NEVER || at - nextNs < 0)) {
        nextNs = at;
      }
    }
  }

  /** What one path of an interface no longer passes, the others may no longer pass either. */
  private void doubtNeighbours(OutboundPath narrow) {
    for (OutboundPath path : peer.paths().outbound()) {
      if (path != narrow && path.interfaceIndex() == narrow.interfaceIndex()) {
        path.mtu().doubt();
      }
    }
  }

  /** Multicast costs all others air time: nothing is probed there before it is needed. */
  private boolean carries(OutboundPath path) {
    return Arrays.asList(peer.selector().carrying()).contains(path);
  }

  /**
   * Sends a padded challenge, so that its answer proves its size (RFC 8899 section 4.1), and a
   * small one behind it: when only that is answered, it was the size.
   */
  private void probe(long nowNs, OutboundPath path, int datagramBytes) {
    long token = context.random.nextLong();
    ByteBuf frames = context.sender.compose();
    Frames.writeChallenge(frames, token);
    int frameBytes = datagramBytes - context.sender.overheadBytes();
    Frames.writePadding(frames, frameBytes - frames.readableBytes());
    // That it stays unconfirmed makes no path suspect.
    long counter = context.sender.send(nowNs, peer, path, false);
    if (counter < 0) {
      path.mtu().onProbeFailed(nowNs);
      return;
    }
    path.mtu().onProbeSent(nowNs, counter, token, datagramBytes);
    peer.probe(nowNs, path);
  }

  private void tell(OutboundPath path) {
    int before = path.mtu().takePreviousMtuBytes();
    if (before > 0) {
      context.output.emit(
          new LinkEvent.PathMtuChanged(
              peer.address(),
              path.interfaceName(),
              path.carrier(),
              before,
              path.mtu().mtuBytes(),
              path.mtu().reason()));
    }
  }

  long nextDeadlineNs() {
    return nextNs;
  }
}
