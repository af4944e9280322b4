package io.limpet.rig.internal.bench.presence;

import io.limpet.rig.RigException;
import io.limpet.rig.internal.bench.result.Case;
import io.limpet.rig.internal.bench.result.Metric;
import io.limpet.rig.internal.bench.result.Results;
import io.limpet.rig.internal.bench.result.Run;
import io.limpet.rig.internal.bench.result.Topic;
import io.limpet.rig.internal.bench.run.Progress;
import io.limpet.rig.internal.bench.stand.BenchException;
import io.limpet.rig.internal.bench.stand.Conditions;
import io.limpet.rig.internal.bench.stand.Contender;
import io.limpet.rig.internal.bench.stand.Stand;
import io.limpet.rig.internal.bench.stand.Watch;
import java.io.PrintWriter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Measures everything that a plan asks for, on the same nodes at one loss after the other. */
public final class PresenceRun {
  private static final double RTT_MS = 2;
  private static final double MINUTE_NS = 60e9;

  private static final Topic NEWCOMER = new NewcomerTopic();
  private static final Topic DEATH = new DeathTopic();
  private static final Topic RESTART = new RestartTopic();
  private static final Topic CALM = new CalmTopic();

  /** What is measured, in the order in which it is told. */
  public static final List<Topic> TOPICS = List.of(NEWCOMER, DEATH, RESTART, CALM);

  private final PresencePlan plan;
  private final Results results = new Results();
  private final Progress progress;
  private final Consumer<Results> afterEach;

  /**
   * Prepares a run.
   *
   * @param messages where a waiting person reads
   * @param afterEach is given the results so far, again and again
   */
  public PresenceRun(PresencePlan plan, PrintWriter messages, Consumer<Results> afterEach) {
    this.plan = plan;
    this.progress = new Progress(messages, plan.expected());
    this.afterEach = afterEach;
  }

  /** Measures; what was started is ended, however this ends. */
  public Results run() {
    try (Neighbourhood here = Neighbourhood.start(plan)) {
      PresenceTrial trial = new PresenceTrial(here, plan.seed());
      for (double loss : plan.losses()) {
        at(loss, here, trial);
      }
    } catch (BenchException | RigException e) {
      for (double loss : plan.losses()) {
        for (Topic topic : TOPICS) {
          Case of = plan.of(topic.name(), "", loss);
          if (results.of(of, Contender.LIMPET).isEmpty()) {
            add(topic, of, Map.of(), null, String.valueOf(e.getMessage()));
          }
        }
      }
    }
    return results;
  }

  private void at(double loss, Neighbourhood here, PresenceTrial trial) throws BenchException {
    here.lose(loss, plan.seed());
    long beganNs = System.nanoTime();
    Sightings.False before = here.sightings().falseSoFar();
    if (plan.starts() > 0) {
      Watch watch = Watch.over(here.rig(), RTT_MS);
      Map<String, Double> values = trial.newcomers(plan.starts());
      progress.did(plan.expectedOfStarts());
      add(NEWCOMER, plan.of(NEWCOMER.name(), "", loss), values, watch.conditions(), "");
    }
    if (plan.deaths() > 0) {
      Watch watch = Watch.over(here.rig(), RTT_MS);
      PresenceTrial.Mortal found = trial.deaths(plan.deaths());
      progress.did(plan.expectedOfDeaths());
      Conditions conditions = watch.conditions();
      add(DEATH, plan.of(DEATH.name(), "", loss), found.deaths(), conditions, "");
      Case atOnce = plan.of(RESTART.name(), RestartTopic.AT_ONCE, loss);
      add(RESTART, atOnce, found.atOnce(), conditions, "");
      Case late = plan.of(RESTART.name(), RestartTopic.LATE, loss);
      add(RESTART, late, found.late(), conditions, "");
    }
    Watch watch = Watch.over(here.rig(), RTT_MS);
    Stand.pause(plan.quiet());
    progress.did(plan.quiet());
    Sightings.False wrong = here.sightings().falseSoFar().since(before);
    Map<String, Double> values = new HashMap<>();
    values.put(CalmTopic.OFFLINE.key(), (double) wrong.offline());
    values.put(CalmTopic.SUSPECT.key(), (double) wrong.suspect());
    values.put(CalmTopic.MINUTES.key(), (System.nanoTime() - beganNs) / MINUTE_NS);
    add(CALM, plan.of(CALM.name(), "", loss), values, watch.conditions(), "");
  }

  private void add(
      Topic topic,
      Case of,
      Map<String, Double> values,
      @Nullable Conditions conditions,
      String failure) {
    results.add(new Run(of, Contender.LIMPET, plan.seed(), values, conditions, 1, failure));
    StringBuilder words = new StringBuilder(topic.name() + " " + of.label() + ": " + failure);
    for (Metric metric : topic.metrics()) {
      Double value = values.get(metric.key());
      if (value != null) {
        words.append(metric.key()).append(' ').append(metric.print(value)).append("; ");
      }
    }
    progress.found(words.toString().strip());
    afterEach.accept(results);
  }
}
