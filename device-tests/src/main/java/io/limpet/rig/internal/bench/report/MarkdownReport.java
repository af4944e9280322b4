package io.limpet.rig.internal.bench.report;

import io.limpet.rig.internal.bench.result.Run;
import io.limpet.rig.internal.bench.result.Topic;
import io.limpet.rig.internal.bench.stand.Profile;
import java.util.List;
import java.util.Locale;

/** The results as a page. */
public final class MarkdownReport {
  private MarkdownReport() {}

  /**
   * Writes the page.
   *
   * @param charts file names beside it, by workload
   */
  public static String of(Report report, List<Charts.Chart> charts) {
    StringBuilder page = new StringBuilder("# Results\n\n");
    page.append("`").append(report.command()).append("`\n\n");
    page.append(report.date()).append("; ").append(report.machine().words()).append(".\n\n");
    page.append("Figures are medians over the seeds; [README.md](README.md) says what they mean. ");
    page.append(Summary.of(report).line()).append(".\n");
    for (Topic workload : report.workloads()) {
      workload(page, workload, report, charts);
    }
    failures(page, report.results().runs());
    return page.toString();
  }

  private static void workload(
      StringBuilder page, Topic workload, Report report, List<Charts.Chart> charts) {
    List<Grid> grids = Grid.of(workload, report.results());
    if (grids.isEmpty()) {
      return;
    }
    page.append("\n## ").append(workload.name()).append("\n\n");
    page.append("The workload: ").append(workload.title()).append(".\n");
    for (Charts.Chart chart : charts) {
      if (chart.workload().equals(workload.name())) {
        page.append("\n![").append(chart.title()).append("](").append(chart.file()).append(")\n");
      }
    }
    for (Grid grid : grids) {
      page.append("\n**").append(grid.metric().heading()).append("**, profile ");
      page.append(profile(grid.profile())).append("\n\n");
      page.append("| ").append(String.join(" | ", grid.heads())).append(" |\n");
      page.append("|---".repeat(grid.heads().size())).append("|\n");
      for (List<String> line : grid.lines()) {
        page.append("| ").append(String.join(" | ", line)).append(" |\n");
      }
    }
  }

  private static String profile(String name) {
    return name.equals("A") || name.equals("B") ? name + ": " + Profile.of(name).describe() : name;
  }

  private static void failures(StringBuilder page, List<Run> runs) {
    List<Run> failed = runs.stream().filter(run -> !run.failure().isEmpty()).toList();
    if (failed.isEmpty()) {
      return;
    }
    page.append("\n## Without a figure\n\n");
    for (Run run : failed) {
      page.append(
          String.format(
              Locale.ROOT,
              "- %s, profile %s, %s, %s, seed %d: %s\n",
              run.of().workload(),
              run.of().profile(),
              run.of().label(),
              run.contender(),
              run.seed(),
              run.failure()));
    }
  }
}
