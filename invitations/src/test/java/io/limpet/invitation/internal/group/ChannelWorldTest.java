package io.limpet.invitation.internal.group;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever happens to radios, processes and disks: what was published reaches every member, in
 * order per sender, once. The application of each member insists on the order and on each once, and
 * its state outlives its process as the channel's does.
 */
class ChannelWorldTest {
  private static final int WORLDS = Integer.getInteger("limpet.worlds", 40);

  static Stream<Long> seeds() {
    Long one = Long.getLong("limpet.seed");
    return one != null ? Stream.of(one) : new Random(20261126).longs(WORLDS).boxed();
  }

  @ParameterizedTest(name = "-Dlimpet.seed={0}")
  @MethodSource("seeds")
  void all_members_end_with_everything_in_order_and_once(long seed) {
    Weather weather = new Weather(seed);
    weather.run();
    weather.clear();
    boolean agreed =
        weather.world.runUntil(() -> weather.world.agree(weather.members), 120 * SimWorld.SECOND);
    assertThat(agreed).as(weather.world::describe).isTrue();
    assertThat(weather.world.wrongs).isEmpty();
    for (SimNode node : weather.world.nodes) {
      assertThat(node.violations).as("what %d thought of the others", node.index).isEmpty();
      assertThat(node.missed).isZero();
    }
    // And then there is silence.
    weather.world.time.runFor(5 * SimWorld.SECOND);
    long turns = weather.world.turns;
    weather.world.time.runFor(60 * SimWorld.SECOND);
    assertThat(weather.world.turns).isEqualTo(turns);
  }

  /** A world in which something happens every now and then. */
  private static final class Weather {
    final SortedSet<Integer> members = new TreeSet<>();
    final SimWorld world;
    private final Random random;
    private final int size;
    private boolean parted;
    private long calmUntilNs;

    Weather(long seed) {
      random = new Random(seed);
      size = 2 + random.nextInt(5);
      ChannelLimits defaults = ChannelLimits.defaults();
      ChannelLimits limits =
          new ChannelLimits(
              defaults.retainMessages(),
              defaults.retainBytes(),
              defaults.retain(),
              random.nextBoolean() ? 64 << 10 : defaults.backlogBytes(),
              random.nextBoolean() ? 64 : defaults.windowPackets(),
              random.nextInt(3) == 0 ? 128 << 10 : defaults.heldBytes(),
              defaults.unicastCost(),
              random.nextBoolean() ? 3 : defaults.nackAloudFrom());
      double loss = random.nextInt(4) == 0 ? 0 : random.nextDouble(0.35);
      world = new SimWorld(random.nextLong(), size, loss, limits);
      members.add(0);
      for (int i = 1; i < size; i++) {
        if (random.nextInt(4) > 0) {
          members.add(i);
        }
      }
      world.meet(members);
    }

    void run() {
      for (int step = 0; step < 80; step++) {
        world.time.runFor(random.nextLong(500) * SimWorld.MS);
        switch (random.nextInt(16)) {
          case 0 -> world.radio.deafen(random.nextInt(size), random.nextBoolean());
          case 1 -> world.radio.mute(random.nextInt(size), random.nextBoolean());
          case 2 -> part();
          case 3 -> heal();
          case 4 -> restart(random.nextInt(size));
          case 5 -> fillDisk(random.nextInt(size));
          case 6 -> join();
          default -> publish();
        }
      }
    }

    /** Everything works again, and nobody publishes any more. */
    void clear() {
      for (int i = 0; i < size; i++) {
        world.radio.deafen(i, false);
        world.radio.mute(i, false);
        world.disks.get(i).full = false;
      }
      heal();
    }

    private void publish() {
      int from = random.nextInt(size);
      int most = random.nextInt(20) == 0 ? 100_000 : random.nextInt(6) == 0 ? 5_000 : 200;
      int count = random.nextInt(5) == 0 ? 20 : 1;
      for (int i = 0; i < count; i++) {
        world.publish(from, 1 + random.nextInt(most));
      }
    }

    private void part() {
      if (world.time.nowNs() < calmUntilNs) {
        return;
      }
      parted = true;
      for (int i = 0; i < size; i++) {
        world.radio.move(i, random.nextInt(2));
      }
    }

    private void heal() {
      parted = false;
      for (int i = 0; i < size; i++) {
        world.radio.move(i, 0);
      }
      world.reachable();
    }

    private void restart(int index) {
      if (world.time.nowNs() >= calmUntilNs) {
        world.restart(index, members.contains(index) ? members : new TreeSet<>());
      }
    }

    private void fillDisk(int index) {
      world.disks.get(index).full = true;
      world.time.in(
          random.nextLong(3_000) * SimWorld.MS, () -> world.disks.get(index).full = false);
    }

    /** Somebody comes late, while all are there: who is to give a snapshot must be. */
    private void join() {
      if (parted || members.size() == size) {
        return;
      }
      calmUntilNs = world.time.nowNs() + 5 * SimWorld.SECOND;
      for (int i = 0; i < size; i++) {
        members.add(i);
      }
      world.nodes.forEach(n -> n.setMembership(members));
    }
  }
}
