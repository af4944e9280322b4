package io.limpet.rig.internal.bench.beacons;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Simulates meshes of several sizes at several losses. */
public final class BeaconRun {
  private static final double PERCENT = 100;

  private BeaconRun() {}

  private record Case(int nodes, double loss) {}

  /**
   * Runs all combinations, one after the other: two large meshes at once want much memory.
   *
   * @param percents of receptions that are lost, 0..100
   * @param folder where table and plots go, or null
   * @return the tables, as Markdown
   */
  public static String run(
      Collection<Integer> nodes, Collection<Integer> percents, long seed, @Nullable Path folder)
      throws IOException {
    List<Case> cases = new ArrayList<>();
    for (int number : nodes) {
      for (int percent : percents) {
        cases.add(new Case(number, percent / PERCENT));
      }
    }
    List<Outcome> outcomes = new ArrayList<>();
    for (Case one : cases) {
      outcomes.add(new Scenario(seed, one.nodes(), one.loss()).run());
      if (folder != null) {
        // After each, so that a run that is broken off is not lost.
        new BeaconReport(outcomes, seed).write(folder);
      }
    }
    return new BeaconReport(outcomes, seed).markdown();
  }
}
