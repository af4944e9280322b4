package io.limpet.tcp.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.limpet.tcp.CloseReason;
import io.limpet.tcp.TcpConfig;
import io.limpet.tcp.TcpConfig.CongestionAlgorithm;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Whatever the path does within reason, the bytes arrive whole and in order, and both sides end.
 *
 * <p>A failure names its seed; {@code -Dlimpet.seed=N} runs that one alone.
 */
final class RandomPathTest {
  private static final int RUNS = 150;
  private static final long FIRST_SEED = 1000;

  private @Nullable StreamApp serverApp;

  @Test
  @Tag("SHLD-14")
  void bytesArriveWholeOverAnyPath() throws Exception {
    Long only = Long.getLong("limpet.seed");
    if (only != null) {
      transfer(only);
      return;
    }
    for (long seed = FIRST_SEED; seed < FIRST_SEED + RUNS; seed++) {
      try {
        transfer(seed);
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError("replay with -Dlimpet.seed=" + seed, e);
      }
    }
  }

  private void transfer(long seed) throws Exception {
    serverApp = null;
    SplittableRandom random = new SplittableRandom(seed);
    Pair pair = new Pair(seed, path(random), path(random));
    WindowGuard guard = new WindowGuard(pair);
    TcpConfig config = config(random);
    TcpConfig serverConfig = config(random);
    TcpListener listener = pair.server.endpoint.listen(7, 4, false, serverConfig);
    byte[] up = Pair.pattern(random.nextInt(200_000), seed);
    byte[] down = Pair.pattern(random.nextInt(200_000), seed + 1);
    boolean slowReader = random.nextInt(4) == 0;
    pair.tickNs = slowReader ? Pair.MS : Long.MAX_VALUE;
    long acceptAfterNs = pair.nowNs + (random.nextBoolean() ? 0 : random.nextLong(Pair.SECOND));
    pair.server.application =
        () -> {
          TcpConnection request = pair.nowNs - acceptAfterNs >= 0 ? listener.pollRequest() : null;
          if (request != null) {
            request.accept(pair.nowNs);
            serverApp = new StreamApp(pair, request, down);
            serverApp.readLimit = slowReader ? 700 : Integer.MAX_VALUE;
          }
          if (serverApp != null) {
            serverApp.run();
            ((Connection) serverApp.connection).tcb.scoreboard.checkInvariants();
          }
        };
    StreamApp client =
        new StreamApp(
            pair, pair.client.endpoint.connect(pair.nowNs, Pair.SERVER, 7, 0, config), up);
    pair.client.application =
        () -> {
          client.run();
          ((Connection) client.connection).tcb.scoreboard.checkInvariants();
        };
    boolean done =
        pair.runUntil(
            240 * Pair.SECOND, () -> client.isDone() && serverApp != null && serverApp.isDone());
    StreamApp server = serverApp;
    if (!done || server == null) {
      fail(
          "not done: client %s %s got %d of %d; server %s got %d of %d",
          client.connection,
          ((Connection) client.connection).tcb.timers.next(),
          client.receivedBytes,
          down.length,
          server == null ? "none" : server.connection,
          server == null ? 0 : server.receivedBytes,
          up.length);
      return;
    }
    assertThat(server.received.toByteArray()).isEqualTo(up);
    assertThat(client.received.toByteArray()).isEqualTo(down);
    assertThat(client.closed).isEqualTo(new CloseReason.Graceful());
    assertThat(server.closed).isEqualTo(new CloseReason.Graceful());
    assertThat(guard.checked).isPositive();
    pair.run(20 * Pair.SECOND);
    assertThat(pair.client.endpoint.connections()).isEmpty();
    assertThat(pair.server.endpoint.connections()).isEmpty();
  }

  private static SimPath path(SplittableRandom random) {
    SimPath path =
        SimPath.of(random.split(), 1 + random.nextInt(100), random.nextLong(30 * Pair.MS));
    path.loss = random.nextInt(3) == 0 ? 0 : random.nextDouble(0.4);
    path.reorder = random.nextBoolean() ? 0 : random.nextDouble(0.3);
    path.reorderNs = random.nextLong(20 * Pair.MS);
    path.duplicate = random.nextBoolean() ? 0 : random.nextDouble(0.2);
    path.jitterNs = random.nextBoolean() ? 0 : random.nextLong(5 * Pair.MS);
    return path;
  }

  private static TcpConfig config(SplittableRandom random) {
    int receive = random.nextInt(3) == 0 ? 4096 : 1 << (13 + random.nextInt(9));
    int send = random.nextInt(3) == 0 ? 4096 : 1 << (13 + random.nextInt(9));
    return new TcpConfig(
        send,
        receive,
        random.nextBoolean(),
        0,
        60 * Pair.SECOND,
        1500 * Pair.MS,
        random.nextBoolean() ? CongestionAlgorithm.CUBIC : CongestionAlgorithm.MESH_RATE,
        TcpConfig.defaults().redundancyShare());
  }
}
