package io.limpet.node.internal.sockets;

import static org.assertj.core.api.Assertions.assertThat;

import io.limpet.link.KernelSocket;
import io.limpet.link.KernelSocket.State;
import io.limpet.link.KernelSocket.Timer;
import io.limpet.link.KernelTcpInfo;
import io.limpet.node.internal.doctor.SocketOwners.Owner;
import io.limpet.node.internal.sockets.SocketFacts.Age;
import io.limpet.node.internal.sockets.SocketFacts.Effort;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KernelFactsTest {
  private static List<SocketFacts> facts(KernelSocket... sockets) {
    return KernelFacts.of(
        Arrays.asList(sockets),
        socket ->
            socket.inode() == 7 ? Optional.of(new Owner(70, "httpd")) : Optional.<Owner>empty(),
        socket -> Duration.ZERO);
  }

  /** What becomes of one that a program holds. */
  private static SocketFacts held(State state, Timer timer, KernelTcpInfo info) {
    return facts(Facts.kernel(state, 7, timer, info)).get(0);
  }

  private static Timer timer(Timer.Kind kind, int tries, long expiresMs) {
    return new Timer(kind, tries, expiresMs);
  }

  private static Duration ms(long ms) {
    return Duration.ofMillis(ms);
  }

  @Test
  void timeInTimeWaitIsKnownExactly() {
    KernelSocket socket =
        Facts.kernel(State.TIME_WAIT, 0, timer(Timer.Kind.TIME_WAIT, 0, 43_000), null);
    SocketFacts facts = facts(socket).get(0);
    assertThat(facts.age()).isEqualTo(new Age(ms(17_000), ms(17_000)));
    assertThat(facts.endsIn()).isEqualTo(ms(43_000));
    assertThat(facts.awaitsAccept()).isFalse();
  }

  @Test
  void closeWaitIsNoYoungerThanTheLastSegmentAndNoOlderThanTheLastData() {
    KernelSocket socket =
        Facts.kernel(State.CLOSE_WAIT, 7, Facts.NO_TIMER, Facts.info(0, 200, 80, 90, 65));
    SocketFacts facts = facts(socket).get(0);
    assertThat(facts.age()).isEqualTo(new Age(ms(65_000), ms(90_000)));
    assertThat(facts.holder()).isEqualTo("httpd (70)");
    assertThat(facts.idle()).contains(ms(80_000));
    // The kernel rounds.
    KernelSocket rounded =
        Facts.kernel(State.FIN_WAIT_2, 7, Facts.NO_TIMER, Facts.info(0, 200, 64, 0, 65));
    assertThat(facts(rounded).get(0).age()).isEqualTo(new Age(ms(65_000), ms(65_000)));
  }

  @Test
  void whatWasSeenForLongerCountsAndNothingIsYoungerForIt() {
    Age age = new Age(ms(2_000), ms(90_000));
    assertThat(age.seenFor(Duration.ZERO)).isEqualTo(age);
    assertThat(age.seenFor(ms(1_000))).isEqualTo(age);
    assertThat(age.seenFor(ms(5_000))).isEqualTo(new Age(ms(5_000), ms(90_000)));
    assertThat(Age.UNKNOWN.seenFor(ms(5_000))).isEqualTo(new Age(ms(5_000), null));
  }

  @Test
  void sightingsLastWhileTheSocketIsInItsState() {
    KernelSocket before = Facts.kernel(State.ESTABLISHED, 7, Facts.NO_TIMER, null);
    KernelSocket after = Facts.kernel(State.CLOSE_WAIT, 7, Facts.NO_TIMER, null);
    Sightings sightings = new Sightings();
    sightings.see(1_000_000, List.of(before));
    sightings.see(4_000_000, List.of(before));
    assertThat(sightings.seenFor(before)).isEqualTo(ms(3));
    sightings.see(5_000_000, List.of(after));
    assertThat(sightings.seenFor(after)).isZero();
    sightings.see(6_000_000, List.of(before));
    assertThat(sightings.seenFor(before)).isZero();
  }

  @Test
  void theTimeoutsThatAreOverBoundTheTimeOfTrying() {
    // 200 + 400 + 800 + 1600 ms are over, and 1200 of the 3200 that run.
    SocketFacts doubled =
        held(
            State.ESTABLISHED,
            timer(Timer.Kind.RETRANSMISSION, 4, 2_000),
            Facts.info(4, 3_200, 0, 0, 0));
    assertThat(doubled.retry().effort()).isEqualTo(Effort.SEND);
    assertThat(doubled.retry().tries()).isEqualTo(4);
    assertThat(doubled.retry().sofar()).isEqualTo(ms(4_200));
    assertThat(doubled.retry().nextIn()).isEqualTo(ms(2_000));
    // The first four SYNs of newer kernels follow each other by a second.
    SocketFacts linear =
        held(
            State.SYN_SENT,
            timer(Timer.Kind.RETRANSMISSION, 3, 400),
            Facts.info(0, 1_000, 0, 0, 0));
    assertThat(linear.age()).isEqualTo(new Age(ms(3_600), null));
  }

  @Test
  void triesToAnswerASynTellNoTime() {
    // Each SYN that is repeated is answered at once, so five answers can go out within a second.
    Timer left = timer(Timer.Kind.RETRANSMISSION, 5, 1_420);
    SocketFacts request = facts(Facts.kernel(State.SYN_RECEIVED, 0, left, null)).get(0);
    assertThat(request.retry().tries()).isEqualTo(5);
    assertThat(request.age()).isEqualTo(new Age(ms(1_580), null));
    Timer young = timer(Timer.Kind.RETRANSMISSION, 0, 900);
    SocketFacts first = facts(Facts.kernel(State.SYN_RECEIVED, 0, young, null)).get(0);
    assertThat(first.retry().tries()).isZero();
    assertThat(first.age()).isEqualTo(new Age(ms(100), null));
  }

  @Test
  void probesOfAClosedWindowAreCountedByTheirPauses() {
    // An answered probe makes the kernel begin its count anew.
    SocketFacts facts =
        held(
            State.ESTABLISHED, timer(Timer.Kind.WINDOW_PROBE, 0, 900), Facts.info(3, 200, 0, 0, 0));
    assertThat(facts.retry().effort()).isEqualTo(Effort.PROBE_WINDOW);
    assertThat(facts.retry().tries()).isEqualTo(3);
    assertThat(facts.retry().sofar()).isEqualTo(ms(1_400));
  }

  @Test
  void whatIsNotAcceptedIsItsListeners() {
    KernelSocket waiting =
        Facts.kernel(State.ESTABLISHED, 0, Facts.NO_TIMER, Facts.info(0, 200, 9, 9, 9));
    KernelSocket anywhere = Facts.kernel(State.LISTEN, "0.0.0.0", 7, Facts.NO_TIMER, null);
    SocketFacts found = facts(waiting, anywhere).get(0);
    assertThat(found.awaitsAccept()).isTrue();
    assertThat(found.held()).isFalse();
    assertThat(found.holder()).isEqualTo("httpd (70)");

    KernelSocket elsewhere = Facts.kernel(State.LISTEN, "10.9.9.9", 7, Facts.NO_TIMER, null);
    SocketFacts lost = facts(waiting, elsewhere).get(0);
    assertThat(lost.awaitsAccept()).isFalse();
    assertThat(lost.holder()).isEqualTo("none, the kernel's");
  }

  @Test
  void aClosedSocketThatTheKernelEndsSaysWhen() {
    Timer linger = timer(Timer.Kind.KEEPALIVE, 0, 30_000);
    SocketFacts orphan =
        facts(Facts.kernel(State.FIN_WAIT_2, 0, linger, Facts.info(0, 200, 1, 1, 1))).get(0);
    assertThat(orphan.endsIn()).isEqualTo(ms(30_000));
    SocketFacts kept = held(State.FIN_WAIT_2, linger, Facts.info(0, 200, 1, 1, 1));
    assertThat(kept.endsIn()).as("a keepalive ends nothing that answers").isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "10.0.0.1,10.0.0.1:22",
    "0.0.0.0,0.0.0.0:22",
    "::,[::]:22",
    "::1,[::1]:22",
    "fd88::1,[fd88::1]:22",
    "fe80::,[fe80::]:22",
    "1:0:0:2:0:0:0:3,[1:0:0:2::3]:22",
    "1:0:0:2:3:0:0:4,[1::2:3:0:0:4]:22",
    "1:0:2:3:4:5:6:10,[1:0:2:3:4:5:6:10]:22",
    "10:0:0:100:1:1:1:1,[10::100:1:1:1:1]:22",
    "fe80::1%7,[fe80::1%7]:22"
  })
  void addressesAreShort(String literal, String text) throws UnknownHostException {
    InetAddress ip = InetAddress.getByName(literal);
    assertThat(SocketFacts.End.of(new InetSocketAddress(ip, 22)).toString()).isEqualTo(text);
  }

  @Test
  void theKernelsCountersAreReadByName() {
    String netstat =
        """
        TcpExt: SyncookiesSent ListenOverflows ListenDrops
        TcpExt: 0 12 13
        IpExt: ListenOverflows
        IpExt: 99
        """;
    assertThat(ListenCounters.read(netstat, "ListenOverflows")).hasValue(12);
    assertThat(ListenCounters.read(netstat, "ListenDrops")).hasValue(13);
    assertThat(ListenCounters.read(netstat, "Other")).isEmpty();
    assertThat(ListenCounters.read("TcpExt: ListenOverflows\nTcpExt: x\n", "ListenOverflows"))
        .isEmpty();
    assertThat(ListenCounters.read("TcpExt: ListenOverflows\n", "ListenOverflows")).isEmpty();
  }
}
