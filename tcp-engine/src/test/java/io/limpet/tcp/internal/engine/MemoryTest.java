package io.limpet.tcp.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.limpet.link.MeshAddress;
import io.limpet.tcp.TcpConfig;
import io.limpet.tcp.TcpConfig.CongestionAlgorithm;
import io.limpet.tcp.TcpInfo;
import io.limpet.tcp.TcpState;
import io.limpet.tcp.internal.buffer.ChunkPool;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What connections hold: next to nothing when idle, what the path needs when busy, a budget in all.
 */
final class MemoryTest {
  private static final int CONNECTIONS = 10_000;
  private static final int PEERS = 20;

  /** Both ends of many connections, without a wire between. */
  private static final class Crowd {
    final TcpEndpoint server = endpoint(Pair.SERVER, 1);
    final List<TcpEndpoint> clients = new ArrayList<>();
    final List<TcpConnection> accepted = new ArrayList<>();
    private final ByteBuffer buffer = ByteBuffer.allocate(4096);
    long nowNs = Pair.SECOND;

    static TcpEndpoint endpoint(MeshAddress address, long seed) {
      return TcpEndpoints.create(address, new SplittableRandom(seed), new byte[32]);
    }

    static MeshAddress address(int client) {
      return new MeshAddress(0x2001_0020_0000_0003L, client);
    }

    Crowd() throws Exception {
      TcpListener listener = server.listen(7, CONNECTIONS, false, TcpConfig.defaults());
      for (int i = 0; i < PEERS; i++) {
        clients.add(endpoint(address(i), i + 2));
      }
      for (int i = 0; i < CONNECTIONS; i++) {
        TcpConnection client =
            clients.get(i % PEERS).connect(nowNs, Pair.SERVER, 7, 0, TcpConfig.defaults());
        client.write(nowNs, ByteBuffer.allocate(3000));
      }
      for (int i = 0; i < 4; i++) {
        exchange();
        for (TcpConnection r = listener.pollRequest(); r != null; r = listener.pollRequest()) {
          r.accept(nowNs);
          accepted.add(r);
        }
      }
      for (TcpConnection connection : accepted) {
        connection.read(nowNs, buffer.clear());
        connection.write(nowNs, ByteBuffer.allocate(3000));
      }
      // The connections of a peer share its path, and take turns on it.
      for (int i = 0; i < 5000 && !isQuiet(); i++) {
        exchange();
      }
    }

    private boolean isQuiet() {
      for (TcpConnection connection : accepted) {
        if (!isIdle(connection)) {
          return false;
        }
      }
      return true;
    }

    /** Everything has gone both ways, and nothing is held any more. */
    boolean isIdle(TcpConnection connection) {
      TcpInfo info = connection.info(nowNs);
      return connection.state() == TcpState.ESTABLISHED
          && info.bytesAcked() == 3000
          && info.bytesReceived() == 3000
          && info.bufferBytes() == 0;
    }

    private void exchange() {
      nowNs += Pair.MS;
      for (int i = 0; i < PEERS; i++) {
        MeshAddress from = address(i);
        clients.get(i).onTimeout(nowNs);
        clients
            .get(i)
            .pollTransmit(
                nowNs,
                (to, segment) -> {
                  server.onSegment(nowNs, from, copy(segment));
                  return true;
                });
      }
      server.onTimeout(nowNs);
      server.pollTransmit(
          nowNs,
          (to, segment) -> {
            clients.get((int) to.low()).onSegment(nowNs, Pair.SERVER, copy(segment));
            return true;
          });
      drain(server);
      clients.forEach(this::drain);
    }

    private static ByteBuffer copy(ByteBuffer segment) {
      return ByteBuffer.allocate(segment.remaining()).put(segment.duplicate()).flip();
    }

    private void drain(TcpEndpoint endpoint) {
      for (Object o = endpoint.pollReady(); o != null; o = endpoint.pollReady()) {
        if (o instanceof TcpConnection c) {
          while (c.pollEvent() != null) {
            // Nobody listens.
          }
          while (c.read(nowNs, buffer.clear()) > 0) {
            // All of it.
          }
        } else {
          return;
        }
      }
    }
  }

  private static long usedBytes() {
    Runtime runtime = Runtime.getRuntime();
    long used = Long.MAX_VALUE;
    for (int i = 0; i < 5; i++) {
      System.gc();
      used = Math.min(used, runtime.totalMemory() - runtime.freeMemory());
    }
    return used;
  }

  @Test
  void tenThousandIdleConnectionsHoldNextToNothing() throws Exception {
    long before = usedBytes();
    Crowd crowd = new Crowd();
    long idle = crowd.accepted.stream().filter(crowd::isIdle).count();
    assertThat(idle).isEqualTo(CONNECTIONS);
    // Both ends of each are in this heap.
    long each = (usedBytes() - before) / (2 * CONNECTIONS);
    System.out.printf("an idle connection that has talked holds %d bytes%n", each);
    assertThat(crowd.accepted).hasSize(CONNECTIONS);
    assertThat(each).isBetween(200L, 5000L);
  }

  private static BulkRun bulk(double mbit, long delayNs) throws Exception {
    BulkRun run = new BulkRun(Pair.symmetric(4, mbit, delayNs, 0));
    run.add(CongestionAlgorithm.MESH_RATE);
    run.measure(3 * Pair.SECOND);
    return run;
  }

  @Test
  void buffersGrowWithThePathAndNotBeyondIt() throws Exception {
    BulkRun small = bulk(5, 2 * Pair.MS);
    BulkRun large = bulk(100, 30 * Pair.MS);
    // 5 Mbit/s for 4 ms are 2.5 kB, 100 Mbit/s for 60 ms are 750 kB.
    assertThat(small.receiver().info(0).rcvWndBytes()).isLessThan(300_000);
    assertThat(small.info().unacknowledgedBytes()).isLessThan(300_000);
    assertThat(large.receiver().info(0).rcvWndBytes()).isGreaterThan(1_500_000);
    assertThat(large.info().unacknowledgedBytes()).isGreaterThan(750_000);
    assertThat(large.measure(2 * Pair.SECOND)[0]).isGreaterThan(85);
  }

  /**
   * Thirty peers fill buffers that nobody reads: the budget holds, no window that was offered is
   * taken back, and when somebody reads again everything arrives.
   */
  @Test
  @Tag("SHLD-14")
  void aBudgetHoldsOverAllConnectionsWithoutRetractingAWindow() throws Exception {
    long budget = 1 << 20;
    int flows = 30;
    int bytes = 400_000;
    Pair pair =
        new Pair(
            5,
            SimPath.of(new SplittableRandom(1), 200, 5 * Pair.MS),
            SimPath.of(new SplittableRandom(2), 200, 5 * Pair.MS),
            EngineConfig.defaults().withBufferBudgetBytes(budget));
    WindowGuard guard = new WindowGuard(pair);
    TcpListener listener = pair.server.endpoint.listen(7, flows, false, TcpConfig.defaults());
    List<StreamApp> servers = new ArrayList<>();
    List<StreamApp> clients = new ArrayList<>();
    boolean[] reading = {false};
    pair.server.application =
        () -> {
          for (TcpConnection r = listener.pollRequest(); r != null; r = listener.pollRequest()) {
            r.accept(pair.nowNs);
            servers.add(new StreamApp(pair, r, new byte[0]));
          }
          if (reading[0]) {
            servers.forEach(StreamApp::run);
          }
        };
    for (int i = 0; i < flows; i++) {
      TcpConnection c =
          pair.client.endpoint.connect(pair.nowNs, Pair.SERVER, 7, 0, TcpConfig.defaults());
      clients.add(new StreamApp(pair, c, Pair.pattern(bytes, i)));
    }
    pair.client.application = () -> clients.forEach(StreamApp::run);
    long most = 0;
    for (int i = 0; i < 300; i++) {
      pair.run(10 * Pair.MS);
      most = Math.max(most, held(servers));
    }
    long floor = 2L * flows * ChunkPool.CHUNK_BYTES;
    assertThat(most).isBetween(budget / 4 * 3, budget + floor);
    assertThat(held(clients)).isLessThan(budget + floor);
    reading[0] = true;
    pair.tickNs = Pair.MS;
    boolean done =
        pair.runUntil(60 * Pair.SECOND, () -> servers.stream().allMatch(StreamApp::isDone));
    assertThat(done).isTrue();
    for (StreamApp server : servers) {
      assertThat(server.received.size()).isEqualTo(bytes);
    }
    assertThat(held(servers)).isZero();
    assertThat(guard.checked).isPositive();
  }

  private static long held(List<StreamApp> apps) {
    return apps.stream().mapToLong(a -> a.connection.info(0).bufferBytes()).sum();
  }
}
