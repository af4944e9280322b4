package io.limpet.rig.internal.bench;

import java.util.List;
import picocli.CommandLine.Option;

/** What a person says of the air that a benchmark is played on. */
final class AirOptions {
  private static final int MOST_LOSS = 60;
  private static final double PERCENT = 100;

  @Option(
      names = "--loss",
      split = ",",
      paramLabel = "PERCENT",
      description = "Loss of each reception, 0 to 60. Default 0,10,30.")
  private List<Integer> losses = List.of(0, 10, 30);

  @Option(names = "--seed", paramLabel = "S", description = "Default 1.")
  private long seed = 1;

  /** Returns the losses, 0..1; the command refuses others. */
  List<Double> losses(MeasuringCommand command) {
    command.require(
        !losses.isEmpty() && losses.stream().allMatch(p -> p >= 0 && p <= MOST_LOSS),
        "--loss: 0 to 60 percent");
    return losses.stream().map(percent -> percent / PERCENT).toList();
  }

  long seed() {
    return seed;
  }
}
