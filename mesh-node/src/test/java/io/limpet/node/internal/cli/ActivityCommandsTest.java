package io.limpet.node.internal.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.limpet.node.internal.runtime.LiveNode;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The commands about activities, on two nodes on an air inside of this process. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(120)
class ActivityCommandsTest {
  private static final Duration SOON = Duration.ofSeconds(30);

  @TempDir static Path folder = Path.of("");

  private OakAndElm mesh;
  private LiveNode oak;
  private int titles;

  @BeforeAll
  void start() throws Exception {
    mesh = new OakAndElm(folder);
    oak = mesh.start("oak");
    mesh.start("elm");
    mesh.awaitMeeting("oak", "elm");
  }

  @AfterAll
  void stop() {
    if (mesh != null) {
      mesh.close();
    }
  }

  private static Said as(String name, String... args) {
    return Said.by(folder.resolve(name), args);
  }

  /** Shares something in oak's name, and has elm join it. */
  private String joined() throws Exception {
    String id =
        as("oak", "share", "chat:lunch" + ++titles, "--json").json().path("activity").asText();
    await("announced").atMost(SOON).until(() -> standing("elm", id).equals("OUTSIDE"));
    assertThat(as("elm", "join", id).out()).startsWith("joined: lunch");
    await("known").atMost(SOON).until(() -> known("oak", id).path("members").size() == 2);
    return id;
  }

  private static JsonNode known(String name, String id) throws Exception {
    for (JsonNode each : as(name, "activities", "--json").json()) {
      if (each.path("id").asText().equals(id)) {
        return each;
      }
    }
    return MissingNode.getInstance();
  }

  private static String standing(String name, String id) throws Exception {
    return known(name, id).path("standing").asText();
  }

  @Test
  void who_is_removed_is_out_and_cannot_come_back_uninvited() throws Exception {
    String id = joined();
    Said said = as("oak", "remove", "elm", "--activity", id.substring(id.length() - 12));
    assertThat(said.err()).isEmpty();
    assertThat(said.out()).matches("removed: elm from lunch[0-9]+");
    assertThat(known("oak", id).path("members").size()).isEqualTo(1);
    await("told").atMost(SOON).until(() -> !known("elm", id).path("joined").asBoolean());
    Said again = as("elm", "join", id);
    assertThat(again.exit()).isEqualTo(1);
    assertThat(again.err()).contains("removed you: ask a member to invite you");
  }

  @Test
  void titles_name_what_they_name_without_doubt() throws Exception {
    joined();
    String title = "lunch" + titles;
    assertThat(as("oak", "say", title, "at noon").out()).startsWith("said");
    assertThat(as("oak", "say", "chat:" + title, "or later").out()).startsWith("said");
    String other = as("elm", "share", "chat:" + title, "--json").json().path("activity").asText();
    await("announced").atMost(SOON).until(() -> standing("oak", other).equals("OUTSIDE"));
    assertThat(as("oak", "say", title, "still").out())
        .as("whatever a stranger calls his: one's own comes first")
        .startsWith("said");
    assertThat(as("elm", "say", title, "which?").err())
        .contains("the title of more than one activity", "limpet activities");
  }

  @Test
  void what_cannot_be_removed_is_said_in_one_line() throws Exception {
    String id = joined();
    assertThat(as("elm", "remove", "oak", "--activity", id))
        .satisfies(said -> assertThat(said.exit()).isEqualTo(1))
        .satisfies(said -> assertThat(said.err()).contains("only who shares an activity"));
    assertThat(as("oak", "remove", "yew", "--activity", id).exit()).isEqualTo(1);
    assertThat(as("oak", "remove", "elm", "--activity", "nothing").err())
        .contains("no activity 'nothing' is known here");
    assertThat(as("oak", "remove", "elm").exit()).isEqualTo(2);
  }

  @Test
  void an_activity_outlives_a_restart_of_the_node_that_shares_it() throws Exception {
    String id = joined();
    mesh.stop(oak);
    oak = mesh.start("oak");
    assertThat(standing("oak", id)).isEqualTo("JOINED");
    assertThat(as("oak", "activities").out()).contains("lunch").contains("yes");
    mesh.awaitMeeting("oak");
    Said said = as("oak", "remove", "elm", "--activity", id);
    assertThat(said.exit()).as(said.err()).isZero();
    await("told").atMost(SOON).until(() -> !known("elm", id).path("joined").asBoolean());
  }
}
