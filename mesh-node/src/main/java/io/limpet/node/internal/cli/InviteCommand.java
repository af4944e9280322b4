package io.limpet.node.internal.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.limpet.node.internal.control.ControlClient;
import io.limpet.node.internal.control.ControlException;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "invite", description = "Invite somebody into an activity.")
final class InviteCommand extends ClientCommand {
  @Mixin private final PeerInActivity whom = new PeerInActivity();

  @Option(
      names = "--wait",
      paramLabel = "DURATION",
      description = "Wait for the answer, for example 30s.")
  private Duration wait = Duration.ZERO;

  @Option(
      names = "--expires",
      paramLabel = "DURATION",
      description = "It lapses after this time, 1s to 8784h (default 24h).")
  private @Nullable Duration expires;

  @Override
  @Nullable ProgressLine progress() {
    return wait.isZero() ? null : timed("waiting for an answer", 0);
  }

  @Override
  JsonNode ask(ControlClient client) throws ControlException {
    Map<String, Object> args = whom.args();
    args.put("waitMs", wait.toMillis());
    if (expires != null) {
      args.put("expiresMs", expires.toMillis());
    }
    return client.call("invite", args);
  }

  @Override
  String text(JsonNode i) {
    String state = field(i, "state").toLowerCase(Locale.ROOT);
    String id = "invitation " + shortId(field(i, "invitation"));
    if (i.path("theirs").asBoolean()) {
      return field(i, "to") + " had invited you to it already, " + id + ": " + state;
    }
    String text = id + " to " + field(i, "to");
    if (i.path("byChat").asBoolean()) {
      return byChat(text, state, i);
    }
    if (i.path("deliveredMs").isNumber()) {
      text += ", delivered after " + ms(i.path("deliveredMs"));
    }
    if (i.path("decidedMs").isNumber()) {
      String reason = i.path("reason").asText("");
      return text
          + ", "
          + state
          + " after "
          + ms(i.path("decidedMs"))
          + (reason.isEmpty() ? "" : ": " + reason);
    }
    return text + (state.equals("delivered") ? ", not answered yet" : ": " + state);
  }

  private static String byChat(String text, String state, JsonNode i) {
    return switch (state) {
      case "pending" -> text + ", who has no Limpet: said by chat as soon as they can be reached";
      case "told" ->
          text
              + ", said by chat after "
              + ms(i.path("decidedMs"))
              + ": they can answer in words only ('limpet chat')";
      default -> text + ": " + state;
    };
  }

  private static String ms(JsonNode value) {
    return String.format(Locale.ROOT, "%.0f ms", value.asDouble());
  }
}
