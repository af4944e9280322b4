package io.limpet.rig.internal.bench.workload;

import io.limpet.rig.internal.bench.result.Case;
import io.limpet.rig.internal.bench.stand.Contender;
import io.limpet.rig.internal.bench.stand.Profile;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * How much is to be measured. A value.
 *
 * @param profiles the links
 * @param losses instead of each workload's own, unless empty
 * @param peers what Limpet is compared with
 * @param seconds of each transfer, instead of each workload's own
 * @param count of small messages, connections and idle connections, likewise
 * @param quick whether each workload's own numbers are those of a short run
 */
public record Plan(
    List<Profile> profiles,
    List<Double> losses,
    List<String> peers,
    OptionalInt seconds,
    OptionalInt count,
    boolean quick) {
  /** Keeps its own copies. */
  public Plan {
    profiles = List.copyOf(profiles);
    losses = List.copyOf(losses);
    peers = List.copyOf(peers);
  }

  /**
   * Returns the same on the first profile without loss, and Limpet alone elsewhere: where the goal
   * is not about peers, one figure of theirs is enough to compare with.
   */
  List<String> everybodyOn(Case of) {
    boolean first = of.profile().equals(profiles.get(0).name()) && of.loss() == 0;
    return first ? everybody() : new ArrayList<>(List.of(Contender.LIMPET));
  }

  /** Returns all who carry connections, Limpet last. */
  List<String> everybody() {
    List<String> all = new ArrayList<>(peers);
    all.add(Contender.LIMPET);
    return all;
  }

  /** Returns the same and the bare datagrams. */
  List<String> everybodyAndFloor() {
    List<String> all = everybody();
    all.add(Contender.UDP);
    return all;
  }

  List<Double> losses(List<Double> own, List<Double> quickly) {
    return losses.isEmpty() ? (quick ? quickly : own) : losses;
  }

  int seconds(int own, int quickly) {
    return seconds.orElse(quick ? quickly : own);
  }

  int count(int own, int quickly) {
    return count.orElse(quick ? quickly : own);
  }
}
