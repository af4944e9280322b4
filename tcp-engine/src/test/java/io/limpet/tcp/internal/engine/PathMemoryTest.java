package io.limpet.tcp.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.limpet.link.MeshAddress;
import io.limpet.tcp.TcpConfig;
import org.junit.jupiter.api.Test;

/** RFC 9040: what a connection learns from the one before, and that old memories do no harm. */
final class PathMemoryTest {
  private static final int BYTES = 300_000;

  private final PathMemory memory = new PathMemory();

  @Test
  void aRateIsBelievedLessTheOlderItIs() {
    memory.note(0, 8_000_000, true, 10 * Pair.MS);
    assertThat(memory.rateBytesPerSecond(0)).isEqualTo(8_000_000);
    assertThat(memory.rateBytesPerSecond(60 * Pair.SECOND)).isEqualTo(4_000_000);
    assertThat(memory.rateBytesPerSecond(180 * Pair.SECOND)).isEqualTo(1_000_000);
    assertThat(memory.minRttNs(599 * Pair.SECOND)).isEqualTo(10 * Pair.MS);
    assertThat(memory.rateBytesPerSecond(601 * Pair.SECOND)).isZero();
    assertThat(memory.minRttNs(601 * Pair.SECOND)).isZero();
  }

  @Test
  void aConnectionThatNeverFilledThePathDoesNotRenewItsRate() {
    memory.note(0, 8_000_000, true, 10 * Pair.MS);
    memory.note(60 * Pair.SECOND, 1_000, false, 11 * Pair.MS);
    assertThat(memory.rateBytesPerSecond(60 * Pair.SECOND)).isEqualTo(4_000_000);
    assertThat(memory.rateBytesPerSecond(120 * Pair.SECOND)).isEqualTo(2_000_000);
    memory.note(120 * Pair.SECOND, 500_000, true, 11 * Pair.MS);
    assertThat(memory.rateBytesPerSecond(120 * Pair.SECOND)).isEqualTo(500_000);
  }

  @Test
  void memoryIsBoundedAndPeersInUseStay() {
    PeerPaths paths = new PeerPaths(1232);
    MeshAddress busy = new MeshAddress(0x2001_0020_0000_0001L, 0);
    PeerPath kept = paths.of(busy);
    kept.onConnection(0);
    for (int i = 1; i < 5000; i++) {
      paths.of(new MeshAddress(0x2001_0020_0000_0001L, i));
    }
    assertThat(paths.size()).isEqualTo(1024);
    assertThat(paths.of(busy)).isSameAs(kept);
  }

  /** Connects, sends, closes; returns how long it took until the peer had everything. */
  private static long transfer(Pair pair, TcpListener listener, int bytes) throws Exception {
    StreamApp[] server = new StreamApp[1];
    long[] arrivedNs = {0};
    pair.server.application =
        () -> {
          TcpConnection request = listener.pollRequest();
          if (request != null) {
            request.accept(pair.nowNs);
            server[0] = new StreamApp(pair, request, new byte[0], false);
          }
          if (server[0] != null) {
            server[0].run();
            if (arrivedNs[0] == 0 && server[0].receivedBytes == bytes) {
              arrivedNs[0] = pair.nowNs;
            }
          }
        };
    StreamApp client =
        new StreamApp(
            pair,
            pair.client.endpoint.connect(pair.nowNs, Pair.SERVER, 7, 0, TcpConfig.defaults()),
            new byte[bytes]);
    pair.client.application = client::run;
    long start = pair.nowNs;
    assertThat(pair.runUntil(60 * Pair.SECOND, client::isDone)).isTrue();
    return arrivedNs[0] - start;
  }

  private static Pair path(long seed) {
    return Pair.symmetric(seed, 100, 20 * Pair.MS, 0);
  }

  @Test
  void theNextConnectionStartsFromWhatTheLastOneFound() throws Exception {
    Pair pair = path(1);
    TcpListener listener = pair.server.endpoint.listen(7, 4, false, TcpConfig.defaults());
    long first = transfer(pair, listener, BYTES);
    long second = transfer(pair, listener, BYTES);
    assertThat(second).isLessThan(first - 30 * Pair.MS);
    pair.run(700 * Pair.SECOND);
    long forgotten = transfer(pair, listener, BYTES);
    System.out.printf(
        "300 kB at 100 Mbit/s, 40 ms: first %d ms, next %d ms, after 700 s %d ms%n",
        first / Pair.MS, second / Pair.MS, forgotten / Pair.MS);
    assertThat(forgotten).isGreaterThan(first - 10 * Pair.MS);
  }

  @Test
  void aMemoryThatNoLongerHoldsDoesNoHarm() throws Exception {
    Pair fresh = path(2);
    slowDown(fresh);
    TcpListener first = fresh.server.endpoint.listen(7, 4, false, TcpConfig.defaults());
    long withoutMemory = transfer(fresh, first, BYTES);

    Pair pair = path(2);
    TcpListener listener = pair.server.endpoint.listen(7, 4, false, TcpConfig.defaults());
    transfer(pair, listener, 20 * BYTES);
    slowDown(pair);
    long overflowed = pair.client.out.overflowed;
    long withMemory = transfer(pair, listener, BYTES);
    System.out.printf(
        "300 kB at 3 Mbit/s: without memory %d ms, with one of 100 Mbit/s %d ms, %d overflowed%n",
        withoutMemory / Pair.MS, withMemory / Pair.MS, pair.client.out.overflowed - overflowed);
    assertThat(withMemory).isLessThan(withoutMemory * 3 / 2);
    assertThat(pair.client.out.overflowed - overflowed).isLessThan(60);
  }

  private static void slowDown(Pair pair) {
    pair.client.out.bytesPerNs = 3 / 8e3;
    pair.client.out.queueBytes = 64 << 10;
  }
}
