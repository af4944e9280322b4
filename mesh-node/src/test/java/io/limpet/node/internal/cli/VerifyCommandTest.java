package io.limpet.node.internal.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.limpet.node.MeshNode;
import io.limpet.node.internal.runtime.LiveNode;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Two people compare their digits, on the command lines of two nodes. */
@Timeout(120)
class VerifyCommandTest {
  @TempDir Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void bothReadTheSameDigitsAndWhoConfirmsSeesThatLaterToo() throws Exception {
    Air air = new Air();
    try (LiveNode elm = node(air, "elm")) {
      String digits;
      try (LiveNode oak = node(air, "oak")) {
        await()
            .atMost(Duration.ofSeconds(20))
            .untilAsserted(
                () ->
                    assertThat(List.of(ask("oak", "peers"), ask("elm", "peers")))
                        .allMatch(peers -> peers.toString().contains("ONLINE")));
        digits = ask("oak", "verify", "elm").path("digits").asText();
        assertThat(digits).matches("[0-9]{5}( [0-9]{5}){4}");
        assertThat(ask("elm", "verify", "oak").path("digits").asText()).isEqualTo(digits);
        assertThat(say("oak", "verify", "elm")).startsWith(digits).contains("--confirm");
        assertThat(ask("oak", "peers").get(0).path("acquaintance").asText()).isEqualTo("STRANGER");

        JsonNode confirmed = ask("oak", "verify", "elm", "--confirm");
        assertThat(confirmed.path("acquaintance").asText()).isEqualTo("VERIFIED");
        assertThat(say("oak", "peers")).contains("elm (verified)");
        assertThat(say("elm", "peers")).as("each for themselves").doesNotContain("verified");
        assertThat(oak.node().roster().isKnown(elm.node().link().localAddress())).isTrue();
      }
      try (LiveNode oakAgain = node(air, "oak")) {
        await()
            .atMost(Duration.ofSeconds(20))
            .until(() -> !oakAgain.node().roster().people().isEmpty());
        assertThat(say("oak", "verify", "elm")).startsWith(digits).endsWith(" is verified.");
      }
    }
  }

  @Test
  void whoIsNotHereCannotBeVerified() throws Exception {
    try (LiveNode oak = node(new Air(), "oak")) {
      assertThat(run("oak", "verify", "elm", "--confirm")).isEqualTo(Limpet.FAILED);
      assertThat(err.toString().lines()).hasSize(1);
      assertThat(err.toString()).contains("nobody is known as elm");
      assertThat(oak.node().roster().people()).isEmpty();
    }
  }

  private LiveNode node(Air air, String name) throws Exception {
    return LiveNode.start(
        MeshNode.builder(folder.resolve(name), name).radio(air.radio()),
        Clock.systemUTC(),
        Instant.now(),
        null,
        () -> {});
  }

  private JsonNode ask(String home, String... words) throws Exception {
    return new ObjectMapper()
        .readTree(
            say(home, Stream.concat(Stream.of(words), Stream.of("--json")).toArray(String[]::new)));
  }

  private String say(String home, String... words) {
    assertThat(run(home, words)).as(err.toString()).isZero();
    return out.toString().strip();
  }

  private int run(String home, String... words) {
    out.getBuffer().setLength(0);
    CommandLine line = Limpet.commandLine();
    line.setOut(new PrintWriter(out, true));
    line.setErr(new PrintWriter(err, true));
    return Limpet.run(
        line,
        Stream.concat(Stream.of("--home", folder.resolve(home).toString()), Stream.of(words))
            .toArray(String[]::new));
  }
}
