package io.limpet.rig.internal.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.limpet.node.NodeException;
import io.limpet.node.internal.cli.TextTable;
import io.limpet.node.internal.control.ControlJson;
import io.limpet.rig.LinkSettings;
import io.limpet.rig.Rig;
import io.limpet.rig.RigException;
import io.limpet.rig.internal.laptop.Laptop;
import io.limpet.rig.internal.laptop.LaptopException;
import io.limpet.rig.internal.laptop.Waiting;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code limpet bench tcp}: goodput and round trips on a lossy link. */
@Command(name = "tcp", description = "Goodput, round trips and fresh connections on a lossy link.")
final class TcpBench implements Callable<Integer> {
  private static final Duration START = Duration.ofSeconds(30);

  @Spec private @Nullable CommandSpec spec;

  @Option(names = "--loss", split = ",", paramLabel = "P", description = "Default 0,0.1.")
  private List<Double> losses = List.of(0.0, 0.1);

  @Option(names = "--rate", paramLabel = "BIT/S", description = "Default 50000000.")
  private long rateBitsPerSecond = 50_000_000;

  @Option(names = "--delay", paramLabel = "DURATION", description = "One way; default 5ms.")
  private Duration delay = Duration.ofMillis(5);

  @Option(names = "--seconds", paramLabel = "N", description = "Of each transfer; default 10.")
  private int seconds = 10;

  @Option(names = "--count", paramLabel = "N", description = "Of each small message; default 200.")
  private int count = 200;

  @Option(names = "--seed", paramLabel = "N", description = "Fix all chance in the air.")
  private long seed = 1;

  @Option(names = "--json", description = "Print one JSON object a loss.")
  private boolean json;

  /** What was measured at one loss. */
  record Row(
      double loss,
      String kernelCongestionControl,
      double kernelShare,
      long limpetBitsPerSecond,
      double limpetShare,
      JsonNode ping,
      JsonNode connect) {}

  @Override
  public Integer call() throws NodeException, IOException {
    if (spec == null) {
      throw new IllegalStateException("not run by the command line");
    }
    PrintWriter out = spec.commandLine().getOut();
    List<Row> rows = new ArrayList<>();
    for (double loss : losses) {
      Path folder = Files.createTempDirectory("limpet-bench-");
      try {
        Row row = measure(loss, folder);
        rows.add(row);
        if (json) {
          out.println(ControlJson.MAPPER.writeValueAsString(row));
        }
      } catch (LaptopException | RigException e) {
        throw new NodeException("the benchmark could not be run: " + e.getMessage(), e);
      }
    }
    if (!json) {
      out.println(table(rows));
    }
    return 0;
  }

  private Row measure(double loss, Path folder) throws LaptopException, IOException {
    LinkSettings link =
        LinkSettings.plain().withRate(rateBitsPerSecond).withDelay(delay).withLoss(loss);
    try (Rig rig = Rig.builder().devices("oak", "elm").link(link).seed(seed).start();
        Laptop oak = new Laptop(rig, rig.devices().get(0), folder.resolve("oak"));
        Laptop elm = new Laptop(rig, rig.devices().get(1), folder.resolve("elm"))) {
      double capacity = (1 - loss) * rateBitsPerSecond;
      double kernelShare =
          KernelBulk.run(oak.device(), elm.device(), Duration.ofSeconds(seconds)) / capacity;
      for (Laptop laptop : List.of(oak, elm)) {
        laptop.start(List.of("--perf"));
      }
      Waiting.until(
          "oak reaches elm by unicast",
          START,
          () ->
              (oak.isReady() && oak.peer(elm).path("path").asText().equals("unicast"))
                  ? Boolean.TRUE
                  : null);
      JsonNode bulk = oak.call("perf.bulk", Map.of("peer", "elm", "seconds", seconds));
      JsonNode ping =
          oak.call("perf.ping", Map.of("peer", "elm", "count", count, "intervalMs", 50));
      JsonNode connect = oak.call("perf.connect", Map.of("peer", "elm", "count", count));
      long limpet = bulk.path("goodputBitsPerSecond").asLong();
      return new Row(
          loss,
          KernelBulk.congestionControl(),
          kernelShare,
          limpet,
          limpet / capacity,
          ping,
          connect);
    }
  }

  private String table(List<Row> rows) {
    TextTable table =
        new TextTable(
            "loss", "kernel TCP", "Limpet", "Mbit/s", "echo p50/p99 ms", "connect p50/p99 ms");
    for (Row row : rows) {
      table.row(
          Math.round(row.loss() * 100) + " %",
          row.kernelCongestionControl() + " " + share(row.kernelShare()),
          share(row.limpetShare()),
          mbit(row.limpetBitsPerSecond()),
          percentiles(row.ping().path("rttMs")),
          percentiles(row.connect().path("ms")));
    }
    return table
        + "\nloss each way; goodput as a share of (1 - loss) times the link's "
        + rateBitsPerSecond / 1_000_000
        + " Mbit/s; one way "
        + delay.toMillis()
        + " ms";
  }

  private static String mbit(long bitsPerSecond) {
    return String.format(Locale.ROOT, "%.2f", bitsPerSecond / 1e6);
  }

  private static String share(double value) {
    return String.format(Locale.ROOT, "%.3f", value);
  }

  private static String percentiles(JsonNode distribution) {
    return String.format(
        Locale.ROOT,
        "%.1f / %.1f",
        distribution.path("p50").asDouble(),
        distribution.path("p99").asDouble());
  }
}
