package io.limpet.node.internal.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.limpet.invitation.WhoMayInvite;
import io.limpet.node.internal.runtime.LiveNode;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The commands about invitations, on two nodes on an air inside of this process. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(120)
class InvitationCommandsTest {
  private static final Duration SOON = Duration.ofSeconds(30);

  @TempDir static Path folder = Path.of("");

  private OakAndElm mesh;
  private int titles;

  @BeforeAll
  void start() throws Exception {
    mesh = new OakAndElm(folder);
    mesh.start("oak");
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

  private String share(String name) throws Exception {
    return as(name, "share", "chat:lunch" + ++titles, "--private", "--json")
        .json()
        .path("activity")
        .asText();
  }

  private static String invited(String... further) throws Exception {
    String[] args = new String[further.length + 3];
    args[0] = "invite";
    args[1] = "elm";
    args[2] = "--json";
    System.arraycopy(further, 0, args, 3, further.length);
    return as("oak", args).json().path("invitation").asText();
  }

  private static JsonNode known(String name, String id, String... further) throws Exception {
    String[] args = new String[further.length + 2];
    args[0] = "invitations";
    args[1] = "--json";
    System.arraycopy(further, 0, args, 2, further.length);
    for (JsonNode each : as(name, args).json()) {
      if (each.path("id").asText().equals(id)) {
        return each;
      }
    }
    return com.fasterxml.jackson.databind.node.MissingNode.getInstance();
  }

  private static void comes(String what, Callable<Boolean> condition) {
    await(what).atMost(SOON).until(condition);
  }

  private static Callable<Boolean> is(String name, String id, String state) {
    return () -> known(name, id).path("state").asText().equals(state);
  }

  @Test
  void a_withdrawal_and_its_reason_reach_the_other_side() throws Exception {
    String id = invited("--activity", share("oak"));
    comes("delivered", is("elm", id, "DELIVERED"));
    Said said = as("oak", "withdraw", id.substring(id.length() - 12), "--reason", "wrong day");
    assertThat(said.out()).matches("withdrawn: lunch[0-9]+, to elm");
    comes("withdrawn", is("elm", id, "WITHDRAWN"));
    assertThat(known("elm", id).path("reason").asText()).isEqualTo("wrong day");
    assertThat(as("elm", "invitations", "--inbox").out())
        .contains("WITHDRAWN")
        .contains("wrong day");

    Said again = as("oak", "withdraw", id);
    assertThat(again.exit()).isEqualTo(1);
    assertThat(again.err()).contains("is already decided: WITHDRAWN");
    assertThat(as("elm", "withdraw", id).err()).contains("not ours to withdraw");
    assertThat(as("elm", "accept", id).exit()).isEqualTo(1);
  }

  @Test
  void a_title_names_the_one_invitation_that_is_open() throws Exception {
    String id = invited("--activity", share("oak"));
    comes("delivered", is("elm", id, "DELIVERED"));
    String title = known("elm", id).path("title").asText();
    assertThat(as("oak", "accept", title).err())
        .as("it is not to oak")
        .contains("no invitation '" + title + "' is known here");
    assertThat(as("elm", "decline", "chat:" + title).exit()).isZero();
    assertThat(as("elm", "decline", title).err()).as("decided").contains("no invitation");
  }

  @Test
  void a_no_comes_with_its_word() throws Exception {
    String activity = share("oak");
    String id = invited("--activity", activity);
    comes("delivered", is("elm", id, "DELIVERED"));
    assertThat(as("elm", "decline", id, "--reason", "homework").out()).contains("declined: lunch");
    comes("declined", is("oak", id, "DECLINED"));
    JsonNode declined = known("oak", id);
    assertThat(declined.path("reason").asText()).isEqualTo("homework");
    assertThat(declined.path("box").asText()).isEqualTo("out");
    for (String time : new String[] {"createdAt", "deliveredAt", "decidedAt", "expiresAt"}) {
      assertThat(Instant.parse(declined.path(time).asText())).isAfter(Instant.EPOCH);
    }
  }

  @Test
  void an_invitation_lapses_at_the_time_that_it_was_given() throws Exception {
    String id = invited("--activity", share("oak"), "--expires", "2s");
    Duration life =
        Duration.between(
            Instant.parse(known("oak", id).path("createdAt").asText()),
            Instant.parse(known("oak", id).path("expiresAt").asText()));
    assertThat(life).isEqualTo(Duration.ofSeconds(2));
    comes("expired at the inviter", is("oak", id, "EXPIRED"));
    comes("expired at the invitee", is("elm", id, "EXPIRED"));
    for (String wrong : new String[] {"999ms", "0s", "8785h"}) {
      Said said = as("oak", "invite", "elm", "--activity", share("oak"), "--expires", wrong);
      assertThat(said.exit()).isEqualTo(2);
      assertThat(said.err()).contains("1s to 8784h");
    }
  }

  @Test
  void inbox_outbox_and_open_choose() throws Exception {
    String sent = invited("--activity", share("oak"));
    comes("delivered", is("elm", sent, "DELIVERED"));
    assertThat(known("oak", sent, "--outbox").isObject()).isTrue();
    assertThat(known("oak", sent, "--inbox").isObject()).isFalse();
    assertThat(known("elm", sent, "--inbox", "--open").path("box").asText()).isEqualTo("in");
    as("elm", "decline", sent);
    assertThat(known("elm", sent, "--inbox", "--open").isObject()).isFalse();
    assertThat(known("elm", sent, "--inbox").isObject()).isTrue();
  }

  @Test
  void inviting_back_is_said_to_be_accepting() throws Exception {
    String title = "mutual" + ++titles;
    String ours = as("oak", "share", "chat:" + title, "--json").json().path("activity").asText();
    String theirs = as("elm", "share", "chat:" + title, "--json").json().path("activity").asText();
    String id = invited("--activity", ours);
    comes("delivered", is("elm", id, "DELIVERED"));
    Said said = as("elm", "invite", "oak", "--activity", theirs);
    assertThat(said.out()).contains("oak had invited you to it already").endsWith("accepted");
    comes("accepted", is("oak", id, "ACCEPTED"));
  }

  @Test
  void the_policy_outlives_a_restart_of_the_node() throws Exception {
    LiveNode ash = mesh.start("ash");
    assertThat(as("ash", "policy", "known").exit()).isZero();
    mesh.stop(ash);
    LiveNode strict = mesh.start("ash", node -> node.whoMayInvite(WhoMayInvite.NOBODY));
    assertThat(as("ash", "policy").out()).isEqualTo("nobody may invite you");
    mesh.stop(strict);
    LiveNode again = mesh.start("ash");
    assertThat(as("ash", "policy").out()).isEqualTo("people you know may invite you");
    mesh.stop(again);
  }

  @Test
  void the_policy_is_shown_changed_and_obeyed() throws Exception {
    assertThat(as("elm", "policy").out()).isEqualTo("everyone in reach may invite you");
    try {
      assertThat(as("elm", "policy", "nobody").out()).isEqualTo("nobody may invite you");
      assertThat(as("elm", "policy", "--json").json().path("whoMayInvite").asText())
          .isEqualTo("nobody");
      assertThat(as("elm", "status").out()).contains("may invite: nobody");
      Said refused = as("oak", "invite", "elm", "--activity", share("oak"), "--wait", "20s");
      assertThat(refused.out()).contains("declined").contains("accepts no invitations at present");
    } finally {
      as("elm", "policy", "everyone");
    }
    assertThat(as("elm", "status", "--json").json().path("whoMayInvite").asText())
        .isEqualTo("everyone");
    assertThat(as("elm", "status", "--json").json().path("damagedStore").isNull()).isTrue();
  }
}
