package io.limpet.rig.internal.bench.result;

import io.limpet.rig.internal.bench.stand.Contender;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.DoubleStream;

/** All runs so far. Safe for any thread. */
public final class Results {
  private static final List<String> ORDER =
      List.of("tcp-cubic", "tcp-bbr", "quic-cubic", "quic-bbr", Contender.LIMPET, Contender.UDP);

  private final List<Run> runs = new ArrayList<>();

  /** Adds what was found. */
  public synchronized void add(Run run) {
    runs.add(run);
  }

  /** Returns all runs in the order in which they ended. */
  public synchronized List<Run> runs() {
    return List.copyOf(runs);
  }

  /** Returns the cases of a workload in the order in which they were first measured. */
  public Set<Case> cases(String workload) {
    Set<Case> cases = new LinkedHashSet<>();
    for (Run run : runs()) {
      if (run.of().workload().equals(workload)) {
        cases.add(run.of());
      }
    }
    return cases;
  }

  /** Returns who was measured in any of these cases: peers first, Limpet, then the floor. */
  public List<String> contenders(Collection<Case> cases) {
    Set<String> names = new LinkedHashSet<>();
    for (Run run : runs()) {
      if (cases.contains(run.of())) {
        names.add(run.contender());
      }
    }
    List<String> sorted = new ArrayList<>(names);
    sorted.sort(Comparator.comparingInt(Results::rank).thenComparing(Comparator.naturalOrder()));
    return sorted;
  }

  private static int rank(String contender) {
    int known = ORDER.indexOf(contender);
    return known < 0 ? -1 : known;
  }

  /** Returns the runs of one contender in one case. */
  public List<Run> of(Case wanted, String contender) {
    return runs().stream()
        .filter(run -> run.of().equals(wanted) && run.contender().equals(contender))
        .toList();
  }

  /** Returns the median over the seeds of what was measured, not a number when nothing was. */
  public double median(Case wanted, String contender, String key) {
    double[] values =
        of(wanted, contender).stream()
            .flatMap(run -> java.util.stream.Stream.ofNullable(run.values().get(key)))
            .mapToDouble(Double::doubleValue)
            .sorted()
            .toArray();
    if (values.length == 0) {
      return Double.NaN;
    }
    int middle = values.length / 2;
    return values.length % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
  }

  /** Returns Limpet's median. */
  public double limpet(Case wanted, String key) {
    return median(wanted, Contender.LIMPET, key);
  }

  /** Returns the best median of those that Limpet is compared with. */
  public double bestPeer(Case wanted, Metric metric) {
    return bestPeer(wanted, metric, "");
  }

  /** Returns the best median of those peers whose names begin so. */
  public double bestPeer(Case wanted, Metric metric, String prefix) {
    DoubleStream medians =
        runs().stream()
            .filter(run -> run.of().equals(wanted))
            .map(Run::contender)
            .distinct()
            .filter(name -> name.startsWith(prefix))
            .filter(name -> !name.equals(Contender.LIMPET) && !name.equals(Contender.UDP))
            .mapToDouble(name -> median(wanted, name, metric.key()))
            .filter(value -> !Double.isNaN(value));
    return (metric.higherIsBetter() ? medians.max() : medians.min()).orElse(Double.NaN);
  }
}
