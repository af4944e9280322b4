package io.limpet.tcp.internal.netty;

import io.limpet.link.MeshAddress;
import io.limpet.link.MeshDatagrams;
import io.limpet.link.Protocol;
import io.limpet.link.SendOutcome;
import io.limpet.tcp.internal.engine.Resend;
import io.limpet.tcp.internal.engine.SegmentSink;
import io.limpet.tcp.internal.engine.TcpConnection;
import io.limpet.tcp.internal.engine.TcpEndpoint;
import io.limpet.tcp.internal.jfr.FlightRecords;
import io.limpet.tcp.internal.trace.Traces;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The way of segments from the engine to the link: what each outcome means to the engine, and when
 * to try again after the link had no capacity.
 */
final class SegmentOutput implements SegmentSink {

  private static final long FIRST_RETRY_NS = 1_000_000L;
  private static final long LAST_RETRY_NS = 64_000_000L;
  private static final int MAX_LOOPBACK_SEGMENTS = 1024;
  private static final int SCRATCH_BYTES = 2048;

  private final MeshDatagrams link;
  private final Traces traces;
  private final Runnable onLoopback;
  private final ArrayDeque<ByteBuffer> loopback = new ArrayDeque<>();
  private final Set<MeshAddress> unknownPeers = new LinkedHashSet<>();
  private final Set<MeshAddress> shrunkenPeers = new LinkedHashSet<>();

  private ByteBuf scratch = Unpooled.buffer(SCRATCH_BYTES);
  private boolean anythingSent;
  private boolean refused;
  private long retryDelayNs = FIRST_RETRY_NS;
  private long retryAtNs;
  private long nowNs;

  SegmentOutput(MeshDatagrams link, Traces traces, Runnable onLoopback) {
    this.link = link;
    this.traces = traces;
    this.onLoopback = onLoopback;
  }

  /** Sends what the engine has, unless the link has just been found without capacity. */
  void transmit(TcpEndpoint endpoint, long newNowNs) {
    nowNs = newNowNs;
    if (refused && retryAtNs - nowNs > 0) {
      return;
    }
    boolean refusedBefore = refused;
    refused = false;
    endpoint.pollTransmit(nowNs, this);
    if (refused) {
      retryDelayNs = refusedBefore ? Math.min(LAST_RETRY_NS, retryDelayNs * 2) : FIRST_RETRY_NS;
      retryAtNs = nowNs + retryDelayNs;
    }
  }

  @Override
  public boolean offer(MeshAddress to, ByteBuffer segment) {
    if (to.equals(link.localAddress())) {
      return offerLoopback(segment);
    }
    int at = segment.position();
    SendOutcome outcome = link.send(to, Protocol.TCP, copyOf(segment));
    switch (outcome) {
      case SENT, QUEUED -> {
        anythingSent = true;
        traces.sent(nowNs, to, segment, at);
      }
      case UNKNOWN_PEER -> unknownPeers.add(to);
      case NO_CAPACITY -> refused = true;
      case TOO_LARGE -> shrunkenPeers.add(to);
    }
    return outcome != SendOutcome.NO_CAPACITY;
  }

  @Override
  public void resent(TcpConnection connection, int sequence, int bytes, Resend why) {
    FlightRecords.onResent(connection, sequence, bytes, why);
  }

  /** Copies a segment into the buffer of the one before, unless the link has kept that. */
  private ByteBuf copyOf(ByteBuffer segment) {
    ByteBuf payload = scratch;
    if (payload.refCnt() != 1 || payload.capacity() < segment.remaining()) {
      payload.release();
      // Heap memory: the link's cipher works on arrays.
      payload = Unpooled.buffer(Math.max(SCRATCH_BYTES, segment.remaining()));
      scratch = payload;
    }
    return payload.clear().writeBytes(segment).retain();
  }

  private boolean offerLoopback(ByteBuffer segment) {
    if (loopback.size() >= MAX_LOOPBACK_SEGMENTS) {
      refused = true;
      return false;
    }
    traces.sent(nowNs, link.localAddress(), segment, segment.position());
    ByteBuffer copy = ByteBuffer.allocate(segment.remaining());
    copy.put(segment).flip();
    loopback.add(copy);
    if (loopback.size() == 1) {
      onLoopback.run();
    }
    return true;
  }

  /** Gives the segments that this node sent to itself up to now. */
  void drainLoopback(Consumer<ByteBuffer> receiver) {
    ByteBuffer segment = loopback.poll();
    while (segment != null) {
      receiver.accept(segment);
      segment = loopback.poll();
    }
  }

  /** Returns, and forgets, the peers that the link turned out not to know. */
  Set<MeshAddress> takeUnknownPeers() {
    return take(unknownPeers);
  }

  /** Returns, and forgets, the peers whose segments turned out too large for the path. */
  Set<MeshAddress> takeShrunkenPeers() {
    return take(shrunkenPeers);
  }

  private static Set<MeshAddress> take(Set<MeshAddress> peers) {
    if (peers.isEmpty()) {
      return Set.of();
    }
    Set<MeshAddress> taken = Set.copyOf(peers);
    peers.clear();
    return taken;
  }

  void flush() {
    if (anythingSent) {
      anythingSent = false;
      link.flush();
    }
  }

  /** The link can send again: no more waiting. */
  void resume() {
    refused = false;
  }

  boolean isRetryDue(long nowNs) {
    return refused && retryAtNs - nowNs <= 0;
  }

  /** Returns when to come back: while the link has no capacity, only to try again. */
  long notBefore(long deadlineNs) {
    if (!refused) {
      return deadlineNs;
    }
    return deadlineNs == Long.MAX_VALUE || retryAtNs - deadlineNs > 0 ? retryAtNs : deadlineNs;
  }

  void close() {
    loopback.clear();
    unknownPeers.clear();
    shrunkenPeers.clear();
  }
}
