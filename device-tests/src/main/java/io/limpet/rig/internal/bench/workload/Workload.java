package io.limpet.rig.internal.bench.workload;

import io.limpet.rig.internal.bench.result.Case;
import io.limpet.rig.internal.bench.result.Metric;
import io.limpet.rig.internal.bench.result.Topic;
import io.limpet.rig.internal.bench.stand.BenchException;
import io.limpet.rig.internal.bench.stand.Profile;
import io.limpet.rig.internal.bench.stand.Stand;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** One kind of measurement, and what Limpet is to reach in it. Stateless. */
public abstract class Workload extends Topic {
  /** Sets what does not depend on the plan. */
  protected Workload(String name, String title, Metric... metrics) {
    super(name, title, metrics);
  }

  /** Returns the conditions under which it is made. */
  public abstract List<Case> cases(Plan plan);

  /** Returns on whom. */
  public abstract List<String> contenders(Case of, Plan plan);

  /** Returns what has to be there. */
  public Ground ground(Case of, String contender) {
    return Ground.medium(contender);
  }

  /**
   * Says whether all contenders are measured at the same time, each on a stand of its own: what
   * puts almost no load on the machine then meets the same noise, and takes no longer than one.
   */
  public boolean together() {
    return false;
  }

  /** Says whether the stand is made for one measurement alone. */
  public boolean alone(Case of) {
    return false;
  }

  /** Returns how long one measurement takes, about. */
  public abstract Duration expected(Case of, Plan plan);

  /** Measures on a stand that has been prepared; the values are by the metrics' keys. */
  public abstract Map<String, Double> measure(Stand stand, Case of, Plan plan, long seed)
      throws BenchException;

  final List<Case> onEach(List<Profile> profiles, String variant, List<Double> losses) {
    List<Case> cases = new ArrayList<>();
    for (Profile profile : profiles) {
      for (double loss : losses) {
        cases.add(new Case(name(), variant, profile.name(), loss));
      }
    }
    return cases;
  }

  /** Returns the round trip of a case's link, in milliseconds. */
  static double rttMs(Case of) {
    return Profile.of(of.profile()).rttMs();
  }
}
