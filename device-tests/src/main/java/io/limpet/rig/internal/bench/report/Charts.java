package io.limpet.rig.internal.bench.report;

import io.limpet.rig.internal.bench.result.Case;
import io.limpet.rig.internal.bench.result.Metric;
import io.limpet.rig.internal.bench.result.Results;
import io.limpet.rig.internal.bench.result.Topic;
import io.limpet.rig.internal.bench.stand.Contender;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.internal.chartpart.IChart;

/** The most telling metrics as SVG files. */
public final class Charts {
  /** Metrics whose figures spread over decades. */
  private static final Set<String> LOGARITHMIC = Set.of("p99Ms", "p50Ms");

  private static final Set<String> LOGARITHMIC_BARS =
      Set.of("silenceMs", "mbitPerSecond", "cpuSecondsPerGigabyte");

  /** What is drawn; the rest is in the tables. */
  private static final Set<String> DRAWN =
      Set.of(
          "bulk.share",
          "bulk.airPerByte",
          "echo.p99Ms",
          "echo.airPerMessage",
          "connect.p99Ms",
          "outage.silenceMs",
          "queue.addedMs",
          "queue.pingP99Ms",
          "fairness.jain",
          "fairness.share",
          "veth.mbitPerSecond",
          "veth.cpuSecondsPerGigabyte",
          "many.ratio",
          "group.airData",
          "group.p99Ms",
          "group.goodput",
          "newcomer.p50Ms",
          "newcomer.p99Ms",
          "death.allMs");

  private static final int WIDTH = 760;
  private static final int HEIGHT = 460;

  private Charts() {}

  /**
   * A chart that was written.
   *
   * @param workload whose it is
   * @param title what it shows
   * @param file its name
   */
  public record Chart(String workload, String title, String file) {}

  /** Writes all charts that there are figures for. */
  public static List<Chart> write(Report report, Path folder) throws IOException {
    List<Chart> charts = new ArrayList<>();
    for (Topic workload : report.workloads()) {
      Set<Case> cases = report.results().cases(workload.name());
      for (Metric metric : workload.metrics()) {
        if (!DRAWN.contains(workload.name() + "." + metric.key()) || cases.isEmpty()) {
          continue;
        }
        boolean overLoss = workload.name().matches("bulk|echo|connect|group|newcomer|death");
        if (overLoss) {
          for (String profile : new LinkedHashSet<>(cases.stream().map(Case::profile).toList())) {
            List<Case> here = cases.stream().filter(c -> c.profile().equals(profile)).toList();
            lines(workload, metric, profile, here, report.results(), folder, charts);
          }
        } else {
          bars(workload, metric, List.copyOf(cases), report.results(), folder, charts);
        }
      }
    }
    return charts;
  }

  private static void lines(
      Topic workload,
      Metric metric,
      String profile,
      List<Case> cases,
      Results results,
      Path folder,
      List<Chart> charts)
      throws IOException {
    String title = workload.name() + ": " + metric.title() + ", profile " + profile;
    XYChart chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title(title)
            .xAxisTitle("loss of each frame in each direction, %")
            .yAxisTitle(metric.unit().isEmpty() ? metric.title() : metric.unit())
            .build();
    Looks.axes(chart.getStyler());
    boolean logarithmic = LOGARITHMIC.contains(metric.key());
    chart.getStyler().setYAxisLogarithmic(logarithmic);
    if (metric.key().equals("share")) {
      chart.getStyler().setYAxisMin(0.0).setYAxisMax(1.0);
    }
    boolean any = false;
    for (String contender : results.contenders(cases)) {
      any |=
          series(
              chart,
              contender,
              cases,
              cases.stream().map(c -> results.median(c, contender, metric.key())).toList(),
              logarithmic);
    }
    series(
        chart,
        Looks.LIMIT,
        cases,
        cases.stream().map(c -> workload.limit(metric, c)).toList(),
        logarithmic);
    if (any) {
      String description = described(metric, cases, results.contenders(cases), results);
      save(chart, workload, metric, profile, title, description, folder, charts);
    }
  }

  private static boolean series(
      XYChart chart, String name, List<Case> cases, List<Double> values, boolean logarithmic) {
    List<Double> x = new ArrayList<>();
    List<Double> y = new ArrayList<>();
    for (int i = 0; i < values.size(); i++) {
      double value = values.get(i);
      if (Double.isFinite(value) && (value > 0 || !logarithmic)) {
        x.add(100 * cases.get(i).loss());
        y.add(value);
      }
    }
    if (x.isEmpty()) {
      return false;
    }
    XYSeries series = chart.addSeries(name, x, y);
    Looks.of(name).apply(series);
    return true;
  }

  /** Contenders are words below the bars, told apart without any colour. */
  private static void bars(
      Topic workload,
      Metric metric,
      List<Case> cases,
      Results results,
      Path folder,
      List<Chart> charts)
      throws IOException {
    List<Case> shown =
        cases.stream()
            .filter(
                c ->
                    results.contenders(cases).stream()
                        .anyMatch(n -> Double.isFinite(results.median(c, n, metric.key()))))
            .toList();
    if (shown.isEmpty()) {
      return;
    }
    List<String> contenders =
        results.contenders(shown).stream().filter(n -> !n.equals(Contender.UDP)).toList();
    String title = workload.name() + ": " + metric.title();
    CategoryChart chart =
        new CategoryChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title(title)
            .xAxisTitle("contender")
            .yAxisTitle(metric.unit().isEmpty() ? metric.title() : metric.unit())
            .build();
    Looks.axes(chart.getStyler());
    Looks.bars(chart.getStyler());
    double least = Double.MAX_VALUE;
    for (Case of : shown) {
      List<Double> values = new ArrayList<>();
      for (String contender : contenders) {
        double value = results.median(of, contender, metric.key());
        values.add(Double.isFinite(value) ? value : 0.0);
        least = Math.min(least, values.get(values.size() - 1));
      }
      String name =
          of.profile().equals("veth") ? of.label() : "profile " + of.profile() + ", " + of.label();
      chart.addSeries(name, contenders, values);
    }
    // A missing bar has the height zero, which no logarithmic axis has.
    if (least > 0 && LOGARITHMIC_BARS.contains(metric.key())) {
      chart.getStyler().setYAxisLogarithmic(true);
      chart.getStyler().setYAxisMin(Math.pow(10, Math.floor(Math.log10(least / 2))));
    }
    String description = described(metric, shown, contenders, results);
    save(chart, workload, metric, "", title, description, folder, charts);
  }

  private static String described(
      Metric metric, List<Case> cases, List<String> contenders, Results results) {
    StringBuilder text = new StringBuilder(metric.heading());
    for (String contender : contenders) {
      text.append("; ").append(contender).append(':');
      for (Case of : cases) {
        text.append(' ').append(of.label()).append(' ');
        text.append(metric.print(results.median(of, contender, metric.key())));
      }
    }
    return text.toString();
  }

  private static void save(
      IChart chart,
      Topic workload,
      Metric metric,
      String profile,
      String title,
      String description,
      Path folder,
      List<Chart> charts)
      throws IOException {
    String file =
        (workload.name()
                + "-"
                + metric.key()
                + (profile.isEmpty() ? "" : "-" + profile.replaceAll("[^A-Za-z0-9]", "_"))
                + ".svg")
            .toLowerCase(Locale.ROOT);
    SvgFile.write(chart, folder.resolve(file), title, description);
    charts.add(new Chart(workload.name(), title, file));
  }
}
