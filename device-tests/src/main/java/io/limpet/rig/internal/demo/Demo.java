package io.limpet.rig.internal.demo;

import io.limpet.rig.MediumKind;
import io.limpet.rig.Rig;
import io.limpet.rig.RigBuilder;
import io.limpet.rig.RigDevice;
import io.limpet.rig.internal.laptop.Laptop;
import io.limpet.rig.internal.laptop.LaptopException;
import io.limpet.rig.internal.laptop.Waiting;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Plays the three acts on one rig, one after the other. */
final class Demo {
  private static final Duration START = Duration.ofSeconds(30);
  private static final Duration STOP = Duration.ofSeconds(10);

  private final Story story;
  private final Path folder;
  private final OptionalLong seed;
  private final boolean privileged;
  private final Optional<MediumKind> medium;

  /**
   * Prepares a demo.
   *
   * @param medium the kind insisted on, or nothing for the best that works
   */
  Demo(
      Story story,
      Path folder,
      OptionalLong seed,
      boolean privileged,
      Optional<MediumKind> medium) {
    this.story = story;
    this.folder = folder;
    this.seed = seed;
    this.privileged = privileged;
    this.medium = medium;
  }

  DemoResult play() throws LaptopException {
    RigBuilder builder = Rig.builder().devices("oak", "elm", "ash").link(Stage.radio());
    if (seed.isPresent()) {
      builder.seed(seed.getAsLong());
    }
    medium.ifPresent(builder::kind);
    try (Rig rig = builder.start()) {
      story.plain("Three laptops, oak, elm and ash, in radio reach of each other.");
      story.plain("Medium: " + rig.kind() + " (" + rig.kindReason() + ")");
      List<Laptop> laptops = new ArrayList<>();
      for (RigDevice device : rig.devices()) {
        laptops.add(new Laptop(rig, device, folder.resolve(device.name())));
      }
      try {
        return play(new Stage(rig, story, new Control(rig), laptops));
      } finally {
        laptops.forEach(Laptop::close);
        laptops.forEach(laptop -> laptop.awaitEnd(STOP));
      }
    }
  }

  private DemoResult play(Stage stage) throws LaptopException {
    stage.rig().blackHole(stage.oak().device(), stage.elm().device());
    story.tell(
        "unicast between oak and elm is dead, both ways; "
            + (stage.control().hasKernels() ? "ARP and multicast pass" : "multicast passes"));
    List<String> options = privileged ? List.of() : List.of("--no-privileges");
    for (Laptop laptop : stage.laptops()) {
      laptop.start(options);
    }
    for (Laptop laptop : stage.laptops()) {
      Laptop.Entry ready =
          laptop.awaitEvent("node.ready", START, e -> e.event().equals("node.ready"));
      story.tell(
          laptop.name()
              + " is up, "
              + Story.ms(ready.json().path("startMs").asDouble())
              + " after its start, at "
              + ready.field("address"));
    }
    for (Laptop one : stage.laptops()) {
      for (Laptop other : stage.laptops()) {
        if (one != other) {
          Waiting.until(
              one.name() + " sees " + other.name(),
              START,
              () -> one.sees(other) ? Boolean.TRUE : null);
        }
      }
    }
    story.tell("everybody sees everybody: presence is broadcast, and broadcast works");

    List<ActResult> acts = new ArrayList<>();
    List<String> failures = new ArrayList<>();
    String activity =
        stage
            .oak()
            .call("share", Map.of("type", "chat", "title", "lunch", "open", false))
            .path("activity")
            .asText();
    BlackHoleAct first = new BlackHoleAct(stage, activity);
    acts.add(first.play(failures));
    acts.add(new HealingAct(stage, first.conversation()).play(failures));
    StaleNeighbourAct third = new StaleNeighbourAct(stage, first.conversation(), privileged);
    acts.add(stage.control().hasKernels() ? third.play(failures) : third.leaveOut());
    return new DemoResult(
        stage.rig().kind().toString(),
        stage.rig().kindReason(),
        stage.rig().seed(),
        acts,
        folder.toString(),
        failures);
  }
}
