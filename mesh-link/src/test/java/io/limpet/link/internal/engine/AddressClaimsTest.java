package io.limpet.link.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.limpet.link.Bytes;
import io.limpet.link.Diagnosis;
import io.limpet.link.LinkEvent;
import io.limpet.link.PathState;
import io.limpet.link.internal.os.NeighbourEntry;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A hello proves who says something, not that it is true. */
class AddressClaimsTest {
  private static final Bytes ROUTERS_MAC = Bytes.of(new byte[] {2, 0, 0, 0, 7, 7});
  private static final Bytes FORGED_MAC = Bytes.of(new byte[] {2, 0, 0, 0, 6, 6});

  private final SimNetwork network = new SimNetwork(20261126L);
  private final SimNode anna = network.add("anna", true);
  private final SimNode bert = network.add("bert", true);
  private final SimNode mallory = network.add("mallory", true);

  @Test
  void nobodyGetsTheRoutersAddressBySigningThatItIsHis() throws UnknownHostException {
    InetAddress router = InetAddress.getByAddress(new byte[] {10, 0, 9, 9});
    anna.setNeighbour(router, ROUTERS_MAC);
    network.runFor(3_000);
    mallory.claim(router);
    network.every(200, 20_000, () -> anna.send(mallory, 0));
    network.every(10, 20_000, () -> assertThat(macAt(anna, router)).isNotEqualTo(mallory.mac()));
    network.runFor(20_000);
    assertThat(anna.events(LinkEvent.RepairStep.class))
        .isNotEmpty()
        .noneMatch(step -> step.step().equals("replace-entry"));
  }

  @Test
  void aClaimToAnotherPeersAddressMovesNoneOfItsPathsAndWritesNothing() {
    network.runFor(3_000);
    mallory.claim(bert.ip());
    network.every(50, 10_000, () -> anna.send(bert, 0));
    network.every(50, 10_000, () -> anna.send(mallory, 0));
    network.every(10, 10_000, () -> assertThat(macAt(anna, bert.ip())).isEqualTo(bert.mac()));
    network.runFor(10_000);
    assertThat(anna.pathTo(bert)).isEqualTo(PathState.UNICAST);
    assertThat(bert.got).hasSizeGreaterThan(190);
  }

  @Test
  void whileTwoClaimAnAddressAPoisonedEntryIsToldOfAndLeftAlone() {
    network.runFor(3_000);
    mallory.claim(bert.ip());
    network.every(50, 12_000, () -> anna.send(bert, 0));
    network.runFor(2_000);
    network.every(20, 6_000, () -> anna.setNeighbour(bert.ip(), FORGED_MAC));
    network.runFor(5_900);

    assertThat(anna.pathTo(bert)).isEqualTo(PathState.MULTICAST);
    assertThat(anna.report(bert).orElseThrow().diagnosis()).isEqualTo(Diagnosis.NEIGHBOUR_STALE);
    Map<String, String> evidence =
        anna.events(LinkEvent.RepairStarted.class).stream()
            .filter(started -> started.peer().equals(bert.address()))
            .findFirst()
            .orElseThrow()
            .evidence();
    assertThat(evidence).containsEntry("entryMac", "02:00:00:00:06:06");
    assertThat(evidence.get("addressClaimedToo")).contains(mallory.address().toString());
    assertThat(anna.events(LinkEvent.RepairStep.class))
        .extracting(LinkEvent.RepairStep::step)
        .doesNotContain("replace-entry", "flush-entry");
    assertThat(bert.got).as("by multicast").hasSizeGreaterThan(140);
  }

  private static Bytes macAt(SimNode node, InetAddress ip) {
    NeighbourEntry entry = node.neighbours.get(ip);
    return entry == null || entry.mac() == null ? Bytes.EMPTY : entry.mac();
  }
}
