package io.limpet.rig.internal.bench.run;

import io.limpet.rig.RigException;
import io.limpet.rig.internal.bench.result.Case;
import io.limpet.rig.internal.bench.result.Metric;
import io.limpet.rig.internal.bench.result.Results;
import io.limpet.rig.internal.bench.result.Run;
import io.limpet.rig.internal.bench.stand.BenchException;
import io.limpet.rig.internal.bench.stand.Conditions;
import io.limpet.rig.internal.bench.stand.Profile;
import io.limpet.rig.internal.bench.stand.Stand;
import io.limpet.rig.internal.bench.workload.Ground;
import io.limpet.rig.internal.bench.workload.Plan;
import io.limpet.rig.internal.bench.workload.Workload;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Measures everything that a plan asks for. Used once. */
public final class BenchRun {
  /** A measurement that the medium disturbed is made again, once. */
  private static final int ATTEMPTS = 2;

  private final Plan plan;
  private final Map<Step, Duration> steps = new LinkedHashMap<>();
  private final Results results = new Results();
  private final Arena arena = new Arena();
  private final Progress progress;
  private final Consumer<Results> afterEach;

  /**
   * Prepares a run.
   *
   * @param messages where a waiting person reads
   * @param afterEach is given the results so far, again and again
   */
  public BenchRun(
      Plan plan,
      List<Workload> workloads,
      List<Long> seeds,
      PrintWriter messages,
      Consumer<Results> afterEach) {
    this.plan = plan;
    Set<Ground> up = new HashSet<>();
    for (Step step : Schedule.of(workloads, plan, seeds)) {
      steps.put(step, step.expected(plan, up));
    }
    this.afterEach = afterEach;
    this.progress =
        new Progress(messages, steps.values().stream().reduce(Duration.ZERO, Duration::plus));
  }

  /** Measures; what was started is ended, however this ends. */
  public Results run() {
    Thread hook = new Thread(arena::close, "limpet-bench-shutdown");
    Runtime.getRuntime().addShutdownHook(hook);
    try (arena) {
      steps.forEach(
          (step, expected) -> {
            measure(step);
            progress.did(expected);
            afterEach.accept(results);
          });
    }
    Runtime.getRuntime().removeShutdownHook(hook);
    return results;
  }

  private void measure(Step step) {
    Map<String, Runnable> together = new LinkedHashMap<>();
    for (String contender : step.contenders()) {
      Ground ground = step.workload().ground(step.of(), contender);
      if (!step.workload().together()) {
        measure(step, contender, ground);
        continue;
      }
      warm(ground); // before anybody measures
      together.put("on-" + contender, () -> measure(step, contender, ground));
    }
    List<Thread> threads = new ArrayList<>();
    together.forEach((name, measurement) -> threads.add(Abreast.begin(measurement, name)));
    Abreast.await(threads);
  }

  private void warm(Ground ground) {
    try {
      arena.stand(ground);
    } catch (BenchException | RigException e) {
      return; // told when it is measured
    }
  }

  private void measure(Step step, String contender, Ground ground) {
    for (long seed : step.seeds()) {
      Run run = measured(step, contender, ground, seed);
      results.add(run);
      progress.found(words(step.workload(), run));
      if (step.workload().alone(step.of())) {
        arena.drop(ground);
      }
    }
    if (!step.isOnKeptStands()) {
      arena.drop(ground);
    }
  }

  private static String words(Workload workload, Run run) {
    Metric first =
        workload.metrics().stream()
            .filter(metric -> run.values().containsKey(metric.key()))
            .findFirst()
            .orElse(workload.metrics().get(0));
    String what =
        run.failure().isEmpty()
            ? first.title()
                + " "
                + first.print(run.values().getOrDefault(first.key(), Double.NaN))
                + (first.unit().isEmpty() ? "" : " " + first.unit())
            : run.failure();
    return String.format(
        Locale.ROOT,
        "%s %s %s %s, seed %d: %s%s",
        run.of().workload(),
        run.of().profile(),
        run.of().label(),
        run.contender(),
        run.seed(),
        what,
        run.conditions() != null && run.conditions().disturbed() ? " (disturbed)" : "");
  }

  private Run measured(Step step, String contender, Ground ground, long seed) {
    Case of = step.of();
    Run best = new Run(of, contender, seed, Map.of(), null, 0, "not measured");
    for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
      Run run = once(step, contender, ground, seed, attempt);
      @Nullable Conditions conditions = run.conditions();
      if (conditions == null) {
        return run; // it failed: chance in the air will not change that
      }
      if (conditions.quieterThan(best.conditions())) {
        best = run;
      }
      if (!conditions.mediumLate()) {
        break;
      }
    }
    return best;
  }

  private Run once(Step step, String contender, Ground ground, long seed, int attempt) {
    Case of = step.of();
    try {
      Stand stand = arena.stand(ground);
      stand.prepare(ground.overMedium() ? Profile.of(of.profile()) : Profile.A, of.loss(), seed);
      Map<String, Double> values = step.workload().measure(stand, of, plan, seed);
      return new Run(of, contender, seed, values, stand.conditions(), attempt, "");
    } catch (BenchException | RigException e) {
      arena.drop(ground); // whatever state it is in: the next gets a new one
      return new Run(of, contender, seed, Map.of(), null, attempt, String.valueOf(e.getMessage()));
    }
  }
}
