package io.limpet.node.internal.cli;

import static io.limpet.node.internal.cli.ClientCommand.field;
import static io.limpet.node.internal.cli.ClientCommand.shortId;

import com.fasterxml.jackson.databind.JsonNode;
import io.limpet.node.internal.explain.Times;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Invitations for a person to read: those to them, then theirs. */
final class InvitationsTable {
  private static final int NAME_COLUMNS = 14;
  private static final int TITLE_COLUMNS = 20;

  private InvitationsTable() {}

  static String of(JsonNode invitations, Instant now) {
    List<String> parts = new ArrayList<>();
    box("in", "from", "fromName", invitations, now, parts);
    box("out", "to", "toName", invitations, now, parts);
    return parts.isEmpty() ? "no invitations" : String.join("\n\n", parts);
  }

  private static void box(
      String box,
      String head,
      String nameField,
      JsonNode invitations,
      Instant now,
      List<String> parts) {
    TextTable table = new TextTable("invitation", head, "activity", "state", "since", "note");
    boolean any = false;
    for (JsonNode i : invitations) {
      if (field(i, "box").equals(box)) {
        any = true;
        table.row(
            shortId(field(i, "id")),
            Terminal.shorten(field(i, nameField), NAME_COLUMNS),
            Terminal.shorten(field(i, "type") + ":" + field(i, "title"), TITLE_COLUMNS),
            field(i, "state"),
            since(i, now),
            note(i, now));
      }
    }
    if (any) {
      parts.add(table.fit(head, "activity", "note"));
    }
  }

  /** How long it has been in its state. */
  private static String since(JsonNode i, Instant now) {
    for (String reached : new String[] {"decidedAt", "deliveredAt", "createdAt"}) {
      if (i.path(reached).isTextual()) {
        return Times.span(Duration.between(Instant.parse(field(i, reached)), now));
      }
    }
    return "-";
  }

  /** What else a person would ask: why it ended, or until when it stands. */
  private static String note(JsonNode i, Instant now) {
    if (i.path("decidedAt").isTextual()) {
      return i.path("reason").asText("");
    }
    return "lapses in " + Times.span(Duration.between(now, Instant.parse(field(i, "expiresAt"))));
  }
}
