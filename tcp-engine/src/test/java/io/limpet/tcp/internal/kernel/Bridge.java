package io.limpet.tcp.internal.kernel;

import io.limpet.link.MeshAddress;
import io.limpet.tcp.internal.engine.EngineConfig;
import io.limpet.tcp.internal.engine.TcpEndpoint;
import io.limpet.tcp.internal.engine.TcpEndpoints;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One engine endpoint on a TUN device, in real time, on a thread of its own: puts IPv6 headers
 * around what it sends, takes them off what the kernel sends, and does to both what the weather
 * says.
 */
final class Bridge implements AutoCloseable {
  static final MeshAddress KERNEL = new MeshAddress(0x2001_0020_0000_0000L, 1);
  static final MeshAddress ENGINE = new MeshAddress(0x2001_0020_0000_0000L, 2);

  private static final long MS = 1_000_000L;
  private static final int IP_HEADER_BYTES = 40;
  private static final int PROTOCOL_TCP = 6;
  private static final long LONGEST_WAIT_NS = MS;

  /** Time-wait and a forgotten FIN-WAIT-2 shortened, so that tests see their ends. */
  private static final EngineConfig CONFIG =
      new EngineConfig(
          150 * MS,
          50 * MS,
          1000 * MS,
          100 * MS,
          10 * MS,
          3000 * MS,
          1232,
          1000 * MS,
          60_000 * MS,
          64 << 20);

  private record Held(long atNs, long order, boolean toKernel, ByteBuffer packet) {}

  /** What the wire does besides the weather. */
  enum Wire {
    /** Segments pass. */
    OPEN,
    /** Segments of both sides wait, in order, for the wire to open. */
    HELD,
    /** What the kernel sends is lost. */
    DEAF,
    /** What the engine sends is lost. */
    MUTE
  }

  private final Tun tun;
  private final Weather weather;
  private final SplittableRandom random;
  private final TcpEndpoint endpoint;
  private final Thread thread;
  private final Queue<Runnable> commands = new ConcurrentLinkedQueue<>();
  private final List<Runnable> turns = new ArrayList<>();
  private final List<Held> waiting = new ArrayList<>();
  private final PriorityQueue<Held> air =
      new PriorityQueue<>(Comparator.comparingLong(Held::atNs).thenComparingLong(Held::order));
  private final ByteBuffer input = ByteBuffer.allocateDirect(2048);
  private final ByteBuffer output = ByteBuffer.allocateDirect(2048);
  private Wire wire = Wire.OPEN;
  private long order;
  private long nowNs = System.nanoTime();
  private volatile boolean closed;
  private volatile @Nullable Throwable failure;

  /** Largest TCP segment that the kernel sent, header and options included. */
  private volatile int largestFromKernel;

  private final AtomicLong segmentsFromKernel = new AtomicLong();
  private volatile int dropLargerThan = Integer.MAX_VALUE;

  Bridge(Tun tun, Weather weather, long seed) {
    this.tun = tun;
    this.weather = weather;
    random = new SplittableRandom(seed);
    byte[] secret = new byte[32];
    random.nextBytes(secret);
    endpoint = TcpEndpoints.create(ENGINE, CONFIG, random.split(), secret);
    thread = new Thread(this::run, "bridge");
    thread.setDaemon(true);
    thread.start();
  }

  /** Runs something with the endpoint on the bridge's thread and returns its result. */
  <T> T call(Function<TcpEndpoint, T> action) throws Exception {
    CompletableFuture<T> result = new CompletableFuture<>();
    commands.add(
        () -> {
          try {
            result.complete(action.apply(endpoint));
          } catch (RuntimeException | Error e) {
            result.completeExceptionally(e);
          }
        });
    try {
      return result.get(5, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new AssertionError("the bridge is stuck", failure);
    }
  }

  /** Gives something a turn whenever anything may have happened; on the bridge's thread only. */
  void serve(Runnable turn) {
    turns.add(turn);
  }

  /** For applications, on the bridge's thread: the time of this turn. */
  long nowNs() {
    return nowNs;
  }

  int largestFromKernel() {
    return largestFromKernel;
  }

  long segmentsFromKernel() {
    return segmentsFromKernel.get();
  }

  /** Larger segments of the engine's vanish from now on. */
  void dropLargerThan(int bytes) {
    dropLargerThan = bytes;
  }

  void set(Wire newWire) throws Exception {
    call(
        e -> {
          wire = newWire;
          List<Held> released = List.copyOf(waiting);
          waiting.clear();
          for (Held held : released) {
            send(held.toKernel(), held.packet());
          }
          return released;
        });
  }

  private void run() {
    try {
      while (!closed) {
        nowNs = System.nanoTime();
        for (Runnable command = commands.poll(); command != null; command = commands.poll()) {
          command.run();
        }
        receive();
        deliver();
        endpoint.onTimeout(nowNs);
        List.copyOf(turns).forEach(Runnable::run);
        endpoint.pollTransmit(nowNs, (to, segment) -> transmit(segment));
        deliver();
        tun.awaitReadable(patienceNs());
      }
      endpoint.close(nowNs);
      endpoint.pollTransmit(nowNs, (to, segment) -> transmit(segment));
      air.clear();
    } catch (IOException | RuntimeException | Error e) {
      failure = e;
    }
  }

  private long patienceNs() {
    long now = System.nanoTime();
    long wait = LONGEST_WAIT_NS;
    if (!air.isEmpty()) {
      wait = Math.min(wait, air.peek().atNs() - now);
    }
    long deadline = endpoint.nextDeadlineNs();
    if (deadline != Long.MAX_VALUE) {
      wait = Math.min(wait, deadline - now);
    }
    return Math.max(0, wait);
  }

  private void receive() {
    for (int i = 0; i < 64 && tun.read(input); i++) {
      if (input.limit() > IP_HEADER_BYTES
          && input.get(0) >>> 4 == 6
          && input.get(6) == PROTOCOL_TCP) {
        segmentsFromKernel.incrementAndGet();
        largestFromKernel = Math.max(largestFromKernel, input.limit() - IP_HEADER_BYTES);
        send(false, copy(input));
      }
    }
  }

  private boolean transmit(ByteBuffer segment) {
    if (segment.remaining() > dropLargerThan) {
      return true;
    }
    output.clear();
    output.putInt(6 << 28).putShort((short) segment.remaining());
    output.put((byte) PROTOCOL_TCP).put((byte) 64);
    ENGINE.write(output);
    KERNEL.write(output);
    output.put(segment.duplicate()).flip();
    send(true, copy(output));
    return true;
  }

  private static ByteBuffer copy(ByteBuffer packet) {
    return ByteBuffer.allocateDirect(packet.remaining()).put(packet.duplicate()).flip();
  }

  private void send(boolean toKernel, ByteBuffer packet) {
    if (wire == Wire.HELD) {
      waiting.add(new Held(0, order++, toKernel, packet));
      return;
    }
    boolean cut = wire == (toKernel ? Wire.MUTE : Wire.DEAF);
    if (cut || random.nextDouble() < weather.loss()) {
      return;
    }
    int copies = random.nextDouble() < weather.duplicate() ? 2 : 1;
    for (int i = 0; i < copies; i++) {
      long at = nowNs + weather.delayNs();
      if (random.nextDouble() < weather.reorder()) {
        at += random.nextLong(weather.reorderNs());
      }
      air.add(new Held(at, order++, toKernel, packet.duplicate()));
    }
  }

  private void deliver() throws IOException {
    while (!air.isEmpty() && air.peek().atNs() - nowNs <= 0) {
      Held held = air.remove();
      if (held.toKernel()) {
        tun.write(held.packet());
      } else {
        ByteBuffer packet = held.packet();
        endpoint.onSegment(nowNs, KERNEL, packet.position(IP_HEADER_BYTES).slice());
      }
    }
  }

  @Override
  public void close() {
    closed = true;
    try {
      thread.join(5_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Throwable cause = failure;
    if (cause != null) {
      throw new AssertionError("the engine failed", cause);
    }
  }
}
