package io.limpet.tcp.internal.engine;

import io.limpet.link.MeshAddress;
import io.limpet.tcp.TcpConfig;
import io.limpet.tcp.TcpConfig.CongestionAlgorithm;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;

/**
 * What the core costs: segments a second through two endpoints in one thread, without any network.
 *
 * <p>Run {@code main} with the share of segments to lose (default 0) and the seconds (default 3).
 */
final class EngineBench {
  private static final int SLOTS = 1 << 14;
  private static final MeshAddress A = new MeshAddress(0x2001_0020_0000_0001L, 1);
  private static final MeshAddress B = new MeshAddress(0x2001_0020_0000_0002L, 2);

  /** A wire that keeps its buffers: copies in, hands out after a fixed delay. */
  private static final class Wire implements SegmentSink {
    final ByteBuffer[] slots = new ByteBuffer[SLOTS];
    final long[] dueNs = new long[SLOTS];
    final SplittableRandom random;
    final double loss;
    long head;
    long tail;
    long count;
    long nowNs;

    Wire(long seed, double loss) {
      random = new SplittableRandom(seed);
      this.loss = loss;
      for (int i = 0; i < SLOTS; i++) {
        slots[i] = ByteBuffer.allocate(1500);
      }
    }

    @Override
    public boolean offer(MeshAddress to, ByteBuffer segment) {
      if (tail - head == SLOTS) {
        return false;
      }
      count++;
      if (loss > 0 && random.nextDouble() < loss) {
        return true;
      }
      int slot = (int) tail++ & (SLOTS - 1);
      slots[slot].clear();
      slots[slot].put(segment).flip();
      dueNs[slot] = nowNs + 1_000_000;
      return true;
    }

    void deliver(TcpEndpoint endpoint, MeshAddress from) {
      while (head < tail && dueNs[(int) head & (SLOTS - 1)] - nowNs <= 0) {
        int slot = (int) head++ & (SLOTS - 1);
        endpoint.onSegment(dueNs[slot], from, slots[slot]);
      }
    }
  }

  private EngineBench() {}

  public static void main(String[] args) throws Exception {
    double loss = args.length > 0 ? Double.parseDouble(args[0]) : 0;
    double seconds = args.length > 1 ? Double.parseDouble(args[1]) : 3;
    for (CongestionAlgorithm algorithm : CongestionAlgorithm.values()) {
      run(algorithm, loss, seconds / 2);
      run(algorithm, loss, seconds);
    }
  }

  private static void run(CongestionAlgorithm algorithm, double loss, double seconds)
      throws Exception {
    TcpConfig config =
        new TcpConfig(
            4 << 20,
            4 << 20,
            true,
            0,
            60_000_000_000L,
            1_500_000_000L,
            algorithm,
            TcpConfig.defaults().redundancyShare());
    TcpEndpoint a = TcpEndpoints.create(A, new SplittableRandom(1), new byte[32]);
    TcpEndpoint b = TcpEndpoints.create(B, new SplittableRandom(2), new byte[32]);
    Wire toB = new Wire(3, loss);
    Wire toA = new Wire(4, loss);
    TcpListener listener = b.listen(7, 1, false, config);
    TcpConnection client = a.connect(0, B, 7, 0, config);
    TcpConnection server = null;
    ByteBuffer data = ByteBuffer.allocate(256 << 10);
    long now = 0;
    long received = 0;
    long started = System.nanoTime();
    long end = started + (long) (seconds * 1e9);
    while (System.nanoTime() - end < 0) {
      for (int i = 0; i < 100; i++) {
        now += 50_000;
        toA.nowNs = now;
        toB.nowNs = now;
        toB.deliver(b, A);
        toA.deliver(a, B);
        a.onTimeout(now);
        b.onTimeout(now);
        data.clear();
        client.write(now, data);
        if (server == null) {
          server = listener.pollRequest();
          if (server != null) {
            server.accept(now);
          }
        } else {
          data.clear();
          received += Math.max(0, server.read(now, data));
        }
        a.pollTransmit(now, toB);
        b.pollTransmit(now, toA);
      }
    }
    double elapsed = (System.nanoTime() - started) / 1e9;
    System.out.printf(
        "%s loss %.2f: %.0f data segments/s (and %.0f acks/s), %.2f us each, %.2f Gbit/s%n",
        algorithm,
        loss,
        toB.count / elapsed,
        toA.count / elapsed,
        elapsed * 1e6 / (toB.count + toA.count),
        received * 8 / elapsed / 1e9);
  }
}
