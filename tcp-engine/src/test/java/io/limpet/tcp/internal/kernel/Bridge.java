package io.limpet.tcp.internal.kernel;

import io.limpet.link.MeshAddress;
import io.limpet.tcp.internal.engine.EngineConfig;
import io.limpet.tcp.internal.engine.TcpEndpoint;
import io.limpet.tcp.internal.engine.TcpEndpoints;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One engine endpoint on a TUN device, in real time, on a thread of its own. */
final class Bridge implements AutoCloseable {
  static final MeshAddress KERNEL = TunAir.KERNEL;
  static final MeshAddress ENGINE = TunAir.ENGINE;

  private static final long MS = 1_000_000L;
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

  private final Tun tun;
  private final TunAir air;
  private final TcpEndpoint endpoint;
  private final Thread thread;
  private final Queue<Runnable> commands = new ConcurrentLinkedQueue<>();
  private final List<Runnable> turns = new ArrayList<>();
  private long nowNs = System.nanoTime();
  private volatile boolean closed;
  private volatile @Nullable Throwable failure;

  private volatile int dropLargerThan = Integer.MAX_VALUE;

  Bridge(Tun tun, Weather weather, long seed) {
    this.tun = tun;
    SplittableRandom random = new SplittableRandom(seed);
    air = new TunAir(tun, weather, random);
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
    return air.largestFromKernel();
  }

  long segmentsFromKernel() {
    return air.segmentsFromKernel();
  }

  /** Larger segments of the engine's vanish from now on. */
  void dropLargerThan(int bytes) {
    dropLargerThan = bytes;
  }

  void set(TunAir.Wire wire) throws Exception {
    call(
        e -> {
          air.set(nowNs, wire);
          return e;
        });
  }

  private void run() {
    try {
      while (!closed) {
        nowNs = System.nanoTime();
        for (Runnable command = commands.poll(); command != null; command = commands.poll()) {
          command.run();
        }
        air.receive(nowNs);
        deliver();
        endpoint.onTimeout(nowNs);
        List.copyOf(turns).forEach(Runnable::run);
        endpoint.pollTransmit(nowNs, (to, segment) -> transmit(segment));
        deliver();
        tun.awaitReadable(patienceNs());
      }
      endpoint.close(nowNs);
      endpoint.pollTransmit(nowNs, (to, segment) -> transmit(segment));
    } catch (IOException | RuntimeException | Error e) {
      failure = e;
    }
  }

  private long patienceNs() {
    long now = System.nanoTime();
    long wait = LONGEST_WAIT_NS;
    if (air.nextNs() != Long.MAX_VALUE) {
      wait = Math.min(wait, air.nextNs() - now);
    }
    long deadline = endpoint.nextDeadlineNs();
    if (deadline != Long.MAX_VALUE) {
      wait = Math.min(wait, deadline - now);
    }
    return Math.max(0, wait);
  }

  private boolean transmit(ByteBuffer segment) {
    if (segment.remaining() <= dropLargerThan) {
      air.transmit(nowNs, segment);
    }
    return true;
  }

  private void deliver() throws IOException {
    air.deliverToKernel(nowNs);
    boolean unused =
        air.deliverToEngine(nowNs, segment -> endpoint.onSegment(nowNs, KERNEL, segment));
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
