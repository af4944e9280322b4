package io.limpet.rig.node;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.limpet.rig.RigDevice;
import io.limpet.rig.RigProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A real Prometheus on a device, asked by its HTTP API; it ends with the device. */
final class Prometheus {
  /** One series of an answer, and its value now. */
  record Sample(Map<String, String> labels, double value) {
    /** Returns a label's value, or nothing at all for none. */
    String label(String name) {
      return labels.getOrDefault(name, "");
    }
  }

  private static final Path SERVER = Path.of("/usr/bin/prometheus");
  private static final Path TOOL = Path.of("/usr/bin/promtool");
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final String AT = "127.0.0.1:9090";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final RigDevice device;

  /**
   * Starts it, and waits until it is ready.
   *
   * @param folder an empty one for what it keeps
   * @param configuration the file that says what it scrapes
   * @param hosts a file of names for {@code /etc/hosts}, which only it sees
   */
  Prometheus(RigDevice device, Path folder, Path configuration, Path hosts) {
    this.device = device;
    RigProcess process =
        device.exec(
            "unshare",
            "--mount",
            "sh",
            "-c",
            "mount --bind \"$0\" /etc/hosts && exec \"$@\"",
            hosts.toString(),
            SERVER.toString(),
            "--config.file=" + configuration,
            "--storage.tsdb.path=" + folder,
            "--web.listen-address=" + AT,
            "--log.level=warn");
    await("Prometheus is ready")
        .atMost(PATIENCE)
        .failFast("it ended", () -> assertThat(process.isAlive()).as(process.stderr()).isTrue())
        .until(() -> curl(List.of("http://" + AT + "/-/ready")).contains("is Ready"));
  }

  static boolean isInstalled() {
    return Files.isExecutable(SERVER) && Files.isExecutable(TOOL);
  }

  /** Returns what its tool says to what a script pipes or names to it; nothing is best. */
  static String promtool(RigDevice device, String script) {
    RigProcess process = device.exec("sh", "-c", script);
    int exit = process.waitFor(PATIENCE);
    return exit + "\n" + process.stdout() + process.stderr();
  }

  private String curl(List<String> urls) {
    List<String> command = new ArrayList<>(List.of("curl", "-sS", "-g", "-w", "\\n"));
    command.addAll(urls);
    RigProcess process = device.exec(command);
    process.waitFor(PATIENCE);
    return process.stdout();
  }

  /** Asks several things at once; an error of any is a failure. */
  private List<JsonNode> ask(List<String> paths) {
    String said = curl(paths.stream().map(path -> "http://" + AT + "/api/v1/" + path).toList());
    List<JsonNode> answers = new ArrayList<>();
    for (String line : said.lines().toList()) {
      JsonNode answer = read(line);
      assertThat(answer.path("status").asText()).as(line).isEqualTo("success");
      assertThat(answer.path("warnings")).as(line).isEmpty();
      answers.add(answer.path("data"));
    }
    assertThat(answers).as(said).hasSameSizeAs(paths);
    return answers;
  }

  private static JsonNode read(String line) {
    try {
      return JSON.readTree(line);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, UTF_8);
  }

  /** Returns how it is with each target by the address that was scraped, and why if it is down. */
  Map<String, String> targets() {
    Map<String, String> health = new TreeMap<>();
    for (JsonNode target : ask(List.of("targets")).get(0).path("activeTargets")) {
      health.put(
          target.path("labels").path("instance").asText(),
          (target.path("health").asText() + " " + target.path("lastError").asText()).strip());
    }
    return health;
  }

  /** Returns the values of a label that a metric has now. */
  List<String> labelValues(String metric, String label) {
    List<String> values = new ArrayList<>();
    String path = "label/" + label + "/values?match[]=" + encoded(metric);
    ask(List.of(path)).get(0).forEach(value -> values.add(value.asText()));
    return values;
  }

  /** Returns for each expression what a graph of it would draw for now. */
  List<List<Sample>> draw(List<String> expressions) {
    long now = Instant.now().getEpochSecond();
    String range = "&start=" + (now - 10) + "&end=" + now + "&step=1";
    return ask(expressions.stream().map(e -> "query_range?query=" + encoded(e) + range).toList())
        .stream()
        .map(data -> samples(data, now))
        .toList();
  }

  private static List<Sample> samples(JsonNode data, long at) {
    List<Sample> samples = new ArrayList<>();
    for (JsonNode series : data.path("result")) {
      Map<String, String> labels = new TreeMap<>();
      series
          .path("metric")
          .properties()
          .forEach(label -> labels.put(label.getKey(), label.getValue().asText()));
      JsonNode newest = series.path("values").path(series.path("values").size() - 1);
      if (newest.path(0).asLong() == at) {
        samples.add(new Sample(labels, Double.parseDouble(newest.path(1).asText())));
      }
    }
    return samples;
  }
}
