package io.limpet.node.internal.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** What is said of people who chat without Limpet. */
class PlainWordsTest {
  private final InviteCommand invite = new InviteCommand();

  @Test
  void anInvitationByChatSaysWhatCanComeOfIt() throws Exception {
    assertThat(invite.text(invitation("PENDING", "null")))
        .isEqualTo(
            "invitation i1 to ash@pc, who has no Limpet: said by chat as soon as they can be"
                + " reached");
    assertThat(invite.text(invitation("TOLD", "120.4")))
        .isEqualTo(
            "invitation i1 to ash@pc, said by chat after 120 ms: they can answer in words only"
                + " ('limpet chat')");
    assertThat(invite.text(invitation("WITHDRAWN", "3.0")))
        .isEqualTo("invitation i1 to ash@pc: withdrawn");
  }

  private static JsonNode invitation(String state, String decidedMs) throws IOException {
    return json(
        """
        {"invitation": "i1", "to": "ash@pc", "state": "%s", "decidedMs": %s, "byChat": true}
        """
            .formatted(state, decidedMs));
  }

  @Test
  void peersMarkWhoChatsOnly() throws Exception {
    String table =
        new PeersCommand()
            .text(
                json(
                    """
                    [{"address": "", "name": "ash@pc", "state": "ONLINE", "path": "chat",
                      "diagnosis": "NONE", "plain": true}]
                    """));
    assertThat(table).contains("ash@pc (chat only)").contains("ONLINE").contains("chat");
  }

  private static JsonNode json(String text) throws IOException {
    return new ObjectMapper().readTree(text);
  }
}
