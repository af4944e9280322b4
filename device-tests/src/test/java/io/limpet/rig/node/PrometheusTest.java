package io.limpet.rig.node;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.limpet.rig.MeshRig;
import io.limpet.rig.Rig;
import io.limpet.rig.RigDevice;
import io.limpet.rig.node.Prometheus.Sample;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A real Prometheus on one laptop reads the numbers of two others, and is asked what the dashboard
 * for Grafana asks.
 */
@Tag("kernel")
@Tag("waits")
@Timeout(120)
class PrometheusTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration SCRAPES = Duration.ofSeconds(1);
  private static final Path DOCS = Path.of("..", "docs");
  private static final String PORT = ":9464";

  /** A name that the configuration's reader may know and the node does not answer to. */
  private static final String BY_NAME = "oak.example" + PORT;

  private static final int PINGS = 100;
  private static final int PING_BYTES = 200;

  @TempDir Path folder;

  private RigNodes nodes;
  private String oakInstance = "";
  private String elmInstance = "";

  @BeforeEach
  void prepare() {
    assumeTrue(Prometheus.isInstalled(), "prometheus is not installed");
    nodes = new RigNodes(folder);
  }

  /** The configuration that the document shows. */
  private static String documented() throws IOException {
    Matcher block =
        Pattern.compile("```yaml\n(scrape_configs:.*?)```", Pattern.DOTALL)
            .matcher(Files.readString(DOCS.resolve("metrics.md")));
    assertThat(block.find()).isTrue();
    return block.group(1);
  }

  /** The same for these nodes, and read more often than anybody would. */
  private Path configuration() throws IOException {
    ObjectMapper yaml = new YAMLMapper();
    Map<String, Object> documented = yaml.readValue(documented(), new TypeReference<>() {});
    List<Map<String, Object>> jobs =
        yaml.convertValue(documented.get("scrape_configs"), new TypeReference<>() {});
    assertThat(jobs).hasSize(1);
    Map<String, Object> byName = new LinkedHashMap<>(jobs.get(0));
    byName.put("job_name", "by-name");
    byName.put("static_configs", List.of(Map.of("targets", List.of(BY_NAME))));
    jobs.get(0)
        .put("static_configs", List.of(Map.of("targets", List.of(oakInstance, elmInstance))));
    Map<String, Object> whole = new LinkedHashMap<>(documented);
    whole.put(
        "global", Map.of("scrape_interval", SCRAPES.toSeconds() + "s", "scrape_timeout", "1s"));
    whole.put("scrape_configs", List.of(jobs.get(0), byName));
    Path file = folder.resolve("prometheus.yml");
    yaml.writeValue(file.toFile(), whole);
    return file;
  }

  private Prometheus prometheus(RigDevice at, RigDevice oak) throws IOException {
    Path documented = Files.writeString(folder.resolve("documented.yml"), documented(), UTF_8);
    assertThat(Prometheus.promtool(at, "promtool check config " + documented)).startsWith("0\n");
    Path hosts = folder.resolve("hosts");
    Files.writeString(hosts, oak.ipv4().getHostAddress() + " oak.example\n", UTF_8);
    return new Prometheus(
        at, Files.createDirectory(folder.resolve("data")), configuration(), hosts);
  }

  @Test
  @MeshRig(names = {"oak", "elm", "ash"})
  void whatTheDashboardAsksIsAnswered(Rig rig) throws Exception {
    RigDevice oak = rig.device("oak");
    RigDevice elm = rig.device("elm");
    RigDevice ash = rig.device("ash");
    oakInstance = oak.ipv4().getHostAddress() + PORT;
    elmInstance = elm.ipv4().getHostAddress() + PORT;
    nodes.begin(oak, "--metrics", oakInstance);
    nodes.begin(elm, "--metrics", elmInstance, "--perf");
    nodes.begin(ash);
    Prometheus prometheus = prometheus(ash, oak);
    List.of(oak, elm, ash).forEach(nodes::awaitUp);
    Dashboard dashboard = new Dashboard(DOCS.resolve("grafana-dashboard.json"));
    await("all meet, and that is scraped")
        .atMost(PATIENCE)
        .pollInterval(SCRAPES)
        .untilAsserted(
            () -> {
              Map<String, List<Sample>> seen = look(prometheus, dashboard);
              for (String each : List.of(oakInstance, elmInstance)) {
                has(seen, "People", 2, each, "state", "online");
                has(seen, "Peers by path", 2, each, "path", "unicast");
              }
            });
    assertThat(prometheus.targets())
        .containsEntry(oakInstance, "up")
        .containsEntry(elmInstance, "up")
        .containsEntry(BY_NAME, "down server returned HTTP status 421 Misdirected Request");

    talk(oak, elm);
    rig.blackHole(oak, elm);
    measure(oak);
    String ashAddress = nodes.client(ash).call("status", Map.of()).path("address").asText();
    await("all of it is drawn")
        .atMost(PATIENCE)
        .pollInterval(SCRAPES)
        .untilAsserted(() -> isDrawn(look(prometheus, dashboard), ashAddress));
    await("what was sent is counted")
        .atMost(PATIENCE)
        .pollInterval(SCRAPES)
        .untilAsserted(() -> isCounted(prometheus));
    isToTheTaste(ash);
  }

  /** What is in each panel now, of all nodes. */
  private Map<String, List<Sample>> look(Prometheus prometheus, Dashboard dashboard) {
    assertThat(dashboard.choices()).hasSize(1);
    Dashboard.Choice choice = dashboard.choices().get(0);
    List<String> instances = prometheus.labelValues(choice.metric(), choice.label());
    assertThat(instances).containsExactlyInAnyOrder(oakInstance, elmInstance);
    List<Dashboard.Question> questions = dashboard.questions(choice.variable(), instances);
    List<List<Sample>> answers =
        prometheus.draw(questions.stream().map(Dashboard.Question::expression).toList());
    Map<String, List<Sample>> panels = new LinkedHashMap<>();
    for (int i = 0; i < answers.size(); i++) {
      panels
          .computeIfAbsent(questions.get(i).panel(), title -> new ArrayList<>())
          .addAll(answers.get(i));
    }
    return panels;
  }

  /** An invitation, its acceptance and a line; then a stream of small messages. */
  private void talk(RigDevice oak, RigDevice elm) throws Exception {
    String activity =
        nodes
            .client(oak)
            .call("share", Map.of("type", "chat", "title", "lunch", "open", true))
            .path("activity")
            .asText();
    nodes.client(oak).call("invite", Map.of("peer", "elm", "activity", activity));
    await("elm is invited")
        .atMost(PATIENCE)
        .until(() -> nodes.client(elm).call("invitations", Map.of()).size() == 1);
    nodes.client(elm).call("accept", Map.of("id", "lunch"));
    nodes.client(elm).call("say", Map.of("id", "lunch", "text", "at noon?"));
    measure(oak);
  }

  private void measure(RigDevice oak) throws Exception {
    nodes
        .client(oak)
        .call(
            "perf.ping",
            Map.of("peer", "elm", "count", PINGS, "size", PING_BYTES, "intervalMs", 5));
  }

  private static Sample of(List<Sample> samples, String instance, String label, String value) {
    List<Sample> found =
        samples.stream()
            .filter(s -> s.label("instance").equals(instance) && s.label(label).equals(value))
            .toList();
    assertThat(found).as(label + "=" + value + " of " + instance + " in " + samples).hasSize(1);
    return found.get(0);
  }

  private static void has(
      Map<String, List<Sample>> seen,
      String panel,
      double value,
      String instance,
      String label,
      String of) {
    assertThat(of(seen.getOrDefault(panel, List.of()), instance, label, of).value())
        .as(panel)
        .isEqualTo(value);
  }

  private void isDrawn(Map<String, List<Sample>> seen, String ash) {
    assertThat(seen).allSatisfy((panel, samples) -> assertThat(samples).as(panel).isNotEmpty());
    has(seen, "Peers by path", 1, oakInstance, "path", "multicast");
    has(seen, "Peers by path", 1, oakInstance, "path", "unicast");
    assertThat(seen.get("Peers that unicast does not reach")).hasSize(2);
    has(seen, "Peers that unicast does not reach", 1, oakInstance, "name", "elm");
    has(seen, "Peers that unicast does not reach", 1, elmInstance, "name", "oak");
    // Whoever is not scraped is called by his address.
    for (String peer : List.of("elm", ash)) {
      assertThat(of(seen.get("Loss on the way to each peer"), oakInstance, "name", peer).value())
          .isBetween(0.0, 1.0);
      assertThat(of(seen.get("Round trip to each peer"), oakInstance, "name", peer).value())
          .isBetween(0.000_5, 1.0);
    }
    List<Sample> happened = seen.get("Path changes and repairs per minute");
    for (String event : List.of("path.changed", "repair.started", "repair.gaveup")) {
      assertThat(of(happened, oakInstance, "event", event).value()).as(event).isPositive();
    }
    assertThat(seen.get("Connections")).hasSize(2).allMatch(sample -> sample.value() >= 1);
    assertThat(seen.get("Bytes acknowledged and received"))
        .hasSize(4)
        .allMatch(sample -> sample.value() > 0);
    assertThat(seen.get("Share of segments sent again"))
        .hasSize(2)
        .allMatch(sample -> sample.value() >= 0 && sample.value() < 1);
    assertThat(seen.get("Datagrams rejected per minute"))
        .hasSize(2)
        .allMatch(sample -> sample.value() == 0);
    assertThat(of(seen.get("Memory of the process"), oakInstance, "area", "heap").value())
        .isBetween(1e6, 96.0 * (1 << 20));
  }

  private void isCounted(Prometheus prometheus) {
    double pings = 2.0 * PINGS * PING_BYTES;
    List<List<Sample>> answers =
        prometheus.draw(
            List.of(
                "limpet_tcp_acked_bytes_total",
                "limpet_tcp_received_bytes_total",
                "limpet_connections_opened_total",
                "limpet_repair_seconds_sum / limpet_repair_seconds_count",
                "rate(process_cpu_time_seconds_total[1m])"));
    assertThat(of(answers.get(0), oakInstance, "job", "limpet").value())
        .isBetween(pings, 2 * pings);
    assertThat(of(answers.get(1), elmInstance, "job", "limpet").value())
        .isBetween(pings, 2 * pings);
    assertThat(of(answers.get(2), elmInstance, "job", "limpet").value()).isBetween(2.0, 10.0);
    assertThat(of(answers.get(3), oakInstance, "diagnosis", "unicast_blackhole").value())
        .isBetween(0.01, 30.0);
    assertThat(of(answers.get(4), oakInstance, "job", "limpet").value()).isBetween(0.0001, 2.0);
  }

  /** Prometheus's own tool finds nothing to say about names, types, units and help. */
  private void isToTheTaste(RigDevice ash) {
    for (String instance : List.of(oakInstance, elmInstance)) {
      assertThat(
              Prometheus.promtool(
                  ash, "curl -sS http://" + instance + "/metrics | promtool check metrics"))
          .isEqualTo("0\n");
    }
  }
}
