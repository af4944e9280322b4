package io.limpet.rig.internal.bench.link;

import io.limpet.rig.Direction;
import java.util.List;

/** All faults, in the order of the table. */
public final class Faults {
  private static final List<Fault> ALL =
      List.of(
          WrongMac.changed("mac-reachable", "peer's MAC changed silently, entry REACHABLE", true),
          WrongMac.changed("mac-stale", "the same, entry STALE", false),
          WrongMac.written(),
          new FailedEntry(),
          new BlackHole("hole-there", "black hole A→B", Direction.FORWARD),
          new BlackHole("hole-back", "black hole B→A", Direction.BACKWARD),
          new BlackHole("hole-both", "black hole both ways", Direction.BOTH),
          new FirstMeeting(),
          new ForgottenWay(),
          new AddressReplaced(),
          new InterfaceDown(),
          new PeerRestart(),
          new Failover());

  /** What a short run measures: one of each kind that everything else rests on. */
  private static final List<String> QUICK = List.of("mac-reachable", "hole-both", "address");

  private Faults() {}

  /** Returns all. */
  public static List<Fault> all() {
    return ALL;
  }

  /** Returns those of a short run. */
  public static List<Fault> quick() {
    return QUICK.stream().map(Faults::of).toList();
  }

  /**
   * Returns the fault of that name.
   *
   * @throws IllegalArgumentException if there is none; the message is fit for a person
   */
  public static Fault of(String name) {
    return ALL.stream()
        .filter(fault -> fault.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "no fault '" + name + "': there are " + String.join(", ", names())));
  }

  /** Returns all names. */
  public static List<String> names() {
    return ALL.stream().map(Fault::name).toList();
  }
}
