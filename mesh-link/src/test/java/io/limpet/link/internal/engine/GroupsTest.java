package io.limpet.link.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.limpet.link.Bytes;
import io.limpet.link.Carrier;
import io.limpet.link.LinkEvent;
import io.limpet.link.MeshGroups.GroupKey;
import io.limpet.link.SendOutcome;
import io.limpet.link.internal.group.GroupReject;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What is said to groups over a medium that misbehaves. */
class GroupsTest {
  private static final Bytes GROUP = Bytes.of(new byte[16]);
  private static final int SECOND_INTERFACE = 4;

  private final long seed = Long.getLong("limpet.seed", 20261126L);
  private final SimNetwork network = new SimNetwork(seed);
  private final SimNode anna = network.add("anna", true);
  private final SimNode bert = network.add("bert", true);
  private final SimNode carl = network.add("carl", true);

  private static GroupKey key(int number) {
    byte[] secret = new byte[32];
    secret[0] = (byte) number;
    return new GroupKey(number, Bytes.of(secret));
  }

  private SendOutcome say(SimNode from, int number) {
    return say(from, number, 100);
  }

  private SendOutcome say(SimNode from, int number, int bytes) {
    ByteBuf payload = Unpooled.buffer(bytes).writeInt(number).writeZero(bytes - Integer.BYTES);
    return from.engine().groups().send(network.now(), GROUP, payload);
  }

  private static List<Integer> heardBy(SimNode node) {
    return node.gotOfGroups.stream().map(SimNode.Got::number).toList();
  }

  private static List<String> rejectsOfGroups(SimNode node) {
    return node.events(LinkEvent.SecurityRejected.class).stream()
        .map(LinkEvent.SecurityRejected::reason)
        .filter(reason -> reason.contains("group"))
        .toList();
  }

  private void meet(SimNode... members) {
    network.runFor(3_000);
    for (SimNode member : members) {
      member.engine().groups().set(GROUP, List.of(key(1)));
    }
  }

  @Test
  void whatIsSaidGoesOutOnceAndReachesEveryMemberAndNobodyElse() {
    meet(anna, bert);
    long before = network.groupDatagrams;
    assertThat(say(anna, 1)).isEqualTo(SendOutcome.SENT);
    network.runFor(10);
    assertThat(network.groupDatagrams - before).isEqualTo(1);
    assertThat(heardBy(bert)).containsExactly(1);
    assertThat(heardBy(carl)).isEmpty();
    assertThat(carl.events(LinkEvent.SecurityRejected.class)).isEmpty();
    assertThat(carl.engine().groups().rejected(GroupReject.OTHER_KEY)).isEqualTo(1);
    assertThat(say(carl, 2)).isEqualTo(SendOutcome.NO_CAPACITY);
  }

  @Test
  void whereUnicastIsDeadItArrivesAllTheSame() {
    meet(anna, bert, carl);
    anna.unicastHole.add(bert);
    anna.unicastHole.add(carl);
    IntStream.range(0, 20).forEach(number -> say(anna, number));
    network.runFor(10);
    assertThat(heardBy(bert)).hasSize(20);
    assertThat(heardBy(carl)).hasSize(20);
  }

  @Test
  void onTwoInterfacesItIsHeardOnceAndEitherOfThemWillDo() {
    for (SimNode node : List.of(anna, bert)) {
      node.plugIn(SECOND_INTERFACE);
    }
    meet(anna, bert);
    long before = network.groupDatagrams;
    say(anna, 1);
    network.runFor(10);
    assertThat(network.groupDatagrams - before).isEqualTo(2);
    assertThat(heardBy(bert)).containsExactly(1);
    assertThat(bert.engine().groups().rejected(GroupReject.DUPLICATE)).isEqualTo(1);
    anna.cut.add(SimNode.INTERFACE);
    say(anna, 2);
    network.runFor(10);
    assertThat(heardBy(bert)).containsExactly(1, 2);
  }

  @Test
  void aMemberThatRestartsIsHeardAsSoonAsItsHelloIs() {
    meet(anna, bert);
    say(anna, 1);
    network.runFor(10);
    anna.restart();
    anna.engine().groups().set(GROUP, List.of(key(1)));
    network.runFor(2_000);
    say(anna, 2);
    network.runFor(10);
    assertThat(heardBy(bert)).containsExactly(1, 2);
    assertThat(rejectsOfGroups(bert)).isEmpty();
  }

  @Test
  void whatWasRecordedIsWorthNothingLater() {
    meet(anna, bert);
    say(anna, 1);
    network.runFor(10);
    byte[] recorded = network.lastGroupDatagram.clone();
    bert.arrive(anna.source(), Carrier.MULTICAST_IPV4, recorded);
    bert.arrive(anna.source(), Carrier.UNICAST_IPV4, recorded);
    anna.restart();
    network.runFor(2_000);
    bert.arrive(anna.source(), Carrier.MULTICAST_IPV4, recorded);
    assertThat(heardBy(bert)).containsExactly(1);
    assertThat(rejectsOfGroups(bert)).containsExactly("group datagram by unicast");
  }

  @Test
  void nobodyIsThoughtToBeThereForWhatAGroupsKeyCouldForge() {
    meet(anna, bert);
    anna.multicastHole.add(bert);
    anna.unicastHole.add(bert);
    network.every(
        100,
        60_000,
        () -> {
          say(anna, 1);
          bert.arrive(anna.source(), Carrier.MULTICAST_IPV4, network.lastGroupDatagram);
        });
    network.runFor(60_000);
    assertThat(heardBy(bert)).hasSizeGreaterThan(500);
    assertThat(bert.events(LinkEvent.PeerSilent.class)).isNotEmpty();
  }

  @Test
  void whatDoesNotFitIsRefusedAndWhatFitsIsOneSafeDatagram() {
    meet(anna, bert);
    int most = anna.engine().groups().maxPayloadBytes();
    assertThat(most).isEqualTo(1200 - 43);
    anna.largestSent = 0;
    assertThat(say(anna, 1, most + 1)).isEqualTo(SendOutcome.TOO_LARGE);
    assertThat(say(anna, 2, most)).isEqualTo(SendOutcome.SENT);
    assertThat(anna.largestSent).isEqualTo(1200);
    network.runFor(10);
    assertThat(heardBy(bert)).containsExactly(2);
  }

  @Test
  void aFullQueueIsSaidAndNothingIsSealedForIt() {
    meet(anna, bert);
    anna.hasRoom = false;
    assertThat(say(anna, 1)).isEqualTo(SendOutcome.NO_CAPACITY);
    anna.hasRoom = true;
    assertThat(say(anna, 2)).isEqualTo(SendOutcome.SENT);
    network.runFor(10);
    assertThat(heardBy(bert)).containsExactly(2);
  }
}
