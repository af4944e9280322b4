package io.limpet.rig.internal.bench.beacons;

import io.limpet.rig.internal.bench.report.Looks;
import io.limpet.rig.internal.bench.report.SvgFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** What the simulated meshes did, as tables and plots. */
final class BeaconReport {
  private static final int WIDTH = 760;
  private static final int HEIGHT = 420;
  private static final int GOAL_NODES = 65;
  private static final double GOAL_LOSS = 0.1;

  private final List<Outcome> outcomes;
  private final long seed;

  BeaconReport(List<Outcome> outcomes, long seed) {
    this.outcomes = List.copyOf(outcomes);
    this.seed = seed;
  }

  private record Column(String heading, Function<Outcome, String> value) {}

  private static final List<Column> START =
      List.of(
          new Column("nodes", o -> Integer.toString(o.nodes())),
          new Column("loss", o -> percent(o.loss())),
          new Column("pairs known: 50 %", o -> seconds(o.knownP50())),
          new Column("99 %", o -> seconds(o.knownP99())),
          new Column("all", o -> seconds(o.knownAll())),
          new Column("each knows 95 %", o -> seconds(o.mostKnownToEach())),
          new Column("peak", o -> kilobytes(o.peak().bytesPerSecond())),
          new Column("of it hellos", o -> kilobytes(o.peak().helloBytesPerSecond())),
          new Column("peak airtime", o -> percent(o.peak().airtime())));

  private static final List<Column> QUIET =
      List.of(
          new Column("nodes", o -> Integer.toString(o.nodes())),
          new Column("loss", o -> percent(o.loss())),
          new Column("steady hellos", o -> bytes(o.steady().helloBytesPerSecond())),
          new Column("steady rest", o -> bytes(o.steady().otherBytesPerSecond())),
          new Column("airtime", o -> percent(o.steady().airtime())),
          new Column("false doubts", o -> String.format(Locale.ROOT, "%.1f /h", o.falseAlarms())));

  private static final List<Column> CHANGE =
      List.of(
          new Column("nodes", o -> Integer.toString(o.nodes())),
          new Column("loss", o -> percent(o.loss())),
          new Column("death: users", o -> seconds(o.deathUsers())),
          new Column("quiet user", o -> seconds(o.deathQuietUser())),
          new Column("half of all", o -> seconds(o.deathHalf())),
          new Column("all", o -> seconds(o.deathAll())),
          new Column("all sure", o -> seconds(o.deathBelieved())),
          new Column("goodbye: all", o -> seconds(o.goodbyeAll())),
          new Column("latecomer knows all", o -> seconds(o.joinKnows())),
          new Column("is known to all", o -> seconds(o.joinKnown())),
          new Column("peak", o -> kilobytes(o.joinPeak())));

  private static String seconds(double value) {
    return Double.isNaN(value) ? "not in time" : String.format(Locale.ROOT, "%.1f s", value);
  }

  private static String percent(double share) {
    return String.format(
        Locale.ROOT, share < 0.1 && share > 0 ? "%.2f %%" : "%.0f %%", 100 * share);
  }

  private static String kilobytes(double bytes) {
    return String.format(Locale.ROOT, "%.1f kB/s", bytes / 1_000);
  }

  private static String bytes(double bytes) {
    return String.format(Locale.ROOT, "%.0f B/s", bytes);
  }

  /** Returns everything as Markdown. */
  String markdown() {
    StringBuilder out = new StringBuilder();
    out.append("All nodes start within five seconds; times count from the first start.\n\n");
    table(out, START);
    out.append("\nFive minutes in which nothing happens:\n\n");
    table(out, QUIET);
    out.append("\nA node dies without a word, one says goodbye, one comes late:\n\n");
    table(out, CHANGE);
    goals(out);
    out.append("\nSeed ").append(seed).append(".\n");
    return out.toString();
  }

  private void table(StringBuilder out, List<Column> columns) {
    out.append("| ");
    columns.forEach(column -> out.append(column.heading()).append(" | "));
    out.append("\n|").append(" ---: |".repeat(columns.size())).append('\n');
    for (Outcome outcome : outcomes) {
      out.append("| ");
      columns.forEach(column -> out.append(column.value().apply(outcome)).append(" | "));
      out.append('\n');
    }
  }

  private void goals(StringBuilder out) {
    for (Outcome o : outcomes) {
      if (o.nodes() == GOAL_NODES && Math.abs(o.loss() - GOAL_LOSS) < 1e-9) {
        out.append("\n| 65 nodes, 10 % loss | goal | Cerebro, as published | here |\n")
            .append("| --- | ---: | ---: | ---: |\n");
        row(out, "each knows 95 %", "", "20 s", seconds(o.mostKnownToEach()));
        row(out, "all know all", "15 s", "stable after 55 s", seconds(o.knownAll()));
        row(out, "peak", "40 kB/s", "60 kB/s", kilobytes(o.peak().bytesPerSecond()));
        row(out, "steady", "500 B/s", "500 B/s", bytes(o.steady().bytesPerSecond()));
        double users = Math.max(o.deathUsers(), o.deathQuietUser());
        row(out, "a death, by its users", "6 s", "", seconds(users));
        row(out, "a death, by all", "60 s", "", seconds(o.deathAll()));
      }
    }
  }

  private static void row(StringBuilder out, String what, String goal, String other, String here) {
    out.append("| ").append(what).append(" | ").append(goal.isEmpty() ? "–" : "≤ " + goal);
    out.append(" | ").append(other.isEmpty() ? "–" : other).append(" | ").append(here);
    out.append(" |\n");
  }

  /** Writes the table and the plots into a folder. */
  void write(Path folder) throws IOException {
    Files.createDirectories(folder);
    StringBuilder text = new StringBuilder("# Results\n\n").append(markdown());
    for (double loss : outcomes.stream().map(Outcome::loss).distinct().sorted().toList()) {
      List<Outcome> of = outcomes.stream().filter(o -> o.loss() == loss).toList();
      String suffix = String.format(Locale.ROOT, "%.0f", 100 * loss);
      String knowing = "known-" + suffix + ".svg";
      String traffic = "traffic-" + suffix + ".svg";
      plot(
          folder.resolve(knowing),
          "pairs that know each other, loss " + suffix + " %",
          "share of all pairs, %",
          of,
          o -> o.share().stream().map(share -> 100 * share).toList());
      plot(
          folder.resolve(traffic),
          "the whole mesh, loss " + suffix + " %",
          "kB/s",
          of,
          o -> o.perSecond().stream().map(rate -> rate / 1_000).toList());
      text.append("\n![Who knows whom](").append(knowing).append(")\n");
      text.append("![Traffic](").append(traffic).append(")\n");
    }
    Files.writeString(folder.resolve("results.md"), text);
  }

  private static void plot(
      Path file,
      String title,
      String unit,
      List<Outcome> outcomes,
      Function<Outcome, List<Double>> values)
      throws IOException {
    XYChart chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title(title)
            .xAxisTitle("seconds since the first start")
            .yAxisTitle(unit)
            .build();
    Looks.axes(chart.getStyler());
    StringBuilder words = new StringBuilder(unit + " after 5, 10, 20 and 40 s");
    for (Outcome outcome : outcomes) {
      List<Double> y = new ArrayList<>(values.apply(outcome));
      List<Integer> x = IntStream.range(0, y.size()).boxed().toList();
      String name = outcome.nodes() + " nodes";
      chart.addSeries(name, x, y).setMarker(SeriesMarkers.NONE);
      words.append("; ").append(name).append(':');
      for (int second : new int[] {5, 10, 20, 40}) {
        words.append(String.format(Locale.ROOT, " %.1f", y.get(second)));
      }
    }
    SvgFile.write(chart, file, title, words.toString());
  }
}
