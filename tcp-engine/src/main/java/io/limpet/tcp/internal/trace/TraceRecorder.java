package io.limpet.tcp.internal.trace;

import io.limpet.link.MeshAddress;
import io.limpet.tcp.TcpTrace;
import io.limpet.tcp.TraceOptions;
import io.limpet.tcp.TraceSummary;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Takes segments down on the event loop, and writes them on a thread of its own. The event loop
 * copies headers into a queue and neither waits nor wakes anybody: the writer comes by itself.
 */
public final class TraceRecorder implements TcpTrace {
  /** Bytes that wait to be written; enough for a pause of the disk at a few hundred Mbit/s. */
  static final int MOST_QUEUED_BYTES = 8 << 20;

  /** What a queue's place costs beside the bytes in it. */
  private static final int PLACE_BYTES = 48;

  private static final long PAUSE_NS = 20_000_000L;
  private static final int BUFFER_BYTES = 64 << 10;

  private final Path file;
  private final WritableByteChannel channel;
  private final TraceOptions options;
  private final BooleanSupplier alive;
  private final long startNs;
  private final long startEpochNs;
  private final Thread writer;
  private final CompletableFuture<TraceSummary> ended = new CompletableFuture<>();

  private final Queue<byte[]> queue = new ConcurrentLinkedQueue<>();
  private final AtomicLong queuedBytes = new AtomicLong();
  private final AtomicLong dropped = new AtomicLong();
  private volatile boolean closing;

  private final AtomicLong segments = new AtomicLong();
  private final AtomicLong fileBytes = new AtomicLong();
  private volatile boolean full;

  // The writer's alone.
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
  private long lastEpochNs;

  /**
   * Starts a trace.
   *
   * @param channel where it is written, closed in the end
   * @param alive whether there may be more segments; any thread
   * @param startNs what the event loop's clock says at {@code start}
   */
  public TraceRecorder(
      Path file,
      WritableByteChannel channel,
      TraceOptions options,
      BooleanSupplier alive,
      long startNs,
      Instant start) {
    this.file = file;
    this.channel = channel;
    this.options = options;
    this.alive = alive;
    this.startNs = startNs;
    startEpochNs = TimeUnit.SECONDS.toNanos(start.getEpochSecond()) + start.getNano();
    lastEpochNs = startEpochNs;
    writer = new Thread(this::run, "limpet-trace");
    writer.setDaemon(true);
    writer.start();
  }

  /**
   * Takes one segment down. On the event loop.
   *
   * @param segment as it is on the wire from {@code at} on; left as it is
   */
  void record(
      long nowNs,
      MeshAddress from,
      MeshAddress to,
      ByteBuffer segment,
      int at,
      int segmentBytes,
      boolean outbound) {
    MeshAddress peer = options.peer();
    if (closing || !(peer == null || peer.equals(outbound ? to : from))) {
      return;
    }
    if (queuedBytes.get() > MOST_QUEUED_BYTES) {
      dropped.incrementAndGet();
      return;
    }
    byte[] packet =
        Pcapng.packet(
            epochNs(nowNs), from, to, segment, at, segmentBytes, outbound, options.dataBytes());
    queuedBytes.addAndGet(packet.length + PLACE_BYTES);
    queue.add(packet);
  }

  private long epochNs(long nowNs) {
    return startEpochNs + (nowNs - startNs);
  }

  private void run() {
    try {
      try (channel) {
        put(Pcapng.beginning(options.dataBytes()));
        boolean last;
        do {
          // Asked first: what was taken down before the end is written.
          last = closing || !alive.getAsBoolean();
          drain();
          flush();
          if (!last && !full) {
            LockSupport.parkNanos(this, PAUSE_NS);
          }
        } while (!last && !full);
        closing = true;
        put(statistics());
        flush();
      }
      ended.complete(summary());
    } catch (IOException | RuntimeException | Error e) {
      closing = true;
      ended.completeExceptionally(e);
    } finally {
      queue.clear();
    }
  }

  private void drain() throws IOException {
    for (byte[] packet = queue.poll(); packet != null; packet = queue.poll()) {
      if (fileBytes.get() + packet.length + Pcapng.STATISTICS_BYTES > options.maxFileBytes()) {
        full = true;
        return;
      }
      queuedBytes.addAndGet(-packet.length - PLACE_BYTES);
      put(packet);
      segments.incrementAndGet();
      lastEpochNs = Pcapng.epochNs(packet);
    }
  }

  private byte[] statistics() {
    long missing = dropped.get();
    return Pcapng.statistics(lastEpochNs, segments.get() + missing, missing);
  }

  private void put(byte[] block) throws IOException {
    fileBytes.addAndGet(block.length);
    for (int at = 0; at < block.length; ) {
      int count = Math.min(buffer.remaining(), block.length - at);
      buffer.put(block, at, count);
      at += count;
      if (!buffer.hasRemaining()) {
        flush();
      }
    }
  }

  private void flush() throws IOException {
    buffer.flip();
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
    buffer.clear();
  }

  @Override
  public Path file() {
    return file;
  }

  @Override
  public TraceSummary summary() {
    return new TraceSummary(segments.get(), dropped.get(), fileBytes.get(), full);
  }

  @Override
  public CompletionStage<TraceSummary> ended() {
    return ended;
  }

  /** Returns whether it takes nothing down any more. */
  boolean isClosing() {
    return closing;
  }

  @Override
  public void close() {
    closing = true;
    LockSupport.unpark(writer);
  }
}
