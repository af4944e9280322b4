package io.limpet.link.internal.engine;

import io.limpet.link.SendOutcome;
import io.limpet.link.internal.path.OutboundPath;
import io.limpet.link.internal.path.PathMtu;
import io.limpet.link.internal.session.Sessions;
import io.limpet.link.internal.wire.DatagramBuffer;
import io.limpet.link.internal.wire.Frames;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * Composes frames, seals them per path and sends them. One scratch buffer serves all: between
 * {@link #begin} and the last {@link #send} nothing else may be composed.
 */
final class Sender {
  private static final int SCRATCH_BYTES = 9216;

  private final Sessions sessions;
  private final LinkOutput output;
  private final DatagramBuffer sealed;
  private final ByteBuf frames = Unpooled.buffer(SCRATCH_BYTES, SCRATCH_BYTES);

  Sender(Sessions sessions, LinkOutput output, ByteBufAllocator allocator) {
    this.sessions = sessions;
    this.output = output;
    this.sealed = new DatagramBuffer(allocator);
  }

  /**
   * Begins a datagram, with reports that are due when they fit beside {@code bodyBytes} without
   * making it one that not every path is known to pass.
   */
  ByteBuf begin(long nowNs, Peer peer, int bodyBytes) {
    frames.clear();
    peer.reports().piggyback(nowNs, frames, baseFrameBytes() - bodyBytes);
    return frames;
  }

  /** Begins a datagram without anything in it. */
  ByteBuf compose() {
    return frames.clear();
  }

  /**
   * Seals what was composed and sends it on one path.
   *
   * @return the counter used, or -1 when nothing was sent
   */
  long send(long nowNs, Peer peer, OutboundPath path, boolean eliciting) {
    return sendTo(nowNs, peer, path, path.destination(), eliciting);
  }

  /** The same, to another destination: an address that has yet to prove itself. */
  long sendTo(
      long nowNs,
      Peer peer,
      OutboundPath path,
      @Nullable InetSocketAddress destination,
      boolean eliciting) {
    ByteBuf out = sealed.next(frames.writerIndex() + sessions.overheadBytes());
    frames.readerIndex(0);
    long counter = sessions.seal(nowNs, peer.address(), path.number(), frames, out);
    if (counter < 0) {
      out.release();
      return -1;
    }
    path.onSent(nowNs, counter, out.readableBytes(), eliciting);
    if (eliciting) {
      peer.onElicitingSent(nowNs, path);
    }
    boolean sent = output.transmit(path.interfaceIndex(), path.carrier(), destination, out);
    return sent ? counter : -1;
  }

  /** Sends one payload on the paths of the moment. */
  SendOutcome sendPayload(long nowNs, Peer peer, int protocolCode, ByteBuf payload) {
    OutboundPath[] targets = peer.selector().targets(nowNs);
    int bodyBytes = Frames.HEADER_BYTES + Frames.DOUBLED_ID_BYTES + payload.readableBytes();
    ByteBuf composed = begin(nowNs, peer, bodyBytes);
    boolean keep = peer.selector().hasStandby();
    if (targets.length == 1 && !keep) {
      Frames.writePayload(composed, protocolCode, payload);
      return sendComposed(nowNs, peer, targets) >= 0 ? SendOutcome.SENT : SendOutcome.NO_CAPACITY;
    }
    int id = peer.nextDoubledId();
    Frames.writeDoubledPayload(composed, protocolCode, id, payload);
    long counter = sendComposed(nowNs, peer, targets);
    if (counter < 0) {
      return SendOutcome.NO_CAPACITY;
    }
    if (keep && targets.length == 1) {
      peer.kept().keep(nowNs, targets[0], counter, protocolCode, id, payload);
    }
    return SendOutcome.SENT;
  }

  /** Sends on one path what another may have lost; returns the counter, or -1. */
  long resend(long nowNs, Peer peer, OutboundPath path, int protocolCode, int id, ByteBuf payload) {
    int bodyBytes = Frames.HEADER_BYTES + Frames.DOUBLED_ID_BYTES + payload.readableBytes();
    Frames.writeDoubledPayload(begin(nowNs, peer, bodyBytes), protocolCode, id, payload);
    return path.mayCarryPayload() ? send(nowNs, peer, path, true) : -1;
  }

  /** Sends one payload that waited, under the identifier that an early copy may have had. */
  void sendQueued(long nowNs, Peer peer, PayloadQueue.Item item) {
    int bodyBytes = Frames.HEADER_BYTES + Frames.DOUBLED_ID_BYTES + item.payload().readableBytes();
    ByteBuf composed = begin(nowNs, peer, bodyBytes);
    Frames.writeDoubledPayload(composed, item.protocolCode(), item.id(), item.payload());
    sendComposed(nowNs, peer, peer.selector().targets(nowNs));
  }

  /** Returns a counter that was used, that of the path if there is but one, or -1. */
  private long sendComposed(long nowNs, Peer peer, OutboundPath[] targets) {
    long last = -1;
    for (OutboundPath path : targets) {
      if (path.mayCarryPayload() && fits(path)) {
        last = Math.max(last, send(nowNs, peer, path, true));
      }
    }
    return last;
  }

  /** A payload of a size that is proven elsewhere may be too large for a path in doubt. */
  private boolean fits(OutboundPath path) {
    return frames.writerIndex() + sessions.overheadBytes() <= path.mtu().largestBytes();
  }

  /** Sends what was composed on each of these paths. */
  void sendOn(long nowNs, Peer peer, OutboundPath[] paths, boolean eliciting) {
    for (OutboundPath path : paths) {
      send(nowNs, peer, path, eliciting);
    }
  }

  /** Sends a datagram that needs no association (a handshake) on one path. */
  void sendRaw(OutboundPath path, ByteBuf datagram) {
    output.transmit(path.interfaceIndex(), path.carrier(), path.destination(), datagram);
  }

  /** Returns the payload that fits a datagram, also when it is doubled, in bytes. */
  int payloadBytes(int datagramBytes) {
    return datagramBytes - sessions.overheadBytes() - Frames.HEADER_BYTES - Frames.DOUBLED_ID_BYTES;
  }

  /** Returns how many bytes of frames every path is taken to pass. */
  int baseFrameBytes() {
    return PathMtu.BASE_BYTES - sessions.overheadBytes();
  }

  /** Returns the bytes that sealing adds. */
  int overheadBytes() {
    return sessions.overheadBytes();
  }
}
