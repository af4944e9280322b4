package io.limpet.invitation.internal.group;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What the channel costs and how long it takes, in virtual time. */
class ChannelFiguresTest {
  private static final int BYTES = 1_000;

  /** What came of a run. */
  record Figures(double airtime, double control, double p50, double p99, double seconds) {}

  @Test
  void figures() {
    for (int size : new int[] {2, 5, 20}) {
      for (double loss : new double[] {0, 0.1, 0.2, 0.3}) {
        Figures talk = talk(size, loss, 54_000_000L);
        Figures bulk = bulk(size, loss, 54_000_000L);
        print("talk", size, loss, talk);
        print("bulk", size, loss, bulk);
      }
    }
    print("talk slow unicast", 20, 0.1, talk(20, 0.1, 6_000_000L));
    print("bulk slow unicast", 20, 0.1, bulk(20, 0.1, 6_000_000L));
    print("bulk slow unicast", 20, 0.3, bulk(20, 0.3, 6_000_000L));
    assertThat(1).isEqualTo(1);
  }

  private static void print(String what, int size, double loss, Figures f) {
    System.out.printf(
        Locale.ROOT,
        "%-18s %2d members, loss %.1f: airtime %.2f (goal %.2f) of one transmission, control %.2f,"
            + " p50 %.0f ms, p99 %.0f ms, %.1f s%n",
        what,
        size,
        loss,
        f.airtime,
        1.3 / (1 - loss),
        f.control,
        f.p50,
        f.p99,
        f.seconds);
  }

  /** Messages that come one by one, from all in turn. */
  private static Figures talk(int size, double loss, long unicastRate) {
    SimWorld world = new SimWorld(1, size, loss, ChannelLimits.defaults(), unicastRate);
    world.meet();
    world.time.runFor(2 * SimWorld.SECOND);
    int count = 400;
    for (int i = 0; i < count; i++) {
      int from = i % size;
      world.time.in(i * 50 * SimWorld.MS, () -> world.publish(from, BYTES));
    }
    return measure(world, size, count, count * 50 * SimWorld.MS);
  }

  /** One sends as fast as it goes. */
  private static Figures bulk(int size, double loss, long unicastRate) {
    SimWorld world = new SimWorld(2, size, loss, ChannelLimits.defaults(), unicastRate);
    world.meet();
    world.time.runFor(2 * SimWorld.SECOND);
    int count = 1000;
    for (int i = 0; i < count; i++) {
      world.publish(0, BYTES);
    }
    return measure(world, size, count, 0);
  }

  private static Figures measure(SimWorld world, int size, int count, long atLeastNs) {
    long dataNs = world.radio.airtime.dataNs;
    long controlNs = world.radio.airtime.controlNs;
    long startNs = world.time.nowNs();
    world.time.runFor(atLeastNs);
    List<Integer> all = IntStream.range(0, size).boxed().toList();
    boolean done =
        world.runUntil(
            () ->
                world.agree(all)
                    && world.nodes.get(0).state.values().stream()
                            .mapToLong(SimNode.Held::sequence)
                            .sum()
                        == count,
            120 * SimWorld.SECOND);
    double seconds = (world.time.nowNs() - startNs) / 1e9;
    System.out.println(
        "  dropped " + world.radio.airtime.dropped + ", stream "
            + world.radio.airtime.streamNs / 1e6 + " ms, turns " + world.turns + " "
            + world.nodes.stream().flatMap(n -> n.violations.stream()).distinct().toList());
    if (!done) {
      System.out.println("  NOT DONE " + world.nodes.stream().map(n -> n.state.values()).toList());
    }
    double one = (double) count * world.radio.multicastNs(BYTES + 43);
    return new Figures(
        (world.radio.airtime.dataNs - dataNs) / one,
        (world.radio.airtime.controlNs - controlNs) / one,
        world.latencyMs(0.5),
        world.latencyMs(0.99),
        seconds);
  }
}
