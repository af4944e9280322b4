package io.limpet.rig.internal.bench.report;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.knowm.xchart.ChartEncoder;
import org.knowm.xchart.internal.chartpart.IChart;

/** A chart as a small SVG file that says in words what it shows. */
public final class SvgFile {
  private SvgFile() {}

  /** Writes a chart. */
  public static void write(IChart chart, Path file, String title, String description)
      throws IOException {
    // To a hundredth of a pixel, and without what only indents: a third of the size.
    String svg =
        new String(ChartEncoder.getBytes(chart, "svg"), StandardCharsets.UTF_8)
            .replaceAll("(\\.[0-9]{2})[0-9]+", "$1")
            .replaceAll(">\\s+<", "><");
    Files.writeString(file, described(svg, title, description));
  }

  /** Letters are drawn as shapes: those who cannot see them, and programs, get the words. */
  private static String described(String svg, String title, String description) {
    int begin = svg.indexOf('>', svg.indexOf("<svg")) + 1;
    return svg.substring(0, begin)
        + "<title>"
        + escaped(title)
        + "</title><desc>"
        + escaped(description)
        + "</desc>"
        + svg.substring(begin);
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
