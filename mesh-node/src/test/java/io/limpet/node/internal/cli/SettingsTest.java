package io.limpet.node.internal.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.limpet.link.LinkConfig;
import io.limpet.node.internal.control.ControlException;
import io.limpet.node.internal.page.NeighbourhoodPage;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine.Model.OptionSpec;

class SettingsTest {
  @TempDir Path home;

  private Path file() {
    return home.resolve("config.toml");
  }

  private Settings read(Map<String, String> environment, String... options)
      throws ControlException {
    return Settings.read(Settings.node().parseArgs(options), environment, file(), false);
  }

  private static Settings.Setting of(Settings settings, String key) {
    return settings.all().stream().filter(s -> s.key().equals(key)).findFirst().orElseThrow();
  }

  @Test
  void anOptionWinsOverTheEnvironmentThatOverTheFileAndThatOverNothing() throws Exception {
    Files.writeString(file(), "# ours\nport = 1001\nname = \"oak\"\nperf = true\n");
    Map<String, String> environment = Map.of("LIMPET_PORT", "1002", "LIMPET_NAME", "elm");
    Settings settings = read(environment, "--port", "1003");

    assertThat(of(settings, "port"))
        .extracting(Settings.Setting::value, Settings.Setting::origin, Settings.Setting::from)
        .containsExactly("1003", "option", "--port");
    assertThat(of(settings, "name"))
        .extracting(Settings.Setting::value, Settings.Setting::origin, Settings.Setting::from)
        .containsExactly("elm", "environment", "LIMPET_NAME");
    assertThat(of(settings, "perf"))
        .extracting(Settings.Setting::value, Settings.Setting::origin, Settings.Setting::from)
        .containsExactly("true", "file", file() + " line 4");
    assertThat(of(settings, "mdns"))
        .extracting(Settings.Setting::value, Settings.Setting::origin, Settings.Setting::from)
        .containsExactly("true", "default", "");
  }

  @Test
  void whatIsSetInFileAndEnvironmentReachesTheCommandAsIfItWereAnOption() throws Exception {
    Files.writeString(
        file(),
        """
        interface = ["wlan0", "eth0"]
        mdns = false
        linkd = "off"
        site-hook = "/bin/flush {mac}"
        who-may-invite = "known"
        page = 8080
        """);
    var node = Settings.node();
    Settings.read(
            node.parseArgs("--port", "1003"),
            Map.of("LIMPET_BEACON_AIRTIME", "5%", "LIMPET_PORT", "1"),
            file(),
            false)
        .apply();
    var asOptions = Settings.node();
    asOptions.parseArgs(
        "--port=1003",
        "--interface=wlan0",
        "--interface=eth0",
        "--no-mdns",
        "--linkd=off",
        "--site-hook=/bin/flush {mac}",
        "--who-may-invite=known",
        "--page=8080",
        "--beacon-airtime=5%");
    for (OptionSpec option : asOptions.getCommandSpec().options()) {
      Object value = node.getCommandSpec().findOption(option.longestName()).getValue();
      Object expected = option.getValue();
      assertThat(String.valueOf(value)).isEqualTo(String.valueOf(expected));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "prot = 7          | line 2: unknown key 'prot'; did you mean 'port'?",
        "intrface = 'w'    | line 2: unknown key 'intrface'; did you mean 'interface'?",
        "zzz = 1           | line 2: unknown key 'zzz'; 'limpet config' shows all there are",
        "home = '/x'       | line 2: unknown key 'home'; it belongs to one run, and is an option",
        "[air] a = 1       | line 2: not TOML",
        "page = 'always'   | line 2: page: the page is for browsers of this machine: a port",
        "page = 70000      | line 2: page: the page is for browsers of this machine: a port",
        "port = 0          | line 2: port: a port is 1 to 65535, not '0'",
        "port = 'many'     | line 2: port: a port is 1 to 65535, not 'many'",
        "port = 1979-05-27 | line 2: port: a text, a number, true, false or a list of texts",
        "interface = [1]   | line 2: interface: a text, a number",
        "mdns = 'maybe'    | line 2: mdns: 'maybe' is not a boolean",
        "beacon-airtime=9e9| line 2: beacon-airtime: an airtime is 0.1% to 50%",
        "who-may-invite=1  | line 2: who-may-invite: ",
        "metrics = 'x'     | line 2: metrics: a port is 1 to 65535, not 'x'",
        "metrics = 'x:9'   | line 2: metrics: 'x:9' is neither PORT, IPADDRESS:PORT",
        "metrics = '[x]:9' | line 2: metrics: '[x]:9' is neither PORT, IPADDRESS:PORT",
        "otlp = 'ftp://x'  | line 2: otlp: 'ftp://x' is not a collector: write http://HOST:4318",
        "otlp = 'http:// ' | line 2: otlp: 'http:// ' is not a collector",
        "otlp = 'http://u:p@x' | line 2: otlp: a collector's URL has no password",
        "otlp-interval = '0s'  | line 2: otlp-interval: an interval is 1s to 1h, not '0s'",
        "otlp-interval = '99h' | line 2: otlp-interval: an interval is 1s to 1h, not '99h'",
      })
  void whatIsWrongInTheFileIsOneLineThatNamesFileLineAndKey(String line, String expected)
      throws Exception {
    Files.writeString(file(), "# the second line is wrong\n" + line.replace('\'', '"') + "\n");
    assertThatThrownBy(() -> read(Map.of()))
        .isInstanceOfSatisfying(ControlException.class, e -> assertThat(e.exitCode()).isEqualTo(2))
        .message()
        .startsWith(file() + " " + expected)
        .doesNotContain("\n");
  }

  @Test
  void thePageIsOffUnlessAskedForAndHasAPortOfItsOwnWhereNoneIsNamed() throws Exception {
    assertThat(of(read(Map.of()), "page").value()).isEqualTo("off");
    assertThat(of(read(Map.of(), "--page=0"), "page").value()).isEqualTo("0");
    assertThat(of(read(Map.of("LIMPET_PAGE", "9000")), "page").value()).isEqualTo("9000");
    assertThat(pageOf("--page=127.0.0.1:9001")).isEqualTo("9001");
    assertThat(pageOf("--web=localhost:9002")).isEqualTo("9002");
    assertThatThrownBy(() -> pageOf("--page=192.0.2.1:9003"))
        .hasMessageContaining("for browsers of this machine")
        .hasMessageContaining("'192.0.2.1:9003'");
    var node = Settings.node();
    node.parseArgs("--page", "--name", "oak");
    assertThat(node.getCommandSpec().findOption("--page").getValue().toString())
        .isEqualTo(NeighbourhoodPage.PORT);
  }

  private static String pageOf(String option) {
    var node = Settings.node();
    node.parseArgs(option, "--name", "oak");
    return node.getCommandSpec().findOption("--page").getValue().toString();
  }

  @Test
  void aBadVariableIsNamedAndSoIsAFileThatIsNotThere() {
    assertThatThrownBy(() -> read(Map.of("LIMPET_PORT", "70000")))
        .hasMessage("LIMPET_PORT: port: a port is 1 to 65535, not '70000'");
    Said said = Said.by(home, "--config", home + "/none.toml", "config");
    assertThat(said.exit()).isEqualTo(2);
    assertThat(said.err())
        .isEqualTo(
            "limpet: configuration file " + home + "/none.toml cannot be read (it is not there)");
  }

  @Test
  void aNodeDoesNotStartOnAWrongFile() throws IOException {
    Files.writeString(file(), "colour = \"red\"\n");
    Said said = Said.by(home, "node");
    assertThat(said.exit()).isEqualTo(2);
    assertThat(said.err().lines()).hasSize(1);
    assertThat(said.err()).startsWith("limpet: " + file() + " line 1: unknown key 'colour'");
  }

  @ParameterizedTest
  @CsvSource({"--metrics,70000", "--otlp,collector:4318", "--otlp-interval,soon"})
  void aWrongWayOutForMetricsIsOneLineAndWrongUsage(String option, String value) {
    Said said = Said.by(home, "node", option, value);
    assertThat(said.exit()).isEqualTo(2);
    assertThat(said.err().lines()).singleElement().asString().contains(value);
  }

  private static Object valueOf(String option, String text) {
    var node = Settings.node();
    node.parseArgs(option, text);
    return node.getCommandSpec().findOption(option).getValue();
  }

  @Test
  void whatMayBeOffIsThereOrNot() {
    for (String option : List.of("--linkd", "--metrics", "--otlp")) {
      assertThat(valueOf(option, "off")).isEqualTo(Optional.empty());
    }
    assertThat(valueOf("--linkd", "/run/x")).isEqualTo(Optional.of(Path.of("/run/x")));
    assertThat(valueOf("--metrics", "9464")).hasToString("Optional[/127.0.0.1:9464]");
    assertThat(valueOf("--metrics", "[::1]:9464")).hasToString("Optional[/[0:0:0:0:0:0:0:1]:9464]");
    assertThat(valueOf("--otlp", "http://x:4318"))
        .isEqualTo(Optional.of(URI.create("http://x:4318/v1/metrics")));
    assertThat(valueOf("--otlp", "https://x/otel?a=b"))
        .isEqualTo(Optional.of(URI.create("https://x/otel?a=b")));
  }

  @Test
  void theCommandShowsEachSettingWithItsOriginInEightyColumns() throws Exception {
    Files.writeString(file(), "name = \"" + "long ".repeat(12) + "\"\n");
    Said said = Said.by(home, "config", "--port", "9");
    assertThat(said.out().lines().filter(row -> !row.startsWith("file ")))
        .allSatisfy(row -> assertThat(row.length()).isLessThanOrEqualTo(80));
    assertThat(said.out()).containsPattern("port +9 +--port").contains("config.toml line 1");

    JsonNode json = Said.by(home, "config", "--json", "--no-mdns").json();
    assertThat(json).hasSameSizeAs(Settings.options(Settings.node().getCommandSpec()));
    for (JsonNode setting : json) {
      if (setting.path("key").asText().equals("mdns")) {
        assertThat(setting.path("origin").asText()).isEqualTo("option");
        assertThat(setting.path("variable").asText()).isEqualTo("LIMPET_MDNS");
      }
    }
    assertThat(Said.by(home, "config", "--prot", "9").exit()).isEqualTo(2);
  }

  @Test
  void theDefaultAirtimeInWordsIsTheOneInForce() throws Exception {
    assertThat(new ShareConverter().convert(NodeCommand.DEFAULT_AIRTIME))
        .isEqualTo(LinkConfig.DEFAULT_BEACON_AIRTIME);
  }

  @Test
  void theDocumentHasEveryKeyWithItsVariableAndOptionAndNoOther() throws IOException {
    Set<String> known = new TreeSet<>();
    for (OptionSpec option : Settings.options(Settings.node().getCommandSpec())) {
      String key = Settings.key(option);
      String negatable = option.negatable() ? "--[no-]" : "--";
      known.add("`" + key + "` | `" + Settings.variable(key) + "` | `" + negatable + key + "`");
    }
    Pattern row = Pattern.compile("^\\| (`[a-z-]+` \\| `LIMPET_[A-Z_]+` \\| `--[^`]+`) \\|");
    List<String> lines = Files.readAllLines(Path.of("..", "docs", "configuration.md"));
    Set<String> documented =
        lines.stream()
            .map(row::matcher)
            .filter(m -> m.find())
            .map(m -> m.group(1))
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(documented).isEqualTo(known);
  }
}
