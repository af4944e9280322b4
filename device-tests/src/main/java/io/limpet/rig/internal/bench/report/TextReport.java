package io.limpet.rig.internal.bench.report;

import io.limpet.node.internal.cli.TextTable;
import io.limpet.rig.internal.bench.result.Topic;
import java.util.List;

/** The results on a terminal. */
public final class TextReport {
  private TextReport() {}

  /** Prints all tables. */
  public static String of(Report report) {
    StringBuilder text = new StringBuilder();
    for (Topic workload : report.workloads()) {
      List<Grid> grids = Grid.of(workload, report.results());
      if (grids.isEmpty()) {
        continue;
      }
      text.append(workload.name()).append(": ").append(workload.title()).append("\n\n");
      for (Grid grid : grids) {
        TextTable table = new TextTable(grid.heads().toArray(new String[0]));
        grid.lines().forEach(line -> table.row(line.toArray(new String[0])));
        text.append(grid.caption()).append('\n').append(table).append("\n\n");
      }
    }
    Summary summary = Summary.of(report);
    return text.append(summary.line()).toString();
  }
}
