package io.limpet.rig.internal.bench;

import io.limpet.node.NodeException;
import io.limpet.rig.internal.bench.link.Family;
import io.limpet.rig.internal.bench.link.Fault;
import io.limpet.rig.internal.bench.link.Faults;
import io.limpet.rig.internal.bench.link.LinkPlan;
import io.limpet.rig.internal.bench.link.LinkReport;
import io.limpet.rig.internal.bench.link.LinkRun;
import io.limpet.rig.internal.bench.link.LinkTable;
import io.limpet.rig.internal.bench.result.Results;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code limpet bench link}: what becomes of traffic when the link fails. */
@Command(
    name = "link",
    description = "Break the link below two nodes, and below two kernels alone at the same time.",
    footer = {
      "%nFaults: mac-reachable, mac-stale, entry-wrong, entry-failed, hole-there, hole-back,",
      "hole-both, hole-first, way-forgotten, address, interface-down, restart, failover.",
      "Needs root. docs/benchmarks/link/README.md says what each figure means."
    })
final class LinkBench extends MeasuringCommand {
  @Option(names = "--fault", split = ",", paramLabel = "NAME", description = "Default: all.")
  private List<String> faults = List.of();

  @Option(names = "--runs", paramLabel = "N", description = "Of each fault; default 3, quick 1.")
  private @Nullable Integer runs;

  @Option(
      names = "--family",
      paramLabel = "KIND",
      description = "ipv4 or ipv6: the only addresses there are. Default ipv4.")
  private String family = "ipv4";

  @Option(
      names = "--kernel",
      paramLabel = "DURATION",
      description = "For how long the kernels alone are watched; default 65s, quick 10s.")
  private @Nullable Duration kernel;

  @Option(names = "--quick", description = "Under a minute: three faults, once each.")
  private boolean quick;

  @Option(names = "--json", description = "Print one JSON object instead of a table.")
  private boolean json;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description =
          "Also write results.json and results.md there, and the journals of what failed.")
  private @Nullable Path out;

  @Override
  public Integer call() throws NodeException, IOException {
    LinkPlan plan = plan();
    return measure(
        out,
        (machine, began, command) -> {
          Results results =
              new LinkRun(
                      plan,
                      here().commandLine().getErr(),
                      out,
                      soFar -> write(new LinkReport(machine, began, command, plan, soFar)))
                  .run();
          LinkReport report = new LinkReport(machine, began, command, plan, results);
          here()
              .commandLine()
              .getOut()
              .println(json ? LinkTable.json(report, false) : LinkTable.text(report));
        });
  }

  private void write(LinkReport report) {
    Path folder = out;
    if (folder == null) {
      return;
    }
    try {
      Files.writeString(folder.resolve("results.json"), LinkTable.json(report, true) + "\n");
      Files.writeString(folder.resolve("results.md"), LinkTable.markdown(report));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private LinkPlan plan() {
    require(runs == null || (runs >= 1 && runs <= 100), "--runs is 1 to 100");
    require(family.matches("ipv4|ipv6"), "a family is ipv4 or ipv6, not " + family);
    Duration own = quick ? Duration.ofSeconds(10) : Duration.ofSeconds(65);
    Duration watched = kernel == null ? own : kernel;
    require(
        watched.toMillis() >= 1_000 && watched.toHours() < 1, "--kernel is one second to one hour");
    List<Fault> chosen =
        faults.isEmpty()
            ? (quick ? Faults.quick() : Faults.all())
            : faults.stream().map(name -> named(Faults::of, name)).toList();
    return new LinkPlan(
        chosen,
        Family.valueOf(family.toUpperCase(Locale.ROOT)),
        runs == null ? (quick ? 1 : 3) : runs,
        watched);
  }
}
