package io.limpet.node.internal.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.limpet.node.internal.runtime.LiveNode;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two people compare their digits, on the command lines of two nodes. */
@Timeout(120)
class VerifyCommandTest {
  @TempDir Path folder;

  @Test
  void bothReadTheSameDigitsAndWhoConfirmsSeesThatLaterToo() throws Exception {
    try (OakAndElm mesh = new OakAndElm(folder)) {
      LiveNode elm = mesh.start("elm");
      LiveNode oak = mesh.start("oak");
      mesh.awaitMeeting("oak", "elm");
      String digits = mesh.as("oak", "verify", "elm", "--json").json().path("digits").asText();
      assertThat(digits).matches("[0-9]{5}( [0-9]{5}){4}");
      assertThat(mesh.as("elm", "verify", "oak", "--json").json().path("digits").asText())
          .isEqualTo(digits);
      assertThat(said(mesh, "oak", "verify", "elm")).startsWith(digits).contains("--confirm");
      assertThat(acquaintance(mesh.as("oak", "peers", "--json").json().get(0)))
          .isEqualTo("STRANGER");

      JsonNode confirmed = mesh.as("oak", "verify", "elm", "--confirm", "--json").json();
      assertThat(acquaintance(confirmed)).isEqualTo("VERIFIED");
      assertThat(said(mesh, "oak", "peers")).contains("elm (verified)");
      assertThat(said(mesh, "elm", "peers")).as("each for themselves").doesNotContain("verified");
      assertThat(oak.node().roster().isKnown(elm.node().link().localAddress())).isTrue();

      mesh.stop(oak);
      LiveNode oakAgain = mesh.start("oak");
      await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> !oakAgain.node().roster().people().isEmpty());
      assertThat(said(mesh, "oak", "verify", "elm")).startsWith(digits).endsWith(" is verified.");
    }
  }

  @Test
  void whoIsNotHereCannotBeVerified() throws Exception {
    try (OakAndElm mesh = new OakAndElm(folder)) {
      LiveNode oak = mesh.start("oak");
      Said refused = mesh.as("oak", "verify", "elm", "--confirm");
      assertThat(refused.exit()).isEqualTo(Limpet.FAILED);
      assertThat(refused.err().lines()).hasSize(1);
      assertThat(refused.err()).contains("nobody is known as elm");
      assertThat(oak.node().roster().people()).isEmpty();
    }
  }

  private static String acquaintance(JsonNode person) {
    return person.path("acquaintance").asText();
  }

  private static String said(OakAndElm mesh, String name, String... args) {
    Said said = mesh.as(name, args);
    assertThat(said.exit()).as(said.err()).isZero();
    return said.out();
  }
}
