package io.limpet.rig;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.limpet.rig.TcpProbe.Outcome;
import java.net.Inet4Address;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The air between real kernels. */
@Tag("kernel")
class KernelAirTest {
  private static final Duration SHORT = Duration.ofSeconds(2);
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final Duration IN_TIME = Duration.ofMillis(1);
  private static final int LINK_BITS_PER_SECOND = 50_000_000;

  @ParameterizedTest
  @EnumSource(names = {"TAP", "VETH"})
  void aPingTakesTwiceTheDelayAndLittleMore(MediumKind kind) {
    try (Rig rig = start(kind, LinkSettings.plain().withDelay(Duration.ofMillis(10)))) {
      Duration best = bestPing(rig.device("oak"), rig.device("elm"), 20);
      assertThat(best).isBetween(Duration.ofMillis(20), Duration.ofMillis(23));
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"TAP", "VETH"})
  void kernelTcpFillsALinkWithoutLoss(MediumKind kind) throws Exception {
    LinkSettings link =
        LinkSettings.plain().withDelay(Duration.ofMillis(5)).withRate(LINK_BITS_PER_SECOND);
    try (Rig rig = start(kind, link)) {
      // What the link can do, not what a busy machine lets iperf do at this moment: the best of a
      // few tries.
      double goodput = 0;
      for (int i = 0; i < 4 && goodput < 0.9 * LINK_BITS_PER_SECOND; i++) {
        goodput = Math.max(goodput, iperf(rig.device("oak"), rig.device("elm")));
        System.out.println(kind + ": " + goodput / 1e6 + " Mbit/s, " + rig.lateness());
      }
      // Nothing that a radio could not send: no segments that a network card was to cut up.
      RadioCounters radio = rig.device("oak").counters();
      assertThat(radio.bytesOnAir()).isLessThanOrEqualTo(radio.framesOnAir() * 1514);
      assertThat(radio.malformed()).isZero();
      // A machine that plays the air late has pauses in it which no sender can fill.
      double least = rig.lateness().p99().compareTo(IN_TIME) <= 0 ? 0.9 : 0.75;
      assertThat(goodput).isBetween(least * LINK_BITS_PER_SECOND, 1.0 * LINK_BITS_PER_SECOND);
    }
  }

  @Test
  @MeshRig
  void aForgottenWayIsFoundAgainWhenTheOtherEndFlushesItsNeighbours(
      Rig rig, RigDevice oak, RigDevice elm) {
    try (TcpSink sink = elm.listenTcp(0);
        TcpSink back = oak.listenTcp(0)) {
      assertThat(oak.kernelTcpProbe(elm, sink.port(), SHORT).connected()).isTrue();
      rig.forgetWay(oak, elm);
      assertThat(oak.kernelTcpProbe(elm, sink.port(), SHORT).outcome())
          .isEqualTo(Outcome.TIMED_OUT);
      assertThat(rig.counters(oak, elm).blackHoled()).isPositive();
      // Whoever has to ask for oak's address again broadcasts; oak's radio hears it.
      elm.exec("ip", "neigh", "flush", "dev", "mesh0").waitFor(LONG);
      assertThat(elm.kernelTcpProbe(oak, back.port(), LONG).connected()).isTrue();
      assertThat(oak.kernelTcpProbe(elm, sink.port(), SHORT).connected()).isTrue();
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"TAP", "VETH"})
  void twoNetworksFailApart(MediumKind kind) {
    try (Rig rig = Rig.builder().devices("oak", "elm").kind(kind).networks(2).start()) {
      RigDevice oak = rig.device("oak");
      RigDevice elm = rig.device("elm");
      assertThat(elm.interfaces()).extracting(RigInterface::name).containsExactly("mesh0", "mesh1");
      Inet4Address second = elm.interfaces().get(1).ipv4();
      try (TcpSink sink = elm.listenTcp(0)) {
        assertThat(oak.kernelTcpProbe(elm, sink.port(), SHORT).connected()).isTrue();
        assertThat(oak.kernelTcpProbe(second, sink.port(), SHORT).connected()).isTrue();
        rig.cut(oak, elm);
        assertThat(oak.kernelTcpProbe(elm, sink.port(), SHORT).connected()).isFalse();
        assertThat(oak.kernelTcpProbe(second, sink.port(), SHORT).connected()).isTrue();
        rig.healAll();
        rig.network(1).blackHole(oak, elm);
        assertThat(oak.kernelTcpProbe(elm, sink.port(), SHORT).connected()).isTrue();
        assertThat(oak.kernelTcpProbe(second, sink.port(), SHORT).connected()).isFalse();
      }
    }
  }

  @Test
  @MeshRig(names = {"oak", "elm", "ash"})
  void lossIsWhatItWasSetTo(Rig rig, RigDevice oak, RigDevice elm) throws Exception {
    try (Datagrams datagrams = Datagrams.between(oak, elm)) {
      rig.loss(oak, elm, 0.1);
      int sent = 3000;
      datagrams.send(0, sent);
      double lost = sent - datagrams.received().size();
      assertThat(lost).isCloseTo(0.1 * sent, within(5 * Math.sqrt(sent * 0.1 * 0.9)));
      assertThat(rig.counters(oak, elm).unicastLost()).isEqualTo((long) lost);
    }
  }

  @Test
  @MeshRig
  void aBlackHoleSwallowsTcpWhileAddressesResolveAndMulticastPasses(
      Rig rig, RigDevice oak, RigDevice elm, RigDevice ash) throws Exception {
    try (TcpSink sink = elm.listenTcp(0);
        RigProcess listener = elm.startJava(MulticastListener.class.getName(), "mesh0")) {
      TestSupport.awaitLine(listener, "ready");
      rig.blackHole(oak, elm);
      assertThat(oak.kernelTcpProbe(elm, sink.port(), SHORT).outcome())
          .isEqualTo(Outcome.TIMED_OUT);
      assertThat(oak.neighbour(elm).orElseThrow().mac()).contains(elm.mac());
      assertThat(oak.ping(elm, SHORT)).isEmpty();
      assertThat(ash.kernelTcpProbe(elm, sink.port(), SHORT).connected()).isTrue();
      oak.startJava(MulticastListener.Sender.class.getName(), "mesh0", "hello").waitFor(LONG);
      TestSupport.awaitLine(listener, "hello");
      rig.heal(oak, elm);
      assertThat(oak.kernelTcpProbe(elm, sink.port(), SHORT).connected()).isTrue();
      await().atMost(SHORT).until(() -> sink.accepted() == 2);
    }
  }

  @Test
  @MeshRig
  void aBlackHoleInOneDirectionStopsPingsBothWays(Rig rig, RigDevice oak, RigDevice elm) {
    assertThat(oak.ping(elm, SHORT)).isPresent();
    rig.blackHole(oak, elm, Direction.BACKWARD, NeighbourTraffic.PASSES);
    long before = rig.counters(oak, elm).unicastDelivered();
    assertThat(oak.ping(elm, Duration.ofMillis(300))).isEmpty();
    assertThat(elm.ping(oak, Duration.ofMillis(300))).isEmpty();
    // The request arrived all the same.
    assertThat(rig.counters(oak, elm).unicastDelivered()).isGreaterThan(before);
    assertThat(rig.counters(elm, oak).blackHoled()).isGreaterThanOrEqualTo(2);
  }

  @Test
  @MeshRig
  void aCutLinkCarriesNothingUntilItIsRestored(Rig rig, RigDevice oak, RigDevice elm) {
    assertThat(oak.ping(elm, SHORT)).isPresent();
    rig.cut(oak, elm);
    assertThat(oak.ping(elm, Duration.ofMillis(300))).isEmpty();
    rig.restore(oak, elm);
    assertThat(oak.ping(elm, SHORT)).isPresent();
    rig.radioOff(elm);
    assertThat(oak.ping(elm, Duration.ofMillis(300))).isEmpty();
    rig.healAll();
    assertThat(oak.ping(elm, SHORT)).isPresent();
  }

  @Test
  @MeshRig
  void aRefusedConnectionIsToldFromADeadOne(Rig rig, RigDevice oak, RigDevice elm) {
    assertThat(oak.kernelTcpProbe(elm, 9, SHORT).outcome()).isEqualTo(Outcome.REFUSED);
    rig.cut(oak, elm);
    assertThat(oak.kernelTcpProbe(elm, 9, Duration.ofMillis(500)).outcome())
        .isEqualTo(Outcome.TIMED_OUT);
  }

  @Test
  @MeshRig
  void linkLocalAddressesOfIpv6WorkAtOnce(RigDevice oak, RigDevice elm) {
    try (TcpSink sink = elm.listenTcp(0)) {
      byte[] elmOctets = elm.ipv6LinkLocal().getAddress();
      int oakInterface = oak.ipv6LinkLocal().getScopeId();
      assertThat(
              oak.kernelTcpProbe(
                  TestSupport.linkLocal(elmOctets, oakInterface), sink.port(), SHORT))
          .matches(TcpProbe::connected);
    }
  }

  private static Rig start(MediumKind kind, LinkSettings link) {
    RigLauncher.Choice choice = RigLauncher.choose();
    assumeTrue(choice.kind() != MediumKind.IN_PROCESS, choice.reason());
    assumeTrue(kind == MediumKind.VETH || choice.kind() == kind, choice.reason());
    return Rig.builder().devices("oak", "elm").kind(kind).link(link).start();
  }

  private static Duration bestPing(RigDevice from, RigDevice to, int tries) {
    Duration best = Duration.ofDays(1);
    for (int i = 0; i < tries; i++) {
      Duration rtt = from.ping(to, SHORT).orElse(best);
      best = rtt.compareTo(best) < 0 ? rtt : best;
    }
    return best;
  }

  private static double iperf(RigDevice from, RigDevice to) throws Exception {
    CompletableFuture<Boolean> listening = new CompletableFuture<>();
    try (RigProcess server =
        to.command(List.of("iperf3", "-s", "-1", "--forceflush"))
            .onLine(line -> listening.complete(true))
            .start()) {
      assertThat(listening.get(10, TimeUnit.SECONDS)).isTrue();
      assertThat(server.isAlive()).isTrue();
      RigProcess client =
          from.exec("iperf3", "-J", "-O", "1", "-t", "2", "-c", to.ipv4().getHostAddress());
      assertThat(client.waitFor(LONG)).as(client::stdout).isZero();
      JsonNode result = new ObjectMapper().readTree(client.stdout());
      return result.path("end").path("sum_received").path("bits_per_second").asDouble();
    }
  }
}
