package io.limpet.rig.internal.bench.group;

import io.limpet.rig.Airtime;
import io.limpet.rig.Rig;
import io.limpet.rig.RigException;
import io.limpet.rig.internal.bench.member.MemberMain;
import io.limpet.rig.internal.bench.result.Case;
import io.limpet.rig.internal.bench.result.Metric;
import io.limpet.rig.internal.bench.result.Results;
import io.limpet.rig.internal.bench.result.Run;
import io.limpet.rig.internal.bench.run.Progress;
import io.limpet.rig.internal.bench.stand.BenchException;
import io.limpet.rig.internal.bench.stand.Conditions;
import io.limpet.rig.internal.bench.stand.Watch;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Measures everything that a plan asks for, one contender after the other. Used once. */
public final class GroupRun {
  private static final double RTT_MS = 2;

  private final GroupPlan plan;
  private final GroupTopic topic = new GroupTopic();
  private final Results results = new Results();
  private final Progress progress;
  private final Consumer<Results> afterEach;

  /**
   * Prepares a run.
   *
   * @param messages where a waiting person reads
   * @param afterEach is given the results so far, again and again
   */
  public GroupRun(GroupPlan plan, PrintWriter messages, Consumer<Results> afterEach) {
    this.plan = plan;
    this.progress = new Progress(messages, plan.expected());
    this.afterEach = afterEach;
  }

  /** Measures; what was started is ended, however this ends. */
  public Results run() {
    for (int size : plan.members()) {
      // Both ways in which Limpet speaks are ways of the same nodes.
      Map<String, List<String>> voices = new LinkedHashMap<>();
      for (String contender : plan.contenders()) {
        String program = contender.equals(MemberMain.STREAMS) ? MemberMain.CHANNEL : contender;
        voices.computeIfAbsent(program, any -> new ArrayList<>()).add(contender);
      }
      voices.forEach((program, of) -> onOneAir(size, program, of));
    }
    return results;
  }

  private void onOneAir(int size, String program, List<String> voices) {
    try (Rig rig =
            Rig.builder()
                .devices(size)
                .link(plan.link(0))
                .airtime(Airtime.SHARED)
                .seed(plan.seed())
                .start();
        Crowds crowds = new Crowds(program, rig.devices())) {
      for (String voice : voices) {
        onOneAir(size, rig, crowds, voice);
      }
    } catch (BenchException | RigException e) {
      for (String voice : voices) {
        for (double loss : plan.losses()) {
          if (results.of(plan.of(size, loss), voice).isEmpty()) {
            add(plan.of(size, loss), voice, Map.of(), null, String.valueOf(e.getMessage()));
          }
        }
      }
    }
  }

  private static double missing(Map<String, Double> values) {
    return values.getOrDefault(GroupTopic.MISSING.key(), 0.0);
  }

  /** Single messages at all losses first: what a flood leaves behind would be in their way. */
  private void onOneAir(int size, Rig rig, Crowds crowds, String voice) throws BenchException {
    Map<Double, Map<String, Double>> messages = new LinkedHashMap<>();
    GroupTrial trial = new GroupTrial(rig, crowds.fresh(), voice, plan);
    trial.warmUp();
    for (double loss : plan.losses()) {
      messages.put(loss, trial.messages(loss));
    }
    for (double loss : plan.losses()) {
      if (crowds.isSpoilt()) {
        trial = new GroupTrial(rig, crowds.fresh(), voice, plan);
        trial.warmUp();
      }
      Watch watch = Watch.over(rig, RTT_MS);
      Map<String, Double> values = Objects.requireNonNull(messages.get(loss));
      double before = missing(values);
      trial.flood(loss).forEach((key, value) -> values.merge(key, value, Double::sum));
      if (missing(values) > before) {
        crowds.spoil(); // it is at it still
      }
      add(plan.of(size, loss), voice, values, watch.conditions(), "");
    }
  }

  private void add(
      Case of,
      String voice,
      Map<String, Double> values,
      @Nullable Conditions conditions,
      String failure) {
    Run run = new Run(of, voice, plan.seed(), values, conditions, 1, failure);
    results.add(run);
    StringBuilder words = new StringBuilder();
    words.append(run.of().profile()).append(", ").append(run.of().label());
    words.append(", ").append(run.contender()).append(": ").append(run.failure());
    for (Metric metric : topic.metrics()) {
      Double value = run.values().get(metric.key());
      if (value != null) {
        words.append(metric.key()).append(' ').append(metric.print(value)).append("; ");
      }
    }
    progress.did(plan.expectedOfOne());
    progress.found(words.toString().strip());
    afterEach.accept(results);
  }
}
