package io.limpet.link.internal.engine;

import io.limpet.link.Carrier;
import io.limpet.link.internal.path.OutboundPath;
import io.limpet.link.internal.wire.FrameSink;
import io.limpet.link.internal.wire.Frames;
import io.limpet.link.internal.wire.PathReport;
import io.netty.buffer.ByteBuf;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** Acts on the frames of one authentic datagram at a time. Not thread-safe. */
final class FrameReceiver implements FrameSink {
  private final EngineContext context;
  private long nowNs;
  private @Nullable Peer current;
  private @Nullable LinkPort port;
  private Carrier carrier = Carrier.UNICAST_IPV4;
  private @Nullable InetSocketAddress source;

  FrameReceiver(EngineContext context) {
    this.context = context;
  }

  /** Reads the frames of a datagram; returns what {@link Frames#read} says. */
  int read(
      long atNs,
      Peer from,
      LinkPort onPort,
      Carrier onCarrier,
      InetSocketAddress fromSource,
      ByteBuf frames) {
    nowNs = atNs;
    current = from;
    port = onPort;
    carrier = onCarrier;
    source = fromSource;
    return Frames.read(frames, this);
  }

  private Peer peer() {
    Peer peer = current;
    if (peer == null) {
      throw new IllegalStateException("a frame outside a datagram");
    }
    return peer;
  }

  @Override
  public void onPayload(int protocolCode, ByteBuf payload) {
    peer().selector().onUse(nowNs);
    noteMulticast();
    context.output.deliver(peer().address(), protocolCode, payload);
  }

  @Override
  public void onDoubledPayload(int protocolCode, int id, ByteBuf payload) {
    peer().selector().onUse(nowNs);
    noteMulticast();
    if (peer().duplicates().isFirst(id)) {
      context.output.deliver(peer().address(), protocolCode, payload);
    } else {
      peer().reports().onPeerInDoubt(); // it sends on several paths
    }
  }

  @Override
  public void onLinkTest(long token) {
    // No reason for a test of our own: that would be one for the next of the peer's, without end.
    peer().reports().onPeerInDoubt();
    LinkPort onPort = port;
    InetSocketAddress from = source;
    if (onPort != null && from != null) {
      peer().tests().answer(nowNs, onPort, carrier, from, token);
    }
  }

  @Override
  public void onUnheard(boolean multicast) {
    LinkPort onPort = port;
    if (onPort == null) {
      return;
    }
    if (multicast) {
      peer().tests().onMulticastUnheard(nowNs, onPort.nif().index());
    } else {
      peer().probeUnicastOn(nowNs, onPort.nif().index());
    }
  }

  /** What the peer says of its own accord by multicast, it may not be able to say by unicast. */
  private void noteMulticast() {
    LinkPort onPort = port;
    if (carrier.isMulticast() && onPort != null) {
      peer().tests().onMulticast(nowNs, onPort.nif().index(), carrier);
    }
  }

  @Override
  public void onPathReport(PathReport report) {
    OutboundPath path = peer().paths().outbound(report.pathNumber());
    if (path != null
        && path.onReport(nowNs, report.highest(), report.received(), report.ackDelayUs() * 1_000)) {
      peer().selector().onProof(nowNs, path);
      peer().mtu().onEvidence(nowNs, path);
      peer().wakeAt(peer().selector().nextDeadlineNs());
    }
  }

  @Override
  public void onPathChallenge(long token) {
    Peer peer = peer();
    peer.reports().onPeerInDoubt();
    noteMulticast();
    LinkPort onPort = port;
    InetSocketAddress from = source;
    if (onPort == null || from == null || !peer.isReady()) {
      return;
    }
    OutboundPath path = peer.paths().reverse(nowNs, onPort, carrier, from);
    if (path != null) {
      Frames.writeResponse(context.sender.begin(nowNs, peer, 16), token);
      context.sender.sendTo(nowNs, peer, path, carrier.isMulticast() ? null : from, true);
    }
  }

  @Override
  public void onPathResponse(long token) {
    LinkPort onPort = port;
    InetSocketAddress from = source;
    if (onPort != null && from != null) {
      peer().onResponse(nowNs, onPort.nif().index(), carrier, from, token);
    }
  }

  @Override
  public void onPleaseRepair() {
    peer().reports().onPeerInDoubt();
    noteMulticast();
    LinkPort onPort = port;
    if (onPort != null) {
      peer().favours().onPleaseRepair(nowNs, onPort.nif().index());
    }
  }

  @Override
  public void onRepairDone(int operations) {
    Peer peer = peer();
    peer.repair().onRepairDone(nowNs);
    for (OutboundPath path : peer.selector().unicastPaths()) {
      peer.probe(nowNs, path);
    }
    peer.wake(nowNs);
  }

  @Override
  public void onGoodbye() {
    if (peer().info() != null && peer().isHeard()) {
      peer().onGoodbye(nowNs);
    }
  }
}
