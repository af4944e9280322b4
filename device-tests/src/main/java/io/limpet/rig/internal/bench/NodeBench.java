package io.limpet.rig.internal.bench;

import io.limpet.node.NodeException;
import io.limpet.node.internal.cli.TextTable;
import io.limpet.node.internal.control.ControlJson;
import io.limpet.rig.Rig;
import io.limpet.rig.RigException;
import io.limpet.rig.internal.bench.stand.BenchException;
import io.limpet.rig.internal.bench.stand.Processes;
import io.limpet.rig.internal.laptop.Laptop;
import io.limpet.rig.internal.laptop.LaptopException;
import io.limpet.rig.internal.laptop.Waiting;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code limpet bench node}: what a node costs that has nothing to do. */
@Command(
    name = "node",
    description = "Start time, idle processor time and memory of a node; how soon it answers.")
final class NodeBench extends MeasuringCommand {
  private static final Duration START = Duration.ofSeconds(60);

  @Option(names = "--settle", paramLabel = "DURATION", description = "Default 20s.")
  private Duration settle = Duration.ofSeconds(20);

  @Option(names = "--idle", paramLabel = "DURATION", description = "Default 30s.")
  private Duration idle = Duration.ofSeconds(30);

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  /** A command to a running node is answered in this time. */
  private static final double COMMAND_GOAL_MS = 300;

  private static final int COMMANDS = 20;

  /** What was measured; of the commands the median. */
  record Row(
      double readyMs,
      double idleCpuPercent,
      double residentMegabytes,
      int people,
      double commandMs,
      double commandGoalMs) {}

  @Override
  public Integer call() throws NodeException, IOException {
    PrintWriter out = here().commandLine().getOut();
    try {
      Row row = measure(Files.createTempDirectory("limpet-bench-"));
      out.println(
          json
              ? ControlJson.MAPPER.writeValueAsString(row)
              : new TextTable(
                      "ready after", "idle CPU", "resident", "people in reach", "a command takes")
                  .row(
                      String.format(Locale.ROOT, "%.0f ms", row.readyMs()),
                      String.format(Locale.ROOT, "%.2f %% of a core", row.idleCpuPercent()),
                      String.format(Locale.ROOT, "%.0f MB", row.residentMegabytes()),
                      Integer.toString(row.people()),
                      String.format(
                          Locale.ROOT, "%.0f ms (goal %.0f)", row.commandMs(), row.commandGoalMs()))
                  .toString());
      return 0;
    } catch (LaptopException | BenchException | RigException e) {
      throw new NodeException("the benchmark could not be run: " + e.getMessage(), e);
    }
  }

  private Row measure(Path folder) throws LaptopException, BenchException {
    try (Rig rig = Rig.builder().devices("oak", "elm", "ash").start()) {
      List<Laptop> laptops =
          rig.devices().stream().map(d -> new Laptop(rig, d, folder.resolve(d.name()))).toList();
      try {
        double readyMs = 0;
        // One after the other: a machine of two cores is not what starts three nodes at once.
        for (Laptop laptop : laptops) {
          laptop.start(List.of());
          readyMs =
              laptop
                  .awaitEvent("node.ready", START, e -> e.event().equals("node.ready"))
                  .json()
                  .path("startMs")
                  .asDouble();
        }
        Laptop oak = laptops.get(0);
        for (Laptop other : laptops.subList(1, laptops.size())) {
          Waiting.until(
              "oak sees " + other.name(), START, () -> oak.sees(other) ? Boolean.TRUE : null);
        }
        LockSupport.parkNanos(settle.toNanos());
        double cpuBefore = Processes.cpuSeconds(oak.pid());
        long startNs = System.nanoTime();
        LockSupport.parkNanos(idle.toNanos());
        double seconds = (System.nanoTime() - startNs) / (double) TimeUnit.SECONDS.toNanos(1);
        double cpuSeconds = Processes.cpuSeconds(oak.pid()) - cpuBefore;
        return new Row(
            readyMs,
            100 * cpuSeconds / seconds,
            Processes.residentBytes(oak.pid()) / 1e6,
            laptops.size() - 1,
            commandMs(folder.resolve(oak.name())),
            COMMAND_GOAL_MS);
      } finally {
        laptops.forEach(Laptop::close);
      }
    }
  }

  /** What a person waits for who asks a running node: the whole of it, from the shell on. */
  private static double commandMs(Path home) throws BenchException {
    Path script = Path.of(System.getProperty("limpet.root", "."), "bin", "limpet");
    ProcessBuilder command =
        new ProcessBuilder(script.toString(), "--home", home.toString(), "status")
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD);
    double[] ms = new double[COMMANDS];
    try {
      for (int i = 0; i < COMMANDS; i++) {
        long startNs = System.nanoTime();
        int exit = command.start().waitFor();
        ms[i] = (System.nanoTime() - startNs) / 1e6;
        if (exit != 0) {
          throw new BenchException(script + " status failed with exit code " + exit);
        }
      }
    } catch (IOException e) {
      throw new BenchException(script + " cannot be run: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BenchException("interrupted", e);
    }
    Arrays.sort(ms);
    return ms[COMMANDS / 2];
  }
}
