package io.limpet.node.internal.sockets;

import static io.limpet.link.KernelSocket.State.CLOSE_WAIT;
import static io.limpet.link.KernelSocket.State.CLOSING;
import static io.limpet.link.KernelSocket.State.ESTABLISHED;
import static io.limpet.link.KernelSocket.State.FIN_WAIT_1;
import static io.limpet.link.KernelSocket.State.FIN_WAIT_2;
import static io.limpet.link.KernelSocket.State.LAST_ACK;
import static io.limpet.link.KernelSocket.State.LISTEN;
import static io.limpet.link.KernelSocket.State.SYN_RECEIVED;
import static io.limpet.link.KernelSocket.State.SYN_SENT;
import static io.limpet.link.KernelSocket.State.TIME_WAIT;
import static org.assertj.core.api.Assertions.assertThat;

import io.limpet.link.KernelSocket.State;
import io.limpet.node.internal.sockets.SocketJudge.Judged;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class SocketJudgeTest {
  private static Judged judged(Facts facts) {
    return SocketJudge.judge(List.of(facts.get()), Patience.DEFAULT).get(0);
  }

  private static List<SocketFinding> findings(List<Facts> all) {
    return judge(all).stream().map(Judged::finding).toList();
  }

  private static Arguments is(Facts facts, SocketFinding finding) {
    return Arguments.of(facts, finding);
  }

  static Stream<Arguments> oneSocketEach() {
    return Stream.of(
        is(Facts.in(LISTEN).queues(0, 128), SocketFinding.IN_ORDER),
        is(Facts.in(LISTEN).queues(1, 1), SocketFinding.IN_ORDER),
        is(Facts.in(LISTEN).queues(65, 128), SocketFinding.ACCEPT_QUEUE_FILLING),
        is(Facts.in(LISTEN).queues(128, 128), SocketFinding.ACCEPT_QUEUE_FILLING),
        is(Facts.in(LISTEN).queues(129, 128), SocketFinding.ACCEPT_QUEUE_FULL),
        is(Facts.in(LISTEN).queues(0, 128).addressGone(), SocketFinding.LISTENS_NOWHERE),
        is(Facts.in(SYN_SENT).age(60), SocketFinding.IN_ORDER),
        is(Facts.in(SYN_SENT).tried(1, 1), SocketFinding.CONNECT_RETRIED),
        is(Facts.in(SYN_SENT).tried(4, 5), SocketFinding.CONNECT_UNANSWERED),
        is(Facts.in(SYN_RECEIVED), SocketFinding.IN_ORDER),
        is(Facts.in(SYN_RECEIVED).tried(1, 1), SocketFinding.HALF_OPEN_UNANSWERED),
        is(Facts.in(ESTABLISHED).age(9_999), SocketFinding.IN_ORDER),
        is(Facts.in(ESTABLISHED).addressGone().tried(9, 60), SocketFinding.STRANDED),
        // A frame lost on the air.
        is(Facts.in(ESTABLISHED).tried(1, 6), SocketFinding.IN_ORDER),
        is(Facts.in(ESTABLISHED).tried(2, 1), SocketFinding.RETRYING),
        is(Facts.in(ESTABLISHED).tried(5, 5), SocketFinding.UNANSWERED),
        is(Facts.in(ESTABLISHED).probed(1, 0), SocketFinding.WINDOW_CLOSED),
        is(Facts.in(ESTABLISHED).probed(8, 59), SocketFinding.WINDOW_CLOSED),
        is(Facts.in(ESTABLISHED).probed(9, 60), SocketFinding.WINDOW_STUCK),
        is(Facts.in(ESTABLISHED).notAccepted(), SocketFinding.IN_ORDER),
        is(Facts.in(ESTABLISHED).notAccepted().age(1), SocketFinding.NOT_ACCEPTED),
        is(Facts.in(ESTABLISHED).queues(7, 0).receivedAgo(59), SocketFinding.IN_ORDER),
        is(Facts.in(ESTABLISHED).queues(7, 0).receivedAgo(60), SocketFinding.NOT_READ),
        is(Facts.in(CLOSE_WAIT), SocketFinding.IN_ORDER),
        is(Facts.in(CLOSE_WAIT).age(4).sentAgo(30), SocketFinding.IN_ORDER),
        is(Facts.in(CLOSE_WAIT).age(5).sentAgo(30), SocketFinding.CLOSE_AWAITED),
        is(Facts.in(CLOSE_WAIT).age(59).sentAgo(90), SocketFinding.CLOSE_AWAITED),
        is(Facts.in(CLOSE_WAIT).age(60).sentAgo(90), SocketFinding.CLOSE_FORGOTTEN),
        // It has been told that nothing more comes, and still answers.
        is(Facts.in(CLOSE_WAIT).age(90).sentAgo(4), SocketFinding.IN_ORDER),
        is(Facts.in(CLOSE_WAIT).notAccepted(), SocketFinding.CLOSED_BEFORE_ACCEPTED),
        is(Facts.in(CLOSE_WAIT).age(90).sentAgo(0).tried(5, 9), SocketFinding.UNANSWERED),
        is(Facts.in(FIN_WAIT_2).age(4), SocketFinding.IN_ORDER),
        is(Facts.in(FIN_WAIT_2).age(5), SocketFinding.FIN_AWAITED),
        is(Facts.in(FIN_WAIT_2).age(59).receivedAgo(90), SocketFinding.FIN_AWAITED),
        is(Facts.in(FIN_WAIT_2).age(60).receivedAgo(90), SocketFinding.FIN_MISSING),
        is(Facts.in(FIN_WAIT_2).age(90).receivedAgo(1), SocketFinding.IN_ORDER),
        is(Facts.in(FIN_WAIT_2).age(90).orphan(), SocketFinding.IN_ORDER),
        is(Facts.in(TIME_WAIT).addressGone(), SocketFinding.IN_ORDER),
        is(Facts.in(FIN_WAIT_1).tried(6, 12), SocketFinding.UNANSWERED),
        is(Facts.in(FIN_WAIT_1).orphan().tried(6, 12), SocketFinding.FIN_UNANSWERED),
        is(Facts.in(FIN_WAIT_1).probed(9, 60), SocketFinding.WINDOW_STUCK),
        is(Facts.in(FIN_WAIT_1).orphan().probed(9, 60), SocketFinding.FIN_BLOCKED),
        is(Facts.in(FIN_WAIT_1).orphan().probed(1, 0), SocketFinding.FIN_BLOCKED),
        is(Facts.in(LAST_ACK).orphan().tried(3, 2), SocketFinding.RETRYING),
        is(Facts.in(LAST_ACK).orphan().tried(5, 5), SocketFinding.FIN_UNANSWERED),
        is(Facts.in(CLOSING).orphan().tried(5, 5), SocketFinding.FIN_UNANSWERED),
        is(Facts.in(CLOSING).orphan(), SocketFinding.IN_ORDER));
  }

  @ParameterizedTest
  @MethodSource("oneSocketEach")
  void whatIsFoundOfASocket(Facts facts, SocketFinding finding) {
    assertThat(judged(facts).finding()).isEqualTo(finding);
  }

  private static SocketFinding judgedBy(long patienceSeconds, Facts facts) {
    Patience patience = Patience.of(Duration.ofSeconds(patienceSeconds));
    return SocketJudge.judge(List.of(facts.get()), patience).get(0).finding();
  }

  @Test
  void whoIsPatientHearsOfItEarlyAndWhoIsImpatientSooner() {
    Facts old = Facts.in(CLOSE_WAIT).age(60);
    assertThat(judgedBy(600, old)).isEqualTo(SocketFinding.CLOSE_AWAITED);
    assertThat(judgedBy(60, old)).isEqualTo(SocketFinding.CLOSE_FORGOTTEN);
    Facts young = Facts.in(FIN_WAIT_2).age(2);
    assertThat(judgedBy(60, young)).isEqualTo(SocketFinding.IN_ORDER);
    assertThat(judgedBy(3, young)).isEqualTo(SocketFinding.IN_ORDER);
    assertThat(judgedBy(2, young)).isEqualTo(SocketFinding.FIN_MISSING);
    assertThat(judgedBy(7, young.age(6))).isEqualTo(SocketFinding.FIN_AWAITED);
    assertThat(judgedBy(2, Facts.in(ESTABLISHED).tried(3, 2))).isEqualTo(SocketFinding.UNANSWERED);
    assertThat(Patience.DEFAULT).isEqualTo(Patience.of(Duration.ofMinutes(1)));
  }

  private static List<Facts> many(int count, IntFunction<Facts> each) {
    return new ArrayList<>(IntStream.range(0, count).mapToObj(each).toList());
  }

  @Test
  void handshakesThatPileUpOnOnePortAreAProblemOnlyTogether() {
    IntFunction<Facts> unanswered =
        i -> Facts.in(SYN_RECEIVED).remote("10.0.0.9", i + 1).tried(1, 1);
    List<Facts> few = many(SocketJudge.PILE - 1, unanswered);
    few.add(Facts.in(SYN_RECEIVED).local("10.0.0.1", 80).tried(1, 1));
    few.add(Facts.in(SYN_RECEIVED).local("fd00::1", 5000).remote("fd00::2", 9));
    assertThat(findings(few)).doesNotContain(SocketFinding.HALF_OPEN_PILE);

    List<Facts> pile = many(SocketJudge.PILE, unanswered);
    assertThat(findings(pile)).containsOnly(SocketFinding.HALF_OPEN_PILE);
    assertThat(judge(pile).get(0).note()).isEqualTo("one of 8 on port 5000, all from 10.0.0.9");
    pile.set(0, Facts.in(SYN_RECEIVED).remote("10.0.0.8", 1));
    assertThat(judge(pile).get(0).note()).isEqualTo("one of 8 on port 5000, from 2 addresses");

    // A busy server has many for the time of a round trip.
    assertThat(findings(many(100, i -> Facts.in(SYN_RECEIVED).remote("10.0.1." + i, 9))))
        .containsOnly(SocketFinding.IN_ORDER);
  }

  private static List<Judged> judge(List<Facts> all) {
    return SocketJudge.judge(all.stream().map(Facts::get).toList(), Patience.DEFAULT);
  }

  @Test
  void aFullListenerExplainsItsHandshakes() {
    List<Facts> all = many(20, i -> Facts.in(SYN_RECEIVED).remote("10.0.0.9", i + 1).tried(1, 1));
    all.add(Facts.in(LISTEN).local("::", 5000).queues(3, 2));
    all.add(Facts.in(SYN_RECEIVED).local("10.0.0.1", 80).tried(1, 1));
    List<SocketFinding> findings = findings(all);
    assertThat(findings.subList(0, 20)).containsOnly(SocketFinding.HALF_OPEN_QUEUE_FULL);
    assertThat(findings.get(20)).isEqualTo(SocketFinding.ACCEPT_QUEUE_FULL);
    assertThat(findings.get(21)).isEqualTo(SocketFinding.HALF_OPEN_UNANSWERED);
  }

  @Test
  void manyInTimeWaitAreNormalUnlessTheyUseUpThePorts() {
    int n = SocketJudge.PORTS_OF_NOTE;
    assertThat(findings(many(n, i -> Facts.in(TIME_WAIT).remote("10.0.0.2", i + 1))))
        .as("of a server")
        .containsOnly(SocketFinding.IN_ORDER);
    IntFunction<Facts> client =
        i -> Facts.in(TIME_WAIT).local("10.0.0.1", i + 1).remote("10.0.0.2", 80);
    assertThat(findings(many(n - 1, client))).containsOnly(SocketFinding.IN_ORDER);
    assertThat(findings(many(n, client))).containsOnly(SocketFinding.TIME_WAIT_EXHAUSTS_PORTS);
  }

  @Test
  void notesSayWhatWaitsAndWhenTheNextTryIs() {
    assertThat(judged(Facts.in(ESTABLISHED).queues(0, 100).tried(5, 6)).note())
        .isEqualTo("sent again 5 times in 6.0 s or more, next try in 3.0 s, 100 bytes wait");
    assertThat(judged(Facts.in(LAST_ACK).queues(0, 1).tried(1, 0)).note())
        .as("a FIN is no data")
        .isEqualTo("sent again once in 0.0 s or more, next try in 3.0 s");
    assertThat(judged(Facts.in(ESTABLISHED).queues(0, 9).probed(4, 20)).note())
        .isEqualTo("window closed for 20 s or more, asked 4 times, 9 bytes wait");
    assertThat(judged(Facts.in(CLOSE_WAIT).queues(0, 0)).note()).contains("has read the end");
    assertThat(judged(Facts.in(CLOSE_WAIT).queues(1, 0)).note()).contains("has not read the end");
    assertThat(judged(Facts.in(CLOSE_WAIT).queues(8, 0)).note())
        .isEqualTo("7 bytes wait to be read");
  }

  @ParameterizedTest
  @EnumSource(SocketFinding.class)
  void whatIsNotNormalIsExplained(SocketFinding finding) {
    assertThat(finding.what().isEmpty()).isEqualTo(finding.verdict() == SocketVerdict.NORMAL);
    if (finding.verdict() == SocketVerdict.PROBLEM) {
      assertThat(finding.advice()).endsWith(".");
    }
  }

  @ParameterizedTest
  @EnumSource(State.class)
  void eachStateHasAMeaning(State state) {
    assertThat(StateMeaning.of(state)).endsWith(".").hasSizeLessThan(200);
  }
}
