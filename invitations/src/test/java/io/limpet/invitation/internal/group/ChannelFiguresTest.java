package io.limpet.invitation.internal.group;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What the channel costs and how long it takes, in virtual time: multicast at 6 Mbit/s, each member
 * losing on its own. The figures are printed, and held against what the channel is to keep.
 */
class ChannelFiguresTest {
  private static final int BYTES = 1_000;
  private static final int SIZE = 20;

  /** What the link's sealing and a packet's head add to a message. */
  private static final int ADDED = 43;

  /**
   * What came of a run.
   *
   * @param airtime of data and its repair, for each message, in terms of sending it once
   */
  private record Figures(double airtime, double p99Ms, double seconds) {}

  @ParameterizedTest(name = "20 members, loss {0}: p99 within {1} ms")
  @CsvSource({"0, 50", "0.1, 300", "0.3, 800"})
  void messages_that_come_one_by_one_are_soon_there(double loss, double p99Ms) {
    SimWorld world = world(loss);
    int count = 200;
    for (int i = 0; i < count; i++) {
      int from = i % SIZE;
      world.time.in(i * 50L * SimWorld.MS, () -> world.publish(from, BYTES));
    }
    Figures figures = measure("one by one", loss, world, count, count * 50L * SimWorld.MS);
    assertThat(figures.p99Ms).isLessThanOrEqualTo(p99Ms);
    if (loss <= 0.1) {
      assertThat(figures.airtime).isLessThanOrEqualTo(1.3 / (1 - loss));
    }
  }

  @ParameterizedTest(name = "20 members, loss {0}")
  @CsvSource({"0", "0.1", "0.3"})
  void many_messages_cost_little_more_than_sending_each_once(double loss) {
    SimWorld world = world(loss);
    int count = 500;
    for (int i = 0; i < count; i++) {
      world.publish(0, BYTES);
    }
    Figures figures = measure("at once", loss, world, count, 0);
    assertThat(figures.airtime).isLessThanOrEqualTo(1.3 / (1 - loss));
    // The channel is busy with data and repairs, and with little else.
    double dataSeconds = figures.airtime * count * world.radio.multicastNs(BYTES + ADDED) / 1e9;
    assertThat(figures.seconds).isLessThan(1.5 * dataSeconds + 0.5);
  }

  @Test
  void five_members_are_served_as_cheaply() {
    SimWorld world = new SimWorld(1, 5, 0.1, ChannelLimits.defaults());
    world.meet();
    world.time.runFor(2 * SimWorld.SECOND);
    for (int i = 0; i < 300; i++) {
      world.publish(i % 5, BYTES);
    }
    assertThat(measure("five senders", 0.1, world, 300, 0).airtime).isLessThanOrEqualTo(1.3 / 0.9);
  }

  private static SimWorld world(double loss) {
    SimWorld world = new SimWorld(1, SIZE, loss, ChannelLimits.defaults());
    world.meet();
    world.time.runFor(2 * SimWorld.SECOND);
    return world;
  }

  private static Figures measure(
      String what, double loss, SimWorld world, int count, long atLeastNs) {
    long dataNs = world.radio.airtime.dataNs;
    long controlNs = world.radio.airtime.controlNs;
    long startNs = world.time.nowNs();
    world.time.runFor(atLeastNs);
    List<Integer> all = IntStream.range(0, world.nodes.size()).boxed().toList();
    assertThat(world.runUntil(() -> world.agree(all), 120 * SimWorld.SECOND))
        .as(world::describe)
        .isTrue();
    assertThat(world.latenciesNs).hasSize(count * (world.nodes.size() - 1));
    double one = (double) count * world.radio.multicastNs(BYTES + ADDED);
    Figures figures =
        new Figures(
            (world.radio.airtime.dataNs - dataNs) / one,
            world.latencyMs(0.99),
            (world.time.nowNs() - startNs) / 1e9);
    System.out.printf(
        Locale.ROOT,
        "%s, %d members, loss %.1f: airtime %.2f of one transmission (goal %.2f), control %.2f,"
            + " p50 %.0f ms, p99 %.0f ms, %.1f s%n",
        what,
        world.nodes.size(),
        loss,
        figures.airtime,
        1.3 / (1 - loss),
        (world.radio.airtime.controlNs - controlNs) / one,
        world.latencyMs(0.5),
        figures.p99Ms,
        figures.seconds);
    return figures;
  }
}
