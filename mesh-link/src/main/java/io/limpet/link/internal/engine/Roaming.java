package io.limpet.link.internal.engine;

import io.limpet.link.Carrier;
import io.limpet.link.internal.path.OutboundPath;
import io.limpet.link.internal.wire.Frames;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * Follows one peer to another address: not before it has answered a challenge there, so that nobody
 * is sent anything by the forged source of a true datagram. Not thread-safe.
 */
final class Roaming {
  private static final long GAP_NS = 500_000_000L;

  private final EngineContext context;
  private final Peer peer;
  private @Nullable InetSocketAddress candidate;
  private long token;
  private long askedNs;
  private boolean asked;

  Roaming(EngineContext context, Peer peer) {
    this.context = context;
    this.peer = peer;
  }

  /** Asks the source of an authentic datagram whether it is really there, before moving to it. */
  void consider(long nowNs, OutboundPath path, InetSocketAddress source) {
    if (source.equals(path.destination())
        || peer.paths().isSettled(nowNs, path, source)
        || (asked && nowNs - askedNs < GAP_NS)) {
      return;
    }
    asked = true;
    askedNs = nowNs;
    candidate = source;
    token = context.random.nextLong();
    Frames.writeChallenge(context.sender.begin(nowNs, peer, 16), token);
    context.sender.sendTo(nowNs, peer, path, source, false);
  }

  /** Takes an answer; returns whether it was one to our question. */
  boolean onAnswer(
      long nowNs, int interfaceIndex, Carrier carrier, InetSocketAddress source, long answered) {
    InetSocketAddress there = candidate;
    if (there == null || answered != token || !there.equals(source)) {
      return false;
    }
    candidate = null;
    int number = context.ports.pathNumber(interfaceIndex, carrier);
    OutboundPath path = peer.paths().outbound(number);
    if (path != null) {
      path.setDestination(source);
      peer.probe(nowNs, path);
    }
    return true;
  }
}
