package io.limpet.node.internal.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.limpet.link.Bytes;
import io.limpet.link.Carrier;
import io.limpet.link.Diagnosis;
import io.limpet.link.LinkReport;
import io.limpet.link.MeshAddress;
import io.limpet.link.PathState;
import io.limpet.link.PeerInfo;
import io.limpet.link.PeerReport;
import io.limpet.tcp.TcpInfo;
import io.limpet.tcp.TcpState;
import io.limpet.tcp.TcpTotals;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PeerMetersTest {
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final PeerMeters meters = new PeerMeters(MeshAddress::toString, registry);
  private Readings readings = Readings.NONE;

  private static MeshAddress address(int number) {
    return new MeshAddress(0x2001_0020_0000_0000L, number);
  }

  private static PeerReport peer(int number, PathState path, double loss) {
    MeshAddress address = address(number);
    PeerInfo info =
        new PeerInfo(address, Bytes.of(new byte[32]), "p" + number, 1, Bytes.EMPTY, List.of());
    return new PeerReport(
        info,
        path,
        Diagnosis.NONE,
        Duration.ZERO,
        List.of(
            link(address, Carrier.UNICAST_IPV4, true, loss, Duration.ofMillis(3)),
            link(address, Carrier.MULTICAST_IPV4, true, loss, null),
            link(address, Carrier.UNICAST_IPV4, false, loss, null)));
  }

  private static LinkReport link(
      MeshAddress peer, Carrier carrier, boolean outbound, double loss, Duration rtt) {
    return new LinkReport(
        peer, "wlan0", carrier, outbound, "confirmed", null, loss, rtt, 1500, Diagnosis.NONE);
  }

  private static TcpInfo connectionWith(int peer) {
    return new TcpInfo(
        address(peer),
        1,
        2,
        TcpState.ESTABLISHED,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        false,
        0,
        0,
        0,
        0);
  }

  private void see(List<PeerReport> peers, TcpInfo... connections) {
    readings = Readings.of(peers, List.of(connections), TcpTotals.NONE, readings);
    meters.update(readings);
  }

  private List<String> shown() {
    return registry.find("limpet.peer.unicast").gauges().stream()
        .map(Meter::getId)
        .map(id -> id.getTag("peer"))
        .toList();
  }

  private double loss(int peer) {
    return registry
        .get("limpet.link.loss")
        .tag("peer", address(peer).toString())
        .tag("carrier", "unicast_ipv4")
        .gauge()
        .value();
  }

  @Test
  void aPeerHasMetersOfItsOwnThatFollowItAndGoWithIt() {
    see(List.of(peer(1, PathState.UNICAST, 0.25), peer(2, PathState.MULTICAST, Double.NaN)));
    assertThat(
            registry.get("limpet.peer.unicast").tag("peer", address(1).toString()).gauge().value())
        .isEqualTo(1);
    assertThat(
            registry.get("limpet.peer.unicast").tag("peer", address(2).toString()).gauge().value())
        .isZero();
    assertThat(loss(1)).isEqualTo(0.25);
    assertThat(registry.get("limpet.link.rtt").tag("peer", address(1).toString()).gauge().value())
        .isEqualTo(0.003);
    // What is not known is not told.
    assertThat(registry.find("limpet.link.loss").tag("peer", address(2).toString()).gauges())
        .isEmpty();

    see(List.of(peer(1, PathState.SUSPECT, 0.5)));
    assertThat(loss(1)).isEqualTo(0.5);
    assertThat(shown()).containsExactly(address(1).toString());

    see(List.of(peer(1, PathState.SILENT, 0.5)));
    assertThat(registry.getMeters()).isEmpty();
  }

  @Test
  void aCrowdOfStrangersNeitherGrowsTheRegistryNorDisplacesAnybody() {
    PeerReport friend = peer(9_000, PathState.UNICAST, 0);
    PeerReport partner = peer(9_999, PathState.UNICAST, 0);
    see(List.of(friend));
    for (int round = 0; round < 5; round++) {
      int first = 10 + 1000 * round;
      List<PeerReport> all =
          new java.util.ArrayList<>(
              IntStream.range(first, first + 1000)
                  .mapToObj(i -> peer(i, PathState.UNICAST, 0.1))
                  .toList());
      all.add(friend);
      all.add(partner);
      see(all, connectionWith(9_999));
      assertThat(shown())
          .hasSize(Readings.MAX_PEERS)
          .contains(address(9_000).toString(), address(9_999).toString());
      assertThat(registry.getMeters().size())
          .isLessThanOrEqualTo(Readings.MAX_PEERS + 2 * Readings.MAX_LINKS);
    }
    see(List.of());
    assertThat(registry.getMeters()).isEmpty();
  }
}
