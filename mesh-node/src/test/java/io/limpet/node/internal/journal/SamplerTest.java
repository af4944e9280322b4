package io.limpet.node.internal.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.limpet.link.Carrier;
import io.limpet.link.Diagnosis;
import io.limpet.link.LinkReport;
import io.limpet.link.MeshAddress;
import io.limpet.tcp.TcpInfo;
import io.limpet.tcp.TcpState;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SamplerTest {
  private final Sampler sampler = new Sampler();

  private static MeshAddress peer(int number) {
    return new MeshAddress(0x2001_0020_0000_0000L, number);
  }

  private static LinkReport link(int peer, boolean outbound, long rttMs) {
    return new LinkReport(
        peer(peer),
        "wlan0",
        Carrier.UNICAST_IPV4,
        outbound,
        "confirmed",
        Duration.ZERO,
        outbound ? 0.01 : Double.NaN,
        outbound ? Duration.ofMillis(rttMs) : null,
        1500,
        Diagnosis.NONE);
  }

  private static TcpInfo connection(int port, long acked, long received, long retransmitted) {
    return new TcpInfo(
        peer(1),
        port,
        80,
        TcpState.ESTABLISHED,
        5_000_000,
        0,
        4_000_000,
        0,
        0,
        0,
        0,
        0,
        acked,
        received,
        10,
        retransmitted,
        0.02,
        0,
        1400,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        false,
        0,
        1500,
        0,
        0);
  }

  @Test
  void ofAQuietMeshNothingIsWrittenTwice() {
    List<LinkReport> links = List.of(link(1, true, 5), link(1, false, 5));
    assertThat(sampler.links(links)).containsExactly(links.get(0));
    assertThat(sampler.links(links)).isEmpty();
    assertThat(sampler.links(List.of(link(1, true, 6)))).hasSize(1);
  }

  @Test
  void ofACrowdEveryoneHasTheirTurn() {
    Set<MeshAddress> written = new HashSet<>();
    for (int look = 0; look < 10; look++) {
      int rtt = look + 1;
      List<LinkReport> crowd =
          IntStream.range(0, 40).mapToObj(peer -> link(peer, true, rtt)).toList();
      List<LinkReport> chosen = sampler.links(crowd);
      assertThat(chosen).hasSize(Sampler.MOST_LINKS);
      chosen.forEach(link -> assertThat(written.add(link.peer())).isTrue());
    }
    assertThat(written).hasSize(40);
  }

  @Test
  void whatAConnectionCarriedIsToldInBitsOfASecond() {
    assertThat(sampler.connections(List.of(connection(1, 0, 0, 0)), 5_000)).isEmpty();
    Throughput carried =
        sampler.connections(List.of(connection(1, 5_000_000, 1_250, 3)), 5_000).get(0);
    assertThat(carried.sentBitsPerSecond()).isEqualTo(8_000_000);
    assertThat(carried.receivedBitsPerSecond()).isEqualTo(2_000);
    assertThat(carried.retransmitted()).isEqualTo(3);
    assertThat(sampler.connections(List.of(connection(1, 5_000_000, 1_250, 3)), 5_000)).isEmpty();
  }

  @Test
  void ofManyConnectionsThoseThatCarriedMostAreTold() {
    List<TcpInfo> many =
        IntStream.rangeClosed(1, 30).mapToObj(p -> connection(p, p * 1_000_000L, 0, 0)).toList();
    assertThat(sampler.connections(many, 1_000))
        .extracting(carried -> carried.now().localPort())
        .containsExactly(30, 29, 28, 27);
  }
}
