package io.limpet.node.internal.report;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;

/** A drawing with time from left to right, as SVG inside of the page; colours are the page's. */
final class Canvas {
  static final int WIDTH = 900;
  private static final int TICKS = 8;

  private final Html html;
  private final int left;
  private final int height;
  private final Instant from;
  private final double spanNs;

  /**
   * Begins a drawing.
   *
   * @param left where time begins, in pixels
   * @param what it shows, for whoever does not see it
   */
  Canvas(Html html, int left, int height, Instant from, Instant to, String what) {
    this.html = html;
    this.left = left;
    this.height = height;
    this.from = from;
    this.spanNs = Math.max(1, Duration.between(from, to).toNanos());
    html.open("div", "class", "drawing")
        .open(
            "svg",
            "xmlns",
            "http://www.w3.org/2000/svg",
            "viewBox",
            "0 0 " + WIDTH + " " + height,
            "role",
            "img",
            "aria-label",
            what);
    Duration span = Duration.between(from, to);
    for (Instant tick : Ticks.times(from, to, TICKS)) {
      line(x(tick), 4, x(tick), height - 22, "grid");
      text(x(tick), height - 6, "middle", Ticks.label(tick, span), "axis");
    }
  }

  double x(Instant time) {
    return x(Duration.between(from, time).toNanos());
  }

  /** Returns where so long after the beginning is. */
  double x(long ns) {
    return left + Math.min(1, Math.max(0, ns / spanNs)) * (WIDTH - left - 16);
  }

  int height() {
    return height;
  }

  Canvas line(double x1, double y1, double x2, double y2, String style) {
    html.empty("line", "class", style, "x1", px(x1), "y1", px(y1), "x2", px(x2), "y2", px(y2));
    return this;
  }

  Canvas text(double x, double y, String anchor, String text, String style) {
    html.leaf("text", text, "class", style, "x", px(x), "y", px(y), "text-anchor", anchor);
    return this;
  }

  /** Draws a bar that says what it is when somebody points at it. */
  Canvas bar(double x1, double x2, double y, double h, String style, String says) {
    html.open(
            "rect",
            "class",
            style,
            "x",
            px(x1),
            "y",
            px(y),
            "width",
            px(Math.max(1, x2 - x1)),
            "height",
            px(h))
        .leaf("title", says)
        .close();
    return this;
  }

  /** Draws a sign that says what it is when somebody points at it. */
  Canvas sign(double x, double y, String sign, String style, String says) {
    html.open("text", "class", "sign " + style, "x", px(x), "y", px(y), "text-anchor", "middle")
        .leaf("title", says)
        .text(sign)
        .close();
    return this;
  }

  Canvas path(String points, String style) {
    html.empty("polyline", "class", style, "points", points);
    return this;
  }

  Canvas dot(double x, double y, String style, String says) {
    html.open("circle", "class", style, "cx", px(x), "cy", px(y), "r", "2.5")
        .leaf("title", says)
        .close();
    return this;
  }

  void end() {
    html.close().close();
  }

  static String px(double value) {
    String text = String.format(Locale.ROOT, "%.1f", value);
    return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
  }
}
