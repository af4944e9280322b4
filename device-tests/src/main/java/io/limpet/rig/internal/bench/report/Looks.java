package io.limpet.rig.internal.bench.report;

import io.limpet.rig.internal.bench.stand.Contender;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.AxesChartStyler;
import org.knowm.xchart.style.CategoryStyler;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.markers.Marker;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * How a contender's line looks: its own colour, dashes and marker, so that print tells it too. A
 * value.
 */
public record Looks(Color colour, BasicStroke stroke, Marker marker) {
  /** The name of the line that no protocol can pass. */
  static final String LIMIT = "limit";

  /** Neighbouring bars differ in brightness, not only in hue. */
  private static final Color[] GREYS = {
    new Color(0x1f4e79),
    new Color(0x9dc3e6),
    new Color(0x595959),
    new Color(0xc9c9c9),
    new Color(0x833c0b),
    new Color(0xf4b183)
  };

  static Looks of(String name) {
    return switch (name) {
      case "tcp-cubic" -> new Looks(new Color(0x1f77b4), dashes(6, 4), SeriesMarkers.CIRCLE);
      case "tcp-bbr" -> new Looks(new Color(0x0b3d66), dashes(2, 3), SeriesMarkers.SQUARE);
      case "quic-cubic" ->
          new Looks(new Color(0xff7f0e), dashes(8, 3, 2, 3), SeriesMarkers.TRIANGLE_UP);
      case "quic-bbr" -> new Looks(new Color(0x8c4a00), dashes(12, 4), SeriesMarkers.TRIANGLE_DOWN);
      case "jgroups-udp" -> new Looks(new Color(0x1f77b4), dashes(6, 4), SeriesMarkers.CIRCLE);
      case "jgroups-tuned" -> new Looks(new Color(0x0b3d66), dashes(2, 3), SeriesMarkers.SQUARE);
      case "limpet-streams" ->
          new Looks(new Color(0xff7f0e), dashes(8, 3, 2, 3), SeriesMarkers.TRIANGLE_UP);
      case Contender.LIMPET ->
          new Looks(new Color(0xc00000), new BasicStroke(3f), SeriesMarkers.DIAMOND);
      case Contender.UDP -> new Looks(new Color(0x2ca02c), dashes(1, 4), SeriesMarkers.PLUS);
      case LIMIT -> new Looks(Color.GRAY, new BasicStroke(1f), SeriesMarkers.NONE);
      default -> new Looks(new Color(0x9467bd), dashes(4, 4, 1, 4), SeriesMarkers.CROSS);
    };
  }

  void apply(XYSeries series) {
    series.setLineColor(colour);
    series.setMarkerColor(colour);
    series.setLineStyle(stroke);
    series.setMarker(marker);
  }

  /** Sets what all charts have in common. */
  public static void axes(AxesChartStyler styler) {
    styler.setChartBackgroundColor(Color.WHITE);
    styler.setPlotBackgroundColor(Color.WHITE);
    styler.setPlotGridLinesColor(new Color(0xd9d9d9));
    styler.setLegendPosition(Styler.LegendPosition.OutsideE);
    styler.setLegendSeriesLineLength(40);
    styler.setChartTitleFont(new Font(Font.SANS_SERIF, Font.BOLD, 15));
    styler.setMarkerSize(8);
  }

  /** The figure stands at the top of its bar. */
  static void bars(CategoryStyler styler) {
    styler.setSeriesColors(GREYS);
    styler.setDecimalPattern("#,##0.##");
    styler.setLabelsVisible(true);
    styler.setLabelsPosition(1.0);
    styler.setLabelsFontColorAutomaticEnabled(true);
  }

  private static BasicStroke dashes(float... pattern) {
    return new BasicStroke(2f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 1f, pattern, 0f);
  }
}
