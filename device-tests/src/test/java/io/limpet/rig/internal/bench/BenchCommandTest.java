package io.limpet.rig.internal.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.limpet.node.internal.cli.Limpet;
import io.limpet.node.internal.control.ControlJson;
import io.limpet.rig.internal.bench.link.Faults;
import io.limpet.rig.internal.bench.stand.Processes;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class BenchCommandTest {
  @TempDir Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private void isWrongUsage(String benchmark, String options) {
    List<String> words = new ArrayList<>(List.of("bench", benchmark));
    words.addAll(List.of(options.split(" ")));
    assertThat(run(words.toArray(new String[0]))).isEqualTo(2);
    assertThat(err.toString().lines()).hasSize(1);
    assertThat(err.toString()).startsWith("limpet: ");
    assertThat(out.toString()).isEmpty();
  }

  private int run(String[] args, String last) {
    List<String> words = new ArrayList<>(List.of(args));
    words.add(last);
    return run(words.toArray(new String[0]));
  }

  private int run(String... args) {
    CommandLine line = Limpet.commandLine(new BenchCommand());
    line.setOut(new PrintWriter(out, true));
    line.setErr(new PrintWriter(err, true));
    return Limpet.run(line, args);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--workload speed",
        "--profile fast",
        "--loss 1.5",
        "--loss much",
        "--peers kcp",
        "--peers tcp-",
        "--seeds 0",
        "--seconds 0",
        "--count 0",
        "--seconds many"
      })
  void wrongUsageIsOneLineAndExitCodeTwo(String options) {
    isWrongUsage("tcp", options);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--fault gremlins",
        "--fault",
        "--runs 0",
        "--runs many",
        "--family ipx",
        "--kernel 0s",
        "--kernel soon"
      })
  void wrongUsageOfTheLinkBenchmarkIsOneLineAndExitCodeTwo(String options) {
    isWrongUsage("link", options);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--members 1",
        "--members 21",
        "--members many",
        "--loss 61",
        "--contender jgroups",
        "--count 19",
        "--seconds 0",
        "--bytes 99",
        "--unicast-rate 5"
      })
  void wrongUsageOfTheGroupBenchmarkIsOneLineAndExitCodeTwo(String options) {
    isWrongUsage("group", options);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--members 1",
        "--members 13",
        "--loss 61",
        "--loss much",
        "--starts -1",
        "--deaths 1001",
        "--quiet-minutes 1441",
        "--seed x"
      })
  void wrongUsageOfThePresenceBenchmarkIsOneLineAndExitCodeTwo(String options) {
    isWrongUsage("presence", options);
  }

  /** No death: to be sure of one takes longer than a test may. */
  @Test
  @Tag("kernel")
  @Tag("waits")
  void aTinyRunShowsWhoComesToResidentsAndToAvahi() throws Exception {
    int exit =
        run(
            "bench presence --members 3 --loss 0 --starts 2 --deaths 0 --json --out".split(" "),
            folder.toString());
    assertThat(exit).as(err.toString()).isZero();
    JsonNode json = ControlJson.MAPPER.readTree(out.toString());
    Map<String, JsonNode> medians = new TreeMap<>();
    json.path("cells")
        .forEach(cell -> medians.put(cell.path("workload").asText(), cell.path("median")));
    assertThat(medians).as(err.toString()).containsOnlyKeys("calm", "newcomer");
    JsonNode newcomer = medians.get("newcomer");
    assertThat(newcomer.path("maxMs").asDouble()).isBetween(0.001, 5_000.0);
    assertThat(newcomer.path("processMs").asDouble()).isGreaterThan(300);
    assertThat(newcomer.path("avahiP50Ms").asDouble()).isBetween(500.0, 9_000.0);
    assertThat(medians.get("calm").path("falseOffline").asDouble(-1)).isZero();
    assertThat(folder).isDirectoryContaining("glob:**/results.{json,md}");
  }

  @Test
  void helpNamesEveryFault() {
    assertThat(run("bench", "link", "--help")).isZero();
    assertThat(out.toString()).contains(Faults.names());
  }

  @Test
  void aBenchmarkedNodeRunsWithWhatTheLauncherGivesIt() throws Exception {
    String launcher = Files.readString(Path.of("..", "bin", "launch.sh"));
    String node = launcher.substring(launcher.indexOf("\n    node)"));
    String tuning = node.substring(0, node.indexOf(";;"));
    for (String option : Processes.NODE_JVM) {
      assertThat(option.startsWith("-D") ? launcher : tuning).contains(option);
    }
    assertThat(launcher).contains("tuning+=(-XX:+ExitOnOutOfMemoryError");
  }

  /** The smallest run that has every kind of contender and of stand in it. */
  @Test
  @Tag("kernel")
  @Tag("waits")
  void aTinyRunMeasuresLimpetBesideItsPeersAndWritesWhatItFound() throws Exception {
    int exit =
        run(
            "bench",
            "tcp",
            "--quick",
            "--workload",
            "bulk,echo,veth",
            "--loss",
            "0.1",
            "--peers",
            "tcp-cubic,quic-bbr",
            "--seconds",
            "1",
            "--count",
            "20",
            "--json",
            "--out",
            folder.toString());
    assertThat(err.toString()).contains("bench: takes about").contains("left] bulk A 10 % limpet");
    assertThat(exit).as(err.toString()).isZero();
    JsonNode json = ControlJson.MAPPER.readTree(out.toString());
    assertThat(json.path("command").asText())
        .startsWith("bin/limpet bench tcp --quick --workload bulk,echo")
        .endsWith("--json");
    Map<String, JsonNode> medians = new TreeMap<>();
    for (JsonNode cell : json.path("cells")) {
      medians.put(
          cell.path("workload").asText() + " " + cell.path("contender").asText(),
          cell.path("median"));
    }
    assertThat(medians)
        .containsOnlyKeys(
            "bulk limpet",
            "bulk quic-bbr",
            "bulk tcp-cubic",
            "echo limpet",
            "echo quic-bbr",
            "echo tcp-cubic",
            "echo udp",
            "veth limpet",
            "veth quic-bbr",
            "veth tcp-cubic");
    for (String contender : List.of("limpet", "quic-bbr", "tcp-cubic")) {
      assertThat(medians.get("bulk " + contender).path("share").asDouble())
          .as(contender)
          .isBetween(1e-6, 1.0);
      assertThat(medians.get("veth " + contender).path("cpuSecondsPerGigabyte").asDouble())
          .as(contender)
          .isPositive();
      assertThat(medians.get("echo " + contender).path("p50Ms").asDouble())
          .as(contender)
          .isGreaterThan(10);
    }
    assertThat(medians.get("echo udp").path("p50Ms").asDouble()).isGreaterThan(10);
    assertThat(json.path("goals").findValuesAsText("verdict")).contains("met");
    assertThat(folder).isDirectoryContaining("glob:**/results.{json,md}");
    assertThat(folder).isDirectoryContaining("glob:**/bulk-share-a.svg");
    assertThat(ControlJson.MAPPER.readTree(folder.resolve("results.json").toFile()))
        .isEqualTo(json);
  }
}
