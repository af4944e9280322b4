package io.limpet.rig.internal.demo;

import io.limpet.rig.MacAddress;
import io.limpet.rig.NeighbourEntry;
import io.limpet.rig.RigDevice;
import io.limpet.rig.TcpProbe;
import io.limpet.rig.TcpSink;
import io.limpet.rig.internal.laptop.LaptopException;
import io.limpet.rig.internal.laptop.Waiting;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * Act 3: a radio is swapped, so that its MAC changes, and nobody is told while everybody's entries
 * are REACHABLE.
 */
final class StaleNeighbourAct {
  private static final String NAME = "the stale neighbour";
  private static final String TITLE = "Act 3, " + NAME;
  private static final int LINES = 10;
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  /** Shorter than the kernel's first SYN retransmission, which the repair would let through. */
  private static final Duration MEANWHILE = Duration.ofMillis(900);

  private static final Duration AFTERWARDS = Duration.ofSeconds(10);
  private static final double FIRST_LINE_WITHIN_MS = 1_000;
  private static final double PRIVILEGED_REPAIR_WITHIN_MS = 3_000;
  private static final double ORDINARY_REPAIR_WITHIN_MS = 4_000;

  private final Stage stage;
  private final Conversation conversation;
  private final boolean privileged;
  private final RigDevice oak;
  private final RigDevice elm;

  StaleNeighbourAct(Stage stage, Conversation conversation, boolean privileged) {
    this.stage = stage;
    this.conversation = conversation;
    this.privileged = privileged;
    this.oak = stage.oak().device();
    this.elm = stage.elm().device();
  }

  ActResult play(List<String> failures) throws LaptopException {
    Story story = stage.story();
    story.title(TITLE);
    try (TcpSink listener = elm.listenTcp(0)) {
      NeighbourEntry entry = warmUp(listener.port());
      story.tell(
          "oak's kernel knows elm as "
              + entry.mac().orElseThrow()
              + ", "
              + String.join("+", entry.states()));
      Set<String> connections = stage.connections();
      int firstLine = conversation.linesSaid();

      stage.rig().radioOff(elm);
      MacAddress mac = stage.rig().silentMacChange(elm);
      // Begun before anybody can repair anything: its SYN goes to the MAC that nobody has any more.
      CompletableFuture<TcpProbe> control =
          CompletableFuture.supplyAsync(() -> oak.kernelTcpProbe(elm, listener.port(), MEANWHILE));
      stage.rig().radioOn(elm);
      long swappedNs = System.nanoTime();
      CompletableFuture<Double> repaired =
          CompletableFuture.supplyAsync(() -> repair(mac, swappedNs));
      story.tell("elm's radio is swapped: it is " + mac + " now; oak still believes the old one");
      Conversation.Said first =
          conversation.say(stage.oak(), "swap 1, said by oak at the moment of the swap");
      double firstMs = conversation.awaitDelivery(first, PATIENCE);
      story.tell("the first line after the swap reached everybody after " + Story.ms(firstMs));
      double slowestMs = Math.max(firstMs, conversation.takeTurns("swap", 1, LINES, PATIENCE));
      String meanwhile = meanwhile(Control.result(control));
      story.tell("control: oak's kernel to elm meanwhile: " + meanwhile);
      double repairMs = await(repaired);
      story.tell("oak's entry for elm is right " + Story.ms(repairMs) + " after the swap");
      TcpProbe afterwards = oak.kernelTcpProbe(elm, listener.port(), AFTERWARDS);
      story.tell("control: oak's kernel to elm afterwards: " + Control.words(afterwards));
      int inOrder = conversation.inOrderSince(firstLine);
      story.tell(inOrder + " of " + LINES + " lines reached all three, in order, across the swap");
      boolean kept = stage.connections().equals(connections);
      String diagnosis = diagnosis();
      story.tell("oak's journal names the cause: " + diagnosis);

      judge(failures, afterwards, firstMs, repairMs, inOrder, kept, diagnosis);
      return new ActResult(
          3,
          NAME,
          meanwhile,
          Control.words(afterwards),
          firstMs,
          null,
          LINES,
          inOrder,
          slowestMs,
          repairMs,
          diagnosis,
          kept);
    }
  }

  /** Says why there is nothing to play. */
  ActResult leaveOut() {
    String why = "not played: there are no kernels on this medium, so no entry can be stale";
    stage.story().title(TITLE);
    stage.story().plain(why);
    return new ActResult(3, NAME, why, null, null, null, 0, 0, null, null, "NONE", null);
  }

  private void judge(
      List<String> failures,
      TcpProbe afterwards,
      double firstMs,
      double repairMs,
      int inOrder,
      boolean kept,
      String diagnosis) {
    double within = privileged ? PRIVILEGED_REPAIR_WITHIN_MS : ORDINARY_REPAIR_WITHIN_MS;
    BlackHoleAct.check(
        failures, afterwards.connected(), "act 3: the kernel's TCP fails after the repair");
    BlackHoleAct.check(
        failures,
        firstMs < FIRST_LINE_WITHIN_MS,
        "act 3: the first line took " + Story.ms(firstMs));
    BlackHoleAct.check(failures, repairMs < within, "act 3: the repair took " + Story.ms(repairMs));
    BlackHoleAct.check(
        failures, inOrder == LINES, "act 3: " + inOrder + " of " + LINES + " lines in order");
    BlackHoleAct.check(failures, kept, "act 3: connections were replaced");
    BlackHoleAct.check(
        failures, diagnosis.equals("NEIGHBOUR_STALE"), "act 3: the diagnosis was " + diagnosis);
  }

  /** Nothing gets through a stale entry; who connects was late, and found it repaired. */
  private static String meanwhile(TcpProbe probe) {
    return Control.words(probe)
        + (probe.connected() ? ", because the entry had been repaired by then" : "");
  }

  /** Lets oak's kernel talk to elm's until it is sure of elm's MAC. */
  private NeighbourEntry warmUp(int port) throws LaptopException {
    return Waiting.until(
        "a REACHABLE entry for elm at oak",
        PATIENCE,
        () -> {
          oak.kernelTcpProbe(elm, port, Duration.ofSeconds(2));
          return oak.neighbour(elm)
              .filter(e -> e.states().contains("REACHABLE") && e.mac().isPresent())
              .orElse(null);
        });
  }

  private double repair(MacAddress mac, long swappedNs) {
    try {
      return Waiting.until(
          "oak's entry for elm",
          PATIENCE,
          () ->
              oak.neighbour(elm).flatMap(NeighbourEntry::mac).filter(mac::equals).isPresent()
                  ? Double.valueOf((System.nanoTime() - swappedNs) / 1e6)
                  : null);
    } catch (LaptopException e) {
      throw new java.util.concurrent.CompletionException(e);
    }
  }

  private static double await(CompletableFuture<Double> repaired) throws LaptopException {
    try {
      return repaired.join();
    } catch (java.util.concurrent.CompletionException e) {
      throw new LaptopException("act 3: " + e.getMessage(), e);
    }
  }

  private String diagnosis() throws LaptopException {
    return stage
        .oak()
        .awaitEvent(
            "a repair of elm's entry",
            PATIENCE,
            e ->
                e.event().equals("repair.started")
                    && e.field("peerName").equals("elm")
                    && e.field("diagnosis").equals("NEIGHBOUR_STALE"))
        .field("diagnosis");
  }
}
