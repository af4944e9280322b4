package io.limpet.rig.internal.demo;

import com.fasterxml.jackson.databind.JsonNode;
import io.limpet.rig.TcpProbe;
import io.limpet.rig.internal.laptop.Laptop;
import io.limpet.rig.internal.laptop.LaptopException;
import io.limpet.rig.internal.laptop.Waiting;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Act 1: an invitation gets through where unicast is dead. */
final class BlackHoleAct {
  private static final int LINES = 10;
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Duration CONTROL = Duration.ofSeconds(6);
  private static final double DELIVERED_WITHIN_MS = 500;
  private static final double ACCEPTED_WITHIN_MS = 1_000;

  private final Stage stage;
  private final String activity;
  private @Nullable Conversation conversation;

  BlackHoleAct(Stage stage, String activity) {
    this.stage = stage;
    this.activity = activity;
  }

  Conversation conversation() {
    if (conversation == null) {
      throw new IllegalStateException("nobody has joined yet");
    }
    return conversation;
  }

  ActResult play(List<String> failures) throws LaptopException {
    Story story = stage.story();
    story.title("Act 1, the black hole");
    CompletableFuture<Optional<TcpProbe>> control =
        stage.control().begin(stage.oak().device(), stage.elm().device(), CONTROL);
    if (stage.control().hasKernels()) {
      story.tell("control: oak's kernel begins a TCP connect to a listener on elm");
    }
    JsonNode invitation = inviteBoth();
    double deliveredMs = invitation.path("deliveredMs").asDouble(Double.NaN);
    double acceptedMs = invitation.path("decidedMs").asDouble(Double.NaN);
    story.tell(
        "oak invited elm: delivered after "
            + Story.ms(deliveredMs)
            + ", accepted after "
            + Story.ms(acceptedMs));
    double slowestMs = conversation().takeTurns("line", 0, LINES, PATIENCE);
    int inOrder = conversation().inOrderSince(0);
    story.tell(
        inOrder
            + " of "
            + LINES
            + " lines reached all three, in order; the slowest took "
            + Story.ms(slowestMs));
    String diagnosis = diagnosis();
    story.tell("oak says of the path to elm: " + diagnosis);
    Optional<TcpProbe> probe = Control.result(control);
    story.tell("control: oak's kernel to elm: " + Control.words(probe));

    check(
        failures,
        probe.isEmpty() || !probe.get().connected(),
        "act 1: the kernel's TCP got through a black hole");
    check(
        failures,
        deliveredMs < DELIVERED_WITHIN_MS,
        "act 1: the invitation took " + Story.ms(deliveredMs));
    check(
        failures,
        acceptedMs < ACCEPTED_WITHIN_MS,
        "act 1: the acceptance took " + Story.ms(acceptedMs));
    check(failures, inOrder == LINES, "act 1: " + inOrder + " of " + LINES + " lines");
    return new ActResult(
        1,
        "the black hole",
        Control.words(probe),
        null,
        deliveredMs,
        acceptedMs,
        LINES,
        inOrder,
        slowestMs,
        null,
        diagnosis,
        true);
  }

  /** Invites elm and then ash; each accepts when its person sees the invitation. */
  private JsonNode inviteBoth() throws LaptopException {
    for (Laptop invitee : List.of(stage.elm(), stage.ash())) {
      invitee.onJournal(
          entry -> {
            if (entry.event().equals("invitation.received")) {
              accept(invitee, entry.field("invitation"));
            }
          });
    }
    JsonNode elm = invite(stage.elm());
    invite(stage.ash());
    for (Laptop laptop : stage.laptops()) {
      Waiting.until(
          laptop.name() + " has joined, and knows all three members",
          PATIENCE,
          () -> knowsAll(laptop) ? Boolean.TRUE : null);
    }
    conversation = Conversation.listen(activity, stage.laptops());
    return elm;
  }

  private JsonNode invite(Laptop invitee) throws LaptopException {
    JsonNode answer =
        stage
            .oak()
            .call(
                "invite",
                Map.of(
                    "peer", invitee.name(), "activity", activity, "waitMs", PATIENCE.toMillis()));
    if (!answer.path("state").asText().equals("ACCEPTED")) {
      throw new LaptopException(
          "the invitation to " + invitee.name() + " is " + answer.path("state").asText());
    }
    return answer;
  }

  private static void accept(Laptop invitee, String invitation) {
    // On a thread of its own: the journal goes on being read meanwhile.
    CompletableFuture.runAsync(
        () -> {
          try {
            invitee.call("accept", Map.of("id", invitation));
          } catch (LaptopException e) {
            throw new java.util.concurrent.CompletionException(e);
          }
        });
  }

  private boolean knowsAll(Laptop laptop) throws LaptopException {
    for (JsonNode known : laptop.call("activities", Map.of())) {
      if (known.path("id").asText().equals(activity)) {
        return known.path("joined").asBoolean() && known.path("members").size() == 3;
      }
    }
    return false;
  }

  private String diagnosis() throws LaptopException {
    return Waiting.until(
        "a diagnosis at oak",
        PATIENCE,
        () -> {
          String found = stage.oak().peer(stage.elm()).path("diagnosis").asText("NONE");
          return found.equals("NONE") ? null : found;
        });
  }

  static void check(List<String> failures, boolean fulfilled, String otherwise) {
    if (!fulfilled) {
      failures.add(otherwise);
    }
  }
}
