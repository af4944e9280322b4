package io.limpet.rig.internal.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.limpet.node.internal.control.ControlJson;
import io.limpet.rig.internal.bench.result.Case;
import io.limpet.rig.internal.bench.result.Results;
import io.limpet.rig.internal.bench.result.Run;
import io.limpet.rig.internal.bench.stand.Conditions;
import io.limpet.rig.internal.bench.workload.Workloads;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {
  @TempDir Path folder;

  private final Results results = new Results();
  private final Report report =
      new Report(
          new Machine(2, "a processor", 24, "Linux 6", "17", "abc"),
          Instant.EPOCH,
          "bin/limpet bench tcp",
          List.of(Workloads.of("bulk"), Workloads.of("veth")),
          results);

  private void add(Case of, String contender, Map<String, Double> values, boolean disturbed) {
    Conditions conditions = new Conditions(0.5, 1000, 0.1, 2, 0.2, 0.01, disturbed);
    results.add(new Run(of, contender, 1, values, conditions, 1, ""));
  }

  private void fill() {
    for (double loss : List.of(0.0, 0.1)) {
      Case of = new Case("bulk", "", "A", loss);
      add(of, "tcp-cubic", Map.of("share", 0.95 - 9 * loss, "mbitPerSecond", 40.0), false);
      add(of, "limpet", Map.of("share", 0.9 - loss, "mbitPerSecond", 44.0), loss > 0);
    }
    Case of = new Case("veth", "no medium", "veth", 0);
    add(of, "quic-bbr", Map.of("mbitPerSecond", 1000.0, "cpuSecondsPerGigabyte", 10.0), false);
    add(of, "limpet", Map.of("mbitPerSecond", 1600.0, "cpuSecondsPerGigabyte", 8.0), false);
    results.add(new Run(of, "tcp-bbr", 1, Map.of(), null, 1, "bbr is not in this kernel"));
  }

  @Test
  void theTerminalShowsPeersLimitRatioGoalAndVerdict() {
    fill();
    String text = TextReport.of(report);
    assertThat(text)
        .containsPattern("LOSS OR CASE +TCP-CUBIC +LIMPET +LIMIT +LIMPET/BEST PEER +GOAL.* MET")
        .containsPattern("(?m)^0 % +0.950 +0.900 +0.917 +0.95 +at least 0.88.* met$")
        .containsPattern("(?m)^10 % +0.050 +0.800\\* +0.917 +16.00 +at least 0.88.* MISSED$")
        .containsPattern("(?m)^no medium +–! +1000 +1600 .*at least 1.5 x QUIC's \\(1500\\) +met$")
        .contains("2 of 4 goals met; 7 measurements, 1 disturbed")
        .contains("1 without a figure");
  }

  @Test
  void theResultFileHoldsEachRunAndUnderWhichConditionsItWasMade() throws Exception {
    fill();
    JsonNode json = ControlJson.MAPPER.readTree(JsonReport.of(report, true));
    assertThat(json.path("machine").path("commit").asText()).isEqualTo("abc");
    assertThat(json.path("date").asText()).isEqualTo("1970-01-01T00:00:00Z");
    JsonNode cell = json.path("cells").path(3);
    assertThat(cell.path("contender").asText()).isEqualTo("limpet");
    assertThat(cell.path("median").path("share").asDouble()).isEqualTo(0.8);
    JsonNode run = cell.path("runs").path(0);
    assertThat(run.path("seed").asInt()).isEqualTo(1);
    assertThat(run.path("values").path("mbitPerSecond").asDouble()).isEqualTo(44);
    assertThat(run.path("disturbed").asBoolean()).isTrue();
    assertThat(run.path("conditions").path("loadAverage").asDouble()).isEqualTo(0.5);
    assertThat(json.path("goals").findValuesAsText("verdict"))
        .containsExactly("met", "unknown", "missed", "unknown", "met", "missed");
  }

  @Test
  void whatNeverCameIsNullForPrograms() throws Exception {
    add(new Case("bulk", "", "A", 0), "limpet", Map.of("share", Double.POSITIVE_INFINITY), false);
    JsonNode json = ControlJson.MAPPER.readTree(JsonReport.of(report, false));
    assertThat(json.path("cells").path(0).path("median").path("share").isNull()).isTrue();
  }

  @Test
  void thePageShowsTheChartsAndWhatFailed() throws Exception {
    fill();
    List<Charts.Chart> charts = Charts.write(report, folder);
    assertThat(charts)
        .extracting(Charts.Chart::file)
        .containsExactly(
            "bulk-share-a.svg", "veth-mbitpersecond.svg", "veth-cpusecondspergigabyte.svg");
    String page = MarkdownReport.of(report, charts);
    assertThat(page)
        .contains("![bulk: goodput as a share of (1 - loss) x rate, profile A](bulk-share-a.svg)")
        .contains("| 10 % | 0.050 | 0.800* | 0.917 | 16.00 |")
        .contains("bbr is not in this kernel");
  }

  @Test
  void aChartIsWellFormedAndSaysInWordsWhatItShows() throws Exception {
    fill();
    Charts.write(report, folder);
    Path chart = folder.resolve("bulk-share-a.svg");
    var document =
        DocumentBuilderFactory.newDefaultInstance()
            .newDocumentBuilder()
            .parse(new java.io.ByteArrayInputStream(withoutDoctype(chart)));
    assertThat(document.getDocumentElement().getTagName()).isEqualTo("svg");
    assertThat(document.getDocumentElement().getTextContent())
        .contains("goodput as a share of (1 - loss) x rate")
        .contains("tcp-cubic: 0 % 0.950 10 % 0.050")
        .contains("limpet: 0 % 0.900 10 % 0.800");
    assertThat(document.getElementsByTagName("path").getLength()).isGreaterThan(20);
  }

  /** The document type would be fetched from the network. */
  private static byte[] withoutDoctype(Path svg) throws Exception {
    return Files.readString(svg)
        .replaceAll("(?s)<!DOCTYPE.*?>", "")
        .getBytes(java.nio.charset.StandardCharsets.UTF_8);
  }

  @Test
  void nothingMeasuredIsNoTableAndNoChart() throws Exception {
    assertThat(TextReport.of(report)).startsWith("0 of 0 goals met; 0 measurements");
    assertThat(Charts.write(report, folder)).isEmpty();
  }
}
