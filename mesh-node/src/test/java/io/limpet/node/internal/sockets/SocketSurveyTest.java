package io.limpet.node.internal.sockets;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.limpet.link.KernelSocket;
import io.limpet.link.KernelSocket.State;
import io.limpet.link.KernelSocket.Timer;
import io.limpet.node.internal.control.ControlJson;
import io.limpet.node.internal.doctor.SocketOwners;
import io.limpet.node.internal.sockets.SocketFacts.Age;
import io.limpet.node.internal.sockets.SocketFacts.Effort;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SocketSurveyTest {
  /** Inodes that no kernel gives: nobody holds them. */
  private static final long NOBODYS = Long.MAX_VALUE;

  private static JsonNode json(String text) throws JsonProcessingException {
    return ControlJson.MAPPER.readTree(text.replace('\'', '"'));
  }

  private static final String CONNECTION =
      "{'peer':'2001:20:0:0:0:0:0:1','name':'elm','localPort':7,'remotePort':22,'rttMs':2.5,"
          + "'rtoMs':3200.0,'segmentsRetransmitted':9,'unreadBytes':1,'unacknowledgedBytes':50,";

  private static SocketFacts mesh(String rest) throws JsonProcessingException {
    return MeshFacts.of(json("[" + CONNECTION + rest + "}]")).get(0);
  }

  @Test
  void aNodeKnowsTheAgesOfItsOwnConnections() throws JsonProcessingException {
    SocketFacts facts =
        mesh("'state':'CLOSE_WAIT','stateMs':61000,'timeoutsInARow':0,'peerWindowBytes':9");
    Duration age = Duration.ofSeconds(61);
    assertThat(facts.age()).isEqualTo(new Age(age, age));
    assertThat(facts.retry().effort()).isEqualTo(Effort.NOTHING);
    assertThat(facts.local().toString()).isEqualTo("mesh:7");
    assertThat(facts.remote().toString()).isEqualTo("elm:22");
    SocketJudge.Judged judged = SocketJudge.judge(List.of(facts), Patience.DEFAULT).get(0);
    assertThat(judged.finding()).isEqualTo(SocketFinding.CLOSE_FORGOTTEN);
    assertThat(judged.note()).isEqualTo("1 bytes wait to be read");
  }

  @Test
  void whatANodeSendsAgainAndWhatAClosedWindowHolds() throws JsonProcessingException {
    // 200 + 400 + 800 + 1600 ms are over.
    SocketFacts retry =
        mesh("'state':'ESTABLISHED','stateMs':1,'timeoutsInARow':4,'peerWindowBytes':0");
    assertThat(retry.retry().effort()).isEqualTo(Effort.SEND);
    assertThat(retry.retry().sofar()).isEqualTo(Duration.ofSeconds(3));
    SocketFacts window =
        mesh("'state':'ESTABLISHED','stateMs':1,'timeoutsInARow':0,'peerWindowBytes':0");
    assertThat(window.retry().effort()).isEqualTo(Effort.PROBE_WINDOW);
    SocketFacts opening =
        mesh("'state':'SYN_SENT','stateMs':1,'timeoutsInARow':0,'peerWindowBytes':0");
    assertThat(opening.retry().effort()).isEqualTo(Effort.NOTHING);
    assertThat(mesh("'state':'LATER'").state()).isEqualTo(State.CLOSED);
  }

  @ParameterizedTest
  @CsvSource({"ESTABLISHED, MESH_UNANSWERED", "SYN_SENT, MESH_CONNECT_UNANSWERED"})
  void ofAPeerThatDoesNotAnswerWhatTheKernelWouldDoIsNotTold(String state, SocketFinding expected)
      throws JsonProcessingException {
    SocketFacts silent =
        mesh(
            "'rtoMs':12800.0,'stateMs':12600,'timeoutsInARow':6,'peerWindowBytes':9,'state':'"
                + state
                + "'");
    SocketFinding finding = SocketJudge.judge(List.of(silent), Patience.DEFAULT).get(0).finding();
    assertThat(finding).isEqualTo(expected);
    assertThat(finding.what()).contains("user timeout").doesNotContain("kernel", "net.ipv4");
  }

  private static SocketSurvey survey(SocketFilter filter, KernelSocket... sockets)
      throws JsonProcessingException {
    return SocketSurvey.of(
        List.of(sockets),
        SocketOwners.read(),
        new Sightings(),
        Optional.of(json("[" + CONNECTION + "'state':'ESTABLISHED','stateMs':1}]")),
        "",
        Patience.DEFAULT,
        filter);
  }

  private static KernelSocket[] three() {
    return new KernelSocket[] {
      Facts.kernel(State.LISTEN, "0.0.0.0", NOBODYS, Facts.NO_TIMER, null),
      Facts.kernel(
          State.TIME_WAIT, "10.0.0.1", 0, new Timer(Timer.Kind.TIME_WAIT, 0, 50_000), null),
      Facts.kernel(
          State.CLOSE_WAIT, "10.0.0.1", NOBODYS, Facts.NO_TIMER, Facts.info(0, 200, 70, 70, 70)),
    };
  }

  @Test
  void theWorstStateStandsFirstAndTheOthersAsAConnectionLives() throws JsonProcessingException {
    assertThat(survey(SocketFilter.ALL, three()).byState().keySet())
        .containsExactly(State.CLOSE_WAIT, State.LISTEN, State.ESTABLISHED, State.TIME_WAIT);
  }

  private static int count(SocketFilter filter) throws JsonProcessingException {
    return survey(filter, three()).sockets().size();
  }

  @Test
  void aPersonSeesWhatIsAskedFor() throws JsonProcessingException {
    assertThat(count(SocketFilter.ALL)).isEqualTo(4);
    assertThat(count(new SocketFilter(Set.of(State.LISTEN), 0, null, false, false))).isEqualTo(1);
    assertThat(count(new SocketFilter(Set.of(), 22, null, false, false))).isEqualTo(1);
    assertThat(count(new SocketFilter(Set.of(), 5000, null, false, false))).isEqualTo(3);
    assertThat(count(new SocketFilter(Set.of(), 0, "MESH", false, false))).isEqualTo(1);
    assertThat(count(new SocketFilter(Set.of(), 0, "sshd", false, false))).isZero();
    assertThat(count(new SocketFilter(Set.of(), 0, null, true, false))).isEqualTo(1);
    assertThat(count(new SocketFilter(Set.of(), 0, null, false, true))).isZero();
  }

  @Test
  void everyEntryHasTheSameFieldsForScripts() throws JsonProcessingException {
    SocketSurvey survey = survey(SocketFilter.ALL, three());
    KernelSocket closeWait = three()[2];
    JsonNode all =
        ControlJson.MAPPER.readTree(
            SocketsJson.of(
                survey, Map.of(closeWait, "destroyed"), Instant.parse("2026-01-01T00:02:00Z")));
    assertThat(all).hasSize(4);
    assertThat(all.get(0).fieldNames())
        .toIterable()
        .startsWith("kind", "state", "local", "remote", "stranded")
        .containsExactlyElementsOf(() -> all.get(3).fieldNames());
    JsonNode third = all.get(2);
    assertThat(third.path("outcome").asText()).isEqualTo("destroyed");
    assertThat(third.path("since").asText()).isEqualTo("2026-01-01T00:00:50Z");
    assertThat(third.path("idleMs").asLong()).isEqualTo(70_000);
    assertThat(third.path("uid").asLong()).isEqualTo(1000);
    assertThat(all.get(0).path("since").isNull()).isTrue();
    assertThat(all.get(1).path("endsInMs").asLong()).isEqualTo(50_000);
    assertThat(all.get(3).path("local").asText()).isEqualTo("mesh:7");
    assertThat(all.get(3).path("remote").asText()).isEqualTo("[2001:20:0:0:0:0:0:1]:22");
    assertThat(all.get(3).path("rttMs").asDouble()).isEqualTo(2.5);
  }
}
