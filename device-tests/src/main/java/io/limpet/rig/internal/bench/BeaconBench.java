package io.limpet.rig.internal.bench;

import io.limpet.node.NodeException;
import io.limpet.rig.internal.bench.beacons.BeaconRun;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code limpet bench beacons}: how hellos scale, in virtual time. */
@Command(
    name = "beacons",
    description = "How hellos scale: many nodes on one simulated air, in virtual time.")
final class BeaconBench extends MeasuringCommand {
  private static final int LEAST_NODES = 8;
  private static final int MOST_NODES = 400;
  private static final int MOST_LOSS = 60;

  @Option(
      names = "--nodes",
      split = ",",
      paramLabel = "N",
      description = "Numbers of nodes, 8 to 400. Default 10,50,65,100,200.")
  private List<Integer> nodes = List.of(10, 50, 65, 100, 200);

  @Option(
      names = "--loss",
      split = ",",
      paramLabel = "PERCENT",
      description = "Loss of each reception, 0 to 60. Default 0,10,30.")
  private List<Integer> loss = List.of(0, 10, 30);

  @Option(names = "--seed", paramLabel = "S", description = "Default 1.")
  private long seed = 1;

  @Option(names = "--out", paramLabel = "DIR", description = "Write table and plots there.")
  private @Nullable Path out;

  @Override
  public Integer call() throws NodeException {
    require(nodes.stream().allMatch(n -> n >= LEAST_NODES && n <= MOST_NODES), "--nodes: 8 to 400");
    require(
        loss.stream().allMatch(percent -> percent >= 0 && percent <= MOST_LOSS),
        "--loss: 0 to 60 percent");
    PrintWriter console = here().commandLine().getOut();
    try {
      console.print(BeaconRun.run(nodes, loss, seed, out));
      console.flush();
      return 0;
    } catch (IOException e) {
      throw new NodeException("the results could not be written: " + e.getMessage(), e);
    }
  }
}
