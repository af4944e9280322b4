package io.limpet.node.internal.cli;

import io.limpet.node.NodeException;
import io.limpet.node.internal.report.Report;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "report",
    description = "Make one page of what the bundles or journals of several laptops tell.",
    footer =
        "%nThe page says what failed, where and why, on one clock for all laptops. It is one file"
            + " that needs no network, and runs no script. The first laptop's clock is the measure.")
final class ReportCommand implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;

  @Parameters(
      paramLabel = "BUNDLE|JOURNAL",
      arity = "1..*",
      description =
          "Archives of 'limpet bundle', journals, or home folders; of each laptop one or more.")
  private List<Path> sources = List.of();

  @Option(
      names = {"-o", "--out"},
      paramLabel = "FILE",
      description = "The page; one that is there is replaced (default: report.html).")
  private Path out = Path.of("report.html");

  @Override
  public Integer call() throws NodeException {
    if (spec == null) {
      throw new IllegalStateException("not run by the command line");
    }
    Report report;
    try {
      report = Report.of(sources);
    } catch (NodeException e) {
      // What somebody named is not what it should be.
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
    try {
      Files.writeString(out, report.html());
    } catch (IOException e) {
      throw new NodeException(out + " cannot be written: " + e.getMessage(), e);
    }
    PrintWriter to = spec.commandLine().getOut();
    to.println(out + ": " + report.summary());
    report.headlines().forEach(line -> to.println(Terminal.wrap("  ", line, 4)));
    return Limpet.OK;
  }
}
