package io.limpet.rig.internal.bench;

import io.limpet.node.NodeException;
import io.limpet.rig.internal.bench.report.JsonReport;
import io.limpet.rig.internal.bench.report.Report;
import io.limpet.rig.internal.bench.report.ReportFiles;
import io.limpet.rig.internal.bench.report.TextReport;
import io.limpet.rig.internal.bench.result.Results;
import io.limpet.rig.internal.bench.result.Topic;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What benchmarks have in common whose results are one report: where it goes. */
abstract class ReportingCommand extends MeasuringCommand {
  @Option(names = "--json", description = "Print one JSON object instead of tables.")
  private boolean json;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Also write results.json, results.md and SVG charts there.")
  private @Nullable Path out;

  /**
   * Measures and reports.
   *
   * @param run measures, and tells its argument the results so far, again and again
   */
  final Integer report(List<? extends Topic> topics, Function<Consumer<Results>, Results> run)
      throws NodeException, IOException {
    return measure(
        out,
        (machine, began, command) -> {
          Results results =
              run.apply(
                  soFar ->
                      ReportFiles.write(
                          new Report(machine, began, command, topics, soFar), out, false));
          Report report = new Report(machine, began, command, topics, results);
          ReportFiles.write(report, out, true);
          here()
              .commandLine()
              .getOut()
              .println(json ? JsonReport.of(report, false) : TextReport.of(report));
        });
  }
}
