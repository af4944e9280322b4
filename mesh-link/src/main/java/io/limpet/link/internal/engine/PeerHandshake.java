package io.limpet.link.internal.engine;

import io.limpet.link.internal.path.OutboundPath;
import io.limpet.link.internal.path.PathMtu;
import io.limpet.link.internal.wire.Frames;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/**
 * When to begin an association with one peer: at once when payloads wait, a little later when there
 * is nothing to say yet, and never again and again into silence. Not thread-safe.
 */
final class PeerHandshake {
  private static final long MS = 1_000_000L;
  private static final long CHECK_NS = 50 * MS;
  private static final long SLOW_CHECK_NS = 1_000 * MS;
  private static final long RENEW_CHECK_NS = 3_000 * MS;
  private static final long FAST_FOR_NS = 4_000 * MS;
  private static final long NEVER = Long.MAX_VALUE;

  private final EngineContext context;
  private final Peer peer;
  private boolean wanted;
  private long startedNs;
  private long nextNs = NEVER;

  PeerHandshake(EngineContext context, Peer peer) {
    this.context = context;
    this.peer = peer;
  }

  /** An association is wanted, though not before {@code delayNs} have passed. */
  void want(long nowNs, long delayNs) {
    if (!wanted || nowNs - startedNs > FAST_FOR_NS) {
      startedNs = nowNs;
    }
    wanted = true;
    long at = nowNs + delayNs;
    if (nextNs == NEVER || at - nextNs < 0) {
      nextNs = at;
    }
  }

  /** The peer is silent or gone: no more attempts until something new. */
  void stop() {
    wanted = false;
    nextNs = NEVER;
  }

  void onReady(long nowNs) {
    wanted = true; // from now on it is renewed in time
    nextNs = nowNs + RENEW_CHECK_NS;
  }

  void poll(long nowNs) {
    if (!wanted || nextNs == NEVER || nowNs - nextNs < 0) {
      return;
    }
    boolean ready = peer.isReady();
    if (!isUsed(nowNs) && waits(nowNs, ready)) {
      return;
    }
    if (context.sessions.wantsInitiation(nowNs, peer.address())
        && context.sessions.canInitiate(peer.address())) {
      initiate(nowNs);
    }
    if (ready) {
      nextNs = nowNs + RENEW_CHECK_NS;
    } else {
      nextNs = nowNs + (nowNs - startedNs < FAST_FOR_NS ? CHECK_NS : SLOW_CHECK_NS);
    }
  }

  private boolean isUsed(long nowNs) {
    return peer.selector().isInUse(nowNs) || peer.queue().peek(nowNs) != null;
  }

  /**
   * Without use an association is not renewed, in a large mesh not even made, and in a small one
   * not while newcomers come: it may be about to be a large one.
   */
  private boolean waits(long nowNs, boolean ready) {
    if (ready) {
      nextNs = nowNs + RENEW_CHECK_NS;
    } else if (!context.isSmallMesh()) {
      stop();
    } else if (nowNs - context.calmNs < 0) {
      nextNs = context.calmNs + context.random.nextLong(context.pairsNs());
    } else {
      return false;
    }
    return true;
  }

  private void initiate(long nowNs) {
    ByteBuf early = Unpooled.EMPTY_BUFFER;
    PayloadQueue.Item first = peer.queue().peek(nowNs);
    if (first != null && !peer.isReady()) {
      int needed = Frames.HEADER_BYTES + Frames.DOUBLED_ID_BYTES + first.payload().readableBytes();
      if (needed <= context.sessions.maxEarlyBytes(PathMtu.BASE_BYTES)) {
        early = Unpooled.buffer(needed);
        Frames.writeDoubledPayload(early, first.protocolCode(), first.id(), first.payload());
      }
    }
    ByteBuf datagram = context.sessions.initiate(nowNs, peer.address(), early);
    early.release();
    sendEverywhere(datagram);
    peer.liveness().onProbeSent(nowNs);
  }

  /** A handshake goes out on every path at once: the receiver answers the first copy. */
  void sendEverywhere(ByteBuf datagram) {
    for (OutboundPath path : peer.paths().outbound()) {
      context.sender.sendRaw(path, datagram.retainedDuplicate());
    }
    datagram.release();
  }

  long nextDeadlineNs() {
    return wanted ? nextNs : NEVER;
  }
}
