package io.limpet.rig.internal.bench.presence;

import io.limpet.rig.LinkSettings;
import io.limpet.rig.internal.bench.result.Case;
import java.time.Duration;
import java.util.List;

/**
 * How much is to be measured. A value.
 *
 * @param members how many nodes there are, the one that comes and goes among them
 * @param losses of each reception
 * @param starts of nodes that nobody has met before
 * @param deaths each followed by two restarts
 * @param quiet for how long nothing happens at the end
 * @param seed of the chance in the air
 */
public record PresencePlan(
    int members, List<Double> losses, int starts, int deaths, Duration quiet, long seed) {
  private static final Duration COME_UP = Duration.ofSeconds(15);
  private static final Duration ONE_START = Duration.ofSeconds(5);
  private static final Duration ONE_DEATH = Duration.ofSeconds(45);

  /** The radio's basic rate, at which all multicast goes. */
  private static final long BASIC_RATE = 6_000_000;

  private static final long UNICAST_RATE = 24_000_000;

  /** Keeps its own copy. */
  public PresencePlan {
    losses = List.copyOf(losses);
  }

  /** Returns the air at this loss: no radio sends anything again, be it multicast or unicast. */
  static LinkSettings link(double loss) {
    return LinkSettings.plain().withRate(UNICAST_RATE, BASIC_RATE).withLoss(loss);
  }

  Case of(String workload, String variant, double loss) {
    return new Case(workload, variant, members + " nodes", loss);
  }

  Duration expectedOfStarts() {
    return ONE_START.multipliedBy(starts);
  }

  Duration expectedOfDeaths() {
    return ONE_DEATH.multipliedBy(deaths);
  }

  Duration expected() {
    return expectedOfStarts()
        .plus(expectedOfDeaths())
        .plus(quiet)
        .multipliedBy(losses.size())
        .plus(COME_UP);
  }
}
