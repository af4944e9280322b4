package io.limpet.rig.internal.demo;

import io.limpet.rig.TcpProbe;
import io.limpet.rig.internal.laptop.Laptop;
import io.limpet.rig.internal.laptop.LaptopException;
import io.limpet.rig.internal.laptop.Waiting;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Act 2: unicast comes back, and the same connections go on over it. */
final class HealingAct {
  private static final int LINES = 10;
  private static final Duration PATIENCE = Duration.ofSeconds(15);
  private static final Duration CONTROL = Duration.ofSeconds(10);

  private final Stage stage;
  private final Conversation conversation;

  HealingAct(Stage stage, Conversation conversation) {
    this.stage = stage;
    this.conversation = conversation;
  }

  ActResult play(List<String> failures) throws LaptopException {
    Story story = stage.story();
    story.title("Act 2, the healing");
    Set<String> before = stage.connections();
    int firstLine = conversation.linesSaid();
    // Before it: on a busy machine its end may be told before this thread runs again.
    long healedNs = System.nanoTime();
    stage.rig().heal(stage.oak().device(), stage.elm().device());
    story.tell("unicast between oak and elm works again; nobody is told");
    double firstMs = conversation.takeTurns("healing", 0, LINES / 2, PATIENCE);
    for (Laptop one : List.of(stage.oak(), stage.elm())) {
      Laptop other = one == stage.oak() ? stage.elm() : stage.oak();
      Waiting.until(
          one.name() + " reaches " + other.name() + " by unicast",
          PATIENCE,
          () -> one.peer(other).path("path").asText().equals("unicast") ? Boolean.TRUE : null);
    }
    double repairMs = (System.nanoTime() - healedNs) / 1e6;
    story.tell("oak and elm are back on unicast, " + Story.ms(repairMs) + " after the healing");
    double slowestMs =
        Math.max(firstMs, conversation.takeTurns("healing", LINES / 2, LINES, PATIENCE));
    int inOrder = conversation.inOrderSince(firstLine);
    story.tell(inOrder + " of " + LINES + " lines reached all three, in order, across the change");
    boolean kept = stage.connections().equals(before);
    story.tell(
        kept
            ? "the connections are the same " + before.size() + " as before"
            : "CONNECTIONS WERE REPLACED: " + before + " became " + stage.connections());
    String diagnosis = diagnosis(healedNs);
    story.tell("oak's journal says what was wrong: " + diagnosis);
    Optional<TcpProbe> probe =
        Control.result(stage.control().begin(stage.oak().device(), stage.elm().device(), CONTROL));
    story.tell("control: oak's kernel to elm: " + Control.words(probe));

    BlackHoleAct.check(
        failures,
        probe.isEmpty() || probe.get().connected(),
        "act 2: the kernel's TCP does not connect");
    BlackHoleAct.check(failures, kept, "act 2: connections were replaced");
    BlackHoleAct.check(
        failures, inOrder == LINES, "act 2: " + inOrder + " of " + LINES + " lines in order");
    return new ActResult(
        2,
        "the healing",
        Control.words(probe),
        null,
        firstMs,
        null,
        LINES,
        inOrder,
        slowestMs,
        repairMs,
        diagnosis,
        kept);
  }

  /**
   * What oak's journal says was wrong: no repair of its own succeeds if it had given up by then.
   */
  private String diagnosis(long healedNs) throws LaptopException {
    return stage
        .oak()
        .awaitEvent(
            "the end of what was wrong with elm",
            PATIENCE,
            e ->
                e.event().equals("peer.diagnosed")
                    && e.field("peerName").equals("elm")
                    && e.field("to").equals("NONE")
                    && e.atNs() - healedNs > 0)
        .field("from");
  }
}
