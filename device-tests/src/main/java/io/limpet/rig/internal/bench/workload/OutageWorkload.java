package io.limpet.rig.internal.bench.workload;

import io.limpet.rig.internal.bench.result.Case;
import io.limpet.rig.internal.bench.result.Goal;
import io.limpet.rig.internal.bench.result.Metric;
import io.limpet.rig.internal.bench.result.Results;
import io.limpet.rig.internal.bench.stand.BenchException;
import io.limpet.rig.internal.bench.stand.Contender;
import io.limpet.rig.internal.bench.stand.Flows;
import io.limpet.rig.internal.bench.stand.Profile;
import io.limpet.rig.internal.bench.stand.Stand;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The link is cut for a while, the sender goes on writing: how soon data flows again. */
final class OutageWorkload extends Workload {
  private static final Metric SILENCE =
      new Metric("silenceMs", "silence after the first frame that could pass", "ms", 0, false);
  private static final Metric SINCE =
      new Metric("sinceRestoredMs", "silence after the link was restored", "ms", 0, false);

  private static final int INTERVAL_MS = 50;
  private static final int MESSAGE_BYTES = 200;
  private static final Duration BEFORE = Duration.ofSeconds(2);
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration LOOK_EVERY = Duration.ofMillis(1);
  private static final Duration ASK_EVERY = Duration.ofMillis(200);

  OutageWorkload() {
    super("outage", "the link cut and restored, a message each 50 ms throughout", SILENCE, SINCE);
  }

  private static Duration cut(Plan plan) {
    return Duration.ofSeconds(plan.quick() ? plan.seconds(30, 5) : 30);
  }

  @Override
  public List<Case> cases(Plan plan) {
    List<Double> losses = plan.losses(List.of(0.0), List.of(0.0));
    List<Profile> first = plan.profiles().subList(0, 1); // seconds do not depend on the rate
    return onEach(first, cut(plan).toSeconds() + " s", losses);
  }

  @Override
  public List<String> contenders(Case of, Plan plan) {
    return plan.everybody();
  }

  @Override
  public boolean together() {
    return true;
  }

  @Override
  public Duration expected(Case of, Plan plan) {
    return cut(plan).multipliedBy(2).plus(BEFORE);
  }

  @Override
  public Map<String, Double> measure(Stand stand, Case of, Plan plan, long seed)
      throws BenchException {
    Contender contender = stand.contender();
    long cutNs = cut(plan).toNanos();
    int count =
        (int) ((BEFORE.toNanos() + cutNs + PATIENCE.toNanos()) / (INTERVAL_MS * 1_000_000L));
    var series =
        contender.begin(
            "perf.ping", Map.of("count", count, "size", MESSAGE_BYTES, "intervalMs", INTERVAL_MS));
    try {
      Stand.pause(BEFORE);
      stand.rig().cut(stand.from(), stand.to());
      // Where in its back-off a sender is then is a matter of chance: another place for each seed.
      Stand.pause(Duration.ofNanos(cutNs + Math.floorMod(seed * 7_919, 3000) * 1_000_000L));
      long framesBefore = stand.framesPassed();
      long restoredNs = System.nanoTime();
      stand.rig().restore(stand.from(), stand.to());
      long deadlineNs = restoredNs + PATIENCE.toNanos();
      while (stand.framesPassed() == framesBefore && System.nanoTime() - deadlineNs < 0) {
        Stand.pause(LOOK_EVERY);
      }
      // A frame is counted when it arrives; it could pass when it was sent.
      long passedNs =
          Math.max(restoredNs, System.nanoTime() - Profile.of(of.profile()).delay().toNanos());
      long resumedNs = resumption(contender, restoredNs, deadlineNs);
      return Map.of(
          "silenceMs",
          resumedNs == 0 ? Double.POSITIVE_INFINITY : Math.max(0, resumedNs - passedNs) / 1e6,
          "sinceRestoredMs",
          resumedNs == 0 ? Double.POSITIVE_INFINITY : (resumedNs - restoredNs) / 1e6);
    } finally {
      contender.cancel();
      series.exceptionally(brokenOff -> null);
    }
  }

  /** Returns when the longest gap ended, 0 if it does not. */
  private static long resumption(Contender contender, long restoredNs, long deadlineNs)
      throws BenchException {
    while (System.nanoTime() - deadlineNs < 0) {
      for (Flows.Flow flow : contender.received().all()) {
        if (flow.gapEndNs() - restoredNs > 0) {
          return flow.gapEndNs();
        }
      }
      Stand.pause(ASK_EVERY);
    }
    return 0;
  }

  @Override
  public double limit(Metric metric, Case of) {
    return metric.equals(SILENCE) ? Profile.of(of.profile()).delay().toMillis() : Double.NaN;
  }

  @Override
  public @Nullable Goal goal(Metric metric, Case of, Results results) {
    return metric.equals(SILENCE)
        ? Goal.atMost("at most 300 ms", 300, results.limpet(of, SILENCE.key()))
        : null;
  }
}
