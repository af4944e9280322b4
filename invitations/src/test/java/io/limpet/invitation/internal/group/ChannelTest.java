package io.limpet.invitation.internal.group;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.limpet.invitation.internal.wire.Message;
import io.limpet.link.Bytes;
import io.limpet.link.MeshAddress;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a channel promises, case by case, in virtual time. */
class ChannelTest {
  private static final long MS = SimWorld.MS;
  private static final long SECOND = SimWorld.SECOND;

  @ParameterizedTest
  @ValueSource(ints = {1, 12, 1_200, 65_536, 1 << 20})
  void a_payload_of_any_size_reaches_all_at_ten_percent_loss(int bytes) {
    SimWorld world = meet(4, 0.1, ChannelLimits.defaults());
    world.publish(1, bytes);
    world.publish(2, bytes);
    agreeWithin(world, 30);
  }

  @Test
  void a_payload_that_is_empty_or_too_long_is_refused() {
    SimNode node = meet(2, 0, ChannelLimits.defaults()).nodes.get(0);
    for (int bytes : new int[] {0, ChannelLimits.MAX_MESSAGE + 1}) {
      assertThatThrownBy(() -> node.publish(new byte[bytes]))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void a_lost_tail_is_noticed_by_the_heartbeat() {
    SimWorld world = meet(2, 0, ChannelLimits.defaults());
    world.radio.deafen(1, true);
    world.publish(0, 100);
    world.time.runFor(10 * MS);
    world.radio.deafen(1, false);
    agreeWithin(world, 1);
    assertThat(world.latencyMs(1)).isLessThan(150);
  }

  @Test
  void whom_multicast_does_not_reach_is_served_by_stream_and_no_longer_when_it_does() {
    SimWorld world = meet(3, 0, ChannelLimits.defaults());
    world.radio.deafen(2, true);
    world.publish(0, 500);
    agreeWithin(world, 1);
    assertThat(world.radio.airtime.streamNs).isPositive();
    world.radio.deafen(2, false);
    for (int i = 0; i < 40; i++) {
      world.publish(0, 500);
      world.time.runFor(100 * MS);
    }
    long streamNs = world.radio.airtime.streamNs;
    world.publish(0, 500);
    agreeWithin(world, 1);
    assertThat(world.radio.airtime.streamNs).isEqualTo(streamNs);
  }

  @Test
  void nobody_is_served_by_stream_because_the_air_is_full_for_a_while() {
    SimWorld world = meet(20, 0.1, ChannelLimits.defaults());
    world.radio.jam(4 * SECOND);
    for (int i = 0; i < 20; i++) {
      world.publish(i, 500);
    }
    long streamNs = world.radio.airtime.streamNs;
    agreeWithin(world, 8);
    assertThat(world.radio.airtime.streamNs).isEqualTo(streamNs);
  }

  @Test
  void of_many_who_hear_nothing_at_once_few_are_given_a_stream_at_first_and_in_the_end_all() {
    SimWorld world = meet(12, 0, ChannelLimits.defaults());
    deafenAllBut(world, 0, true);
    world.radio.streamedTo.clear();
    for (int i = 0; i < 40; i++) {
      world.publish(0, 500);
      world.time.runFor(100 * MS);
    }
    // The sender itself among them: who is served by stream answers there.
    assertThat(world.radio.streamedTo).hasSizeBetween(2, 6);
    deafenAllBut(world, 0, false);
    agreeWithin(world, 5);
    deafenAllBut(world, 0, true);
    world.publish(0, 500);
    agreeWithin(world, 30);
  }

  private static void deafenAllBut(SimWorld world, int one, boolean is) {
    IntStream.range(0, world.nodes.size())
        .filter(i -> i != one)
        .forEach(i -> world.radio.deafen(i, is));
  }

  @Test
  void who_comes_late_gets_the_state_and_then_the_tail() {
    SimWorld world = new SimWorld(3, 4, 0.1, ChannelLimits.defaults());
    world.snapshotPadding = 300_000;
    List<Integer> early = List.of(0, 1, 2);
    world.meet(early);
    for (int i = 0; i < 50; i++) {
      world.publish(i % 3, 200);
    }
    assertThat(world.runUntil(() -> world.agree(early), 10 * SECOND)).isTrue();
    world.nodes.forEach(n -> n.setMembership(List.of(0, 1, 2, 3)));
    for (int i = 0; i < 20; i++) {
      world.publish(i % 4, 200);
      world.time.runFor(30 * MS);
    }
    agreeWithin(world, 10);
    assertThat(world.nodes.get(3).restored).isEqualTo(1);
    assertThat(world.nodes.get(0).restored).isZero();
  }

  @Test
  void what_is_said_on_both_sides_of_a_partition_is_heard_on_the_other_when_it_heals() {
    SimWorld world = meet(4, 0.05, ChannelLimits.defaults());
    part(world);
    for (int i = 0; i < 40; i++) {
      world.publish(i % 4, 400);
      world.time.runFor(SECOND);
    }
    heal(world);
    agreeWithin(world, 10);
    assertThat(world.nodes).allMatch(n -> n.restored <= 1 && n.missed == 0);
  }

  @Test
  void beyond_the_retention_who_was_away_gets_the_state_of_somebody_who_has_it() {
    ChannelLimits limits = ChannelLimits.defaults().withRetention(10, 1 << 20, Duration.ofDays(1));
    SimWorld world = meet(4, 0, limits);
    int before = world.nodes.get(3).restored;
    part(world);
    for (int i = 0; i < 60; i++) {
      world.publish(0, 400);
      world.time.runFor(300 * MS);
    }
    heal(world);
    agreeWithin(world, 30);
    assertThat(world.nodes.get(3).restored).isEqualTo(before + 1);
    assertThat(world.nodes.get(3).missed).isZero();
  }

  @Test
  void what_nobody_has_any_more_is_told_as_missed_and_what_comes_after_is_heard() {
    ChannelLimits limits = ChannelLimits.defaults().withRetention(10, 1 << 20, Duration.ofDays(1));
    SimWorld world = meet(2, 0, limits);
    part(world, 0, 1);
    for (int i = 0; i < 60; i++) {
      world.publish(1, 400);
      world.time.runFor(300 * MS);
    }
    // The state of who said it would do; but it is away when its lines are missed.
    world.nodes.get(1).givesNoSnapshots = true;
    heal(world);
    assertThat(world.runUntil(() -> world.nodes.get(0).missed > 0, 30 * SECOND)).isTrue();
    assertThat(world.runUntil(() -> world.hasAll(world.nodes.get(0)), 10 * SECOND)).isTrue();
  }

  @Test
  void who_falls_behind_holds_nobody_up_is_called_slow_and_ends_with_the_state() {
    ChannelLimits limits =
        new ChannelLimits(100, 400_000, Duration.ofDays(1), 200_000, 64, 1 << 20, 0.25, 32);
    SimWorld world = meet(3, 0, limits);
    int before = world.nodes.get(2).restored;
    world.nodes.get(2).takesNothing = true;
    IntStream.range(0, 2_000)
        .forEach(i -> world.time.in(i * 10L * MS, () -> world.publish(0, 1_000)));
    world.time.runFor(25 * SECOND);
    assertThat(world.nodes.get(0).events).contains("slow 2");
    assertThat(world.hasAll(world.nodes.get(1))).isTrue();
    world.nodes.get(2).takesNothing = false;
    agreeWithin(world, 30);
    assertThat(world.nodes.get(2).restored).isGreaterThan(before);
    assertThat(world.nodes.get(2).missed).isZero();
  }

  @Test
  void what_was_stored_before_a_crash_is_sent_after_it() {
    SimWorld world = meet(3, 0.1, ChannelLimits.defaults());
    part(world, 1, 2, 2);
    for (int i = 0; i < 30; i++) {
      world.publish(0, 1_000);
    }
    world.time.runFor(SECOND);
    world.restart(0, List.of(0, 1, 2));
    world.time.runFor(100 * MS);
    heal(world);
    agreeWithin(world, 10);
    assertThat(world.nodes.get(1).state.get(SimNode.address(0)).sequence()).isEqualTo(30);
  }

  @Test
  void what_cannot_be_stored_is_not_said_and_the_next_takes_its_number() {
    SimWorld world = meet(2, 0, ChannelLimits.defaults());
    world.disks.get(0).full = true;
    CompletionStage<Delivery> refused = world.nodes.get(0).publish(new byte[] {1});
    world.time.runFor(SECOND);
    assertThat(refused.toCompletableFuture()).isCompletedExceptionally();
    world.disks.get(0).full = false;
    world.publish(0, 10);
    agreeWithin(world, 1);
    assertThat(world.nodes.get(1).state.get(SimNode.address(0)).sequence()).isEqualTo(1);
  }

  @Test
  void who_is_told_of_a_full_backlog_may_try_again_later() {
    SimWorld world = meet(2, 0, ChannelLimits.defaults());
    SimNode node = world.nodes.get(0);
    List<CompletionStage<Delivery>> stages =
        IntStream.range(0, 2_000).mapToObj(i -> node.publish(new byte[4_000])).toList();
    assertThat(stages).anyMatch(s -> s.toCompletableFuture().isCompletedExceptionally());
    world.time.runFor(30 * SECOND);
    assertThat(stages).allMatch(s -> s.toCompletableFuture().isDone());
    world.publish(0, 10);
    agreeWithin(world, 5);
  }

  @Test
  void who_has_left_hears_nothing_more_and_publishes_nothing() {
    SimWorld world = meet(3, 0, ChannelLimits.defaults());
    world.nodes.forEach(n -> n.setMembership(n.index == 2 ? List.of() : List.of(0, 1)));
    world.publish(0, 10);
    world.time.runFor(SECOND);
    assertThat(world.nodes.get(2).state).isEmpty();
    assertThat(world.nodes.get(2).publish(new byte[] {1}).toCompletableFuture())
        .isCompletedExceptionally();
  }

  @Test
  void a_loss_of_all_is_asked_for_by_few_and_made_good_for_all_at_once() {
    ChannelLimits defaults = ChannelLimits.defaults();
    int size = defaults.nackAloudFrom() + 8;
    SimWorld world = meet(size, 0, defaults);
    for (int i = 1; i < size; i++) {
      world.radio.deafen(i, true);
    }
    world.publish(0, 1_000);
    world.time.runFor(5 * MS);
    for (int i = 1; i < size; i++) {
      world.radio.deafen(i, false);
    }
    long before = world.radio.airtime.dataNs;
    agreeWithin(world, 2);
    assertThat(world.radio.count(PacketCodec.NACK)).isBetween(1L, size / 3L);
    assertThat(world.radio.airtime.dataNs - before).isLessThan(2 * world.radio.multicastNs(1_043));
  }

  @Test
  void hostile_bytes_of_a_member_neither_hurt_nor_fill() {
    long seed = Long.getLong("limpet.seed", 20261126L);
    Random random = new Random(seed);
    SimWorld world = meet(3, 0, ChannelLimits.defaults());
    SimNode victim = world.nodes.get(0);
    MeshAddress foe = SimNode.address(2);
    List<byte[]> samples =
        List.of(
            PacketCodec.encode(new Packet.Data(3, 9, 0, 5, 1, new byte[700])),
            PacketCodec.encode(
                new Packet.Data(3, 9, 0, 1, 0, new Fragment(1, 0, 2, new byte[9]).body())),
            PacketCodec.encode(new Packet.Parity(3, 9, 0, 2, 40, 3, new byte[900])),
            PacketCodec.encode(new Packet.Heartbeat(3, 9, 0, 1_000, 1, List.of())),
            PacketCodec.encode(
                new Packet.Nack(victim.address, 1, new Position(1, 1, 1, 1), 1, new byte[128])),
            PacketCodec.encode(
                new Packet.Reports(
                    List.of(
                        new Packet.Report(
                            Member.shortForm(victim.address), 1, new Position(1, 1, 1, 1))))),
            PacketCodec.encode(new Packet.Ack(1, 1L << 32, 0)));
    for (int i = 0; i < 60_000; i++) {
      byte[] bytes = PacketCodecTest.mutate(random, samples.get(random.nextInt(samples.size())));
      if (random.nextInt(8) == 0 && bytes.length > 0) {
        victim.onFrame(2, true, new Message.Carried("a", Bytes.of(bytes)));
        victim.channel.onStream(
            foe, new Message.SnapshotPart("a", 1 + random.nextInt(3), 9, 0, Bytes.of(bytes)));
      } else {
        victim.onFrame(2, false, bytes);
      }
      if (i % 500 == 0) {
        world.time.runFor(20 * MS);
        world.publish(0, 300);
      }
    }
    assertThat(victim.channel.heldBytes())
        .isLessThan(ChannelLimits.defaults().heldBytes() + (1 << 20));
    assertThat(world.runUntil(() -> world.hasAll(world.nodes.get(1)), 30 * SECOND))
        .as("-Dlimpet.seed=%d", seed)
        .isTrue();
  }

  private static SimWorld meet(int size, double loss, ChannelLimits limits) {
    SimWorld world = new SimWorld(7, size, loss, limits);
    world.meet();
    assertThat(
            world.runUntil(
                () -> world.nodes.stream().allMatch(n -> n.channel.isSynced()), 10 * SECOND))
        .isTrue();
    return world;
  }

  /** Puts the first half and the others apart. */
  private static void part(SimWorld world) {
    for (int i = 0; i < world.nodes.size(); i++) {
      world.radio.move(i, 2 * i / world.nodes.size());
    }
  }

  private static void part(SimWorld world, int... sides) {
    for (int i = 0; i < sides.length; i++) {
      world.radio.move(i, sides[i]);
    }
  }

  private static void heal(SimWorld world) {
    IntStream.range(0, world.nodes.size()).forEach(i -> world.radio.move(i, 0));
    world.reachable();
  }

  private static void agreeWithin(SimWorld world, int seconds) {
    List<Integer> all = IntStream.range(0, world.nodes.size()).boxed().toList();
    assertThat(world.runUntil(() -> world.agree(all), seconds * SECOND))
        .as(world::describe)
        .isTrue();
    assertThat(world.wrongs).isEmpty();
  }
}
