package io.limpet.node.internal.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class InvitationsTableTest {
  private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");

  @Test
  void those_to_us_come_first_each_with_its_state_since_when_and_what_one_would_ask()
      throws Exception {
    JsonNode invitations =
        new ObjectMapper()
            .readTree(
                """
                [{"id": "0194-3344-000000000001", "box": "out", "toName": "elm", "type": "chat",
                  "title": "a title that is longer than fits", "state": "DECLINED",
                  "createdAt": "2026-01-01T11:00:00Z", "deliveredAt": "2026-01-01T11:00:01Z",
                  "decidedAt": "2026-01-01T11:48:00Z", "expiresAt": "2026-01-02T11:00:00Z",
                  "reason": "homework"},
                 {"id": "0194-3344-000000000002", "box": "in", "fromName": "fir", "type": "chat",
                  "title": "lunch", "state": "DELIVERED",
                  "createdAt": "2026-01-01T11:59:30Z", "deliveredAt": "2026-01-01T11:59:30Z",
                  "decidedAt": null, "expiresAt": "2026-01-02T11:59:30Z", "reason": ""}]
                """);
    assertThat(InvitationsTable.of(invitations, NOW).lines())
        .containsExactly(
            "INVITATION    FROM  ACTIVITY    STATE      SINCE  NOTE",
            "000000000002  fir   chat:lunch  DELIVERED  30 s   lapses in 23 h",
            "",
            "INVITATION    TO   ACTIVITY              STATE     SINCE   NOTE",
            "000000000001  elm  chat:a title that i…  DECLINED  12 min  homework");
  }

  @Test
  void none_are_said_in_words() throws Exception {
    assertThat(InvitationsTable.of(new ObjectMapper().readTree("[]"), NOW))
        .isEqualTo("no invitations");
  }
}
