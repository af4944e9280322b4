package io.limpet.node.internal.report;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Figures over time. */
final class LineChart {
  private static final int LEFT = 70;
  private static final int HEIGHT = 220;
  private static final int TOP = 12;
  private static final int BOTTOM = 26;
  private static final int MOST_SERIES = 6;
  private static final int MOST_POINTS = 1_000;

  /** One figure. */
  record Point(Instant at, double value) {}

  /** Figures of one thing, in order of time. */
  record Series(String name, List<Point> points) {}

  private LineChart() {}

  /** Draws lines that differ by colour and by dashes, and says whose they are. */
  static void draw(
      Html html, String title, String unit, List<Series> all, Instant from, Instant to) {
    List<Series> drawn = all.subList(0, Math.min(MOST_SERIES, all.size()));
    double max =
        drawn.stream()
            .flatMap(series -> series.points().stream())
            .mapToDouble(Point::value)
            .max()
            .orElse(0);
    if (drawn.isEmpty()) {
      return;
    }
    html.leaf("h4", title + ", " + unit);
    double step = Ticks.step(Math.max(max, 1e-3), 4);
    double top = step * Math.max(1, Math.ceil(max / step));
    Canvas canvas = new Canvas(html, LEFT, HEIGHT, from, to, title + " in " + unit);
    double tall = HEIGHT - TOP - BOTTOM;
    for (double value = 0; value <= top * 1.001; value += step) {
      double y = HEIGHT - BOTTOM - value / top * tall;
      canvas.line(LEFT, y, Canvas.WIDTH - 16, y, "grid");
      canvas.text(LEFT - 8, y + 4, "end", Ticks.number(value), "axis");
    }
    for (int i = 0; i < drawn.size(); i++) {
      List<Point> points = thinned(drawn.get(i).points());
      StringBuilder line = new StringBuilder();
      for (Point point : points) {
        double y = HEIGHT - BOTTOM - point.value() / top * tall;
        line.append(Canvas.px(canvas.x(point.at()))).append(',').append(Canvas.px(y)).append(' ');
        if (points.size() <= 100) {
          canvas.dot(
              canvas.x(point.at()),
              y,
              "s" + i + " dot",
              drawn.get(i).name()
                  + " "
                  + Clock.at(point.at())
                  + ": "
                  + Ticks.number(point.value()));
        }
      }
      canvas.path(line.toString().strip(), "line s" + i);
    }
    canvas.end();
    html.open("p", "class", "legend");
    for (int i = 0; i < drawn.size(); i++) {
      html.open("span").leaf("span", "━━", "class", "key k" + i).text(" " + drawn.get(i).name());
      html.close().text(" ");
    }
    if (all.size() > MOST_SERIES) {
      html.leaf("span", "… and " + (all.size() - MOST_SERIES) + " more that are not drawn");
    }
    html.close();
  }

  /** Of many points the highest of each stretch: peaks are what one looks for. */
  private static List<Point> thinned(List<Point> points) {
    if (points.size() <= MOST_POINTS) {
      return points;
    }
    List<Point> thinned = new ArrayList<>();
    int stretch = (points.size() + MOST_POINTS - 1) / MOST_POINTS;
    for (int i = 0; i < points.size(); i += stretch) {
      Point highest = points.get(i);
      for (Point point : points.subList(i, Math.min(points.size(), i + stretch))) {
        highest = point.value() > highest.value() ? point : highest;
      }
      thinned.add(highest);
    }
    return thinned;
  }
}
