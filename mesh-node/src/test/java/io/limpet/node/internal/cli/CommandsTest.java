package io.limpet.node.internal.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class CommandsTest {
  @Test
  void everyCommandIsFoundByItsNameWithoutTheOthers() {
    CommandLine whole = Limpet.commandLine();
    assertThat(whole.getSubcommands()).hasSizeGreaterThan(25).containsKey("help");
    for (Map.Entry<String, CommandLine> each : whole.getSubcommands().entrySet()) {
      CommandLine lean = Limpet.commandLineFor(new String[] {"--home", "peers", each.getKey()});
      if (Set.of("help", "man", "completion").contains(each.getKey())) {
        assertThat(lean.getSubcommands()).hasSameSizeAs(whole.getSubcommands());
      } else {
        assertThat(lean.getSubcommands()).containsOnlyKeys(each.getKey());
        assertThat(lean.getSubcommands().get(each.getKey()).getUsageMessage())
            .isEqualTo(each.getValue().getUsageMessage());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"--help", "", "demoo", "--version", "--nonsense peers", "-h peers"})
  void whatNamesNoCommandIsReadWithAllOfThem(String line) {
    assertThat(Limpet.commandLineFor(line.split(" ")).getSubcommands())
        .hasSameSizeAs(Limpet.commandLine().getSubcommands());
  }

  @Test
  void helpShowsEveryCommandOnceInItsGroupAndInEightyColumns() {
    CommandLine line = Limpet.commandLine();
    String help = line.getUsageMessage();
    assertThat(help.lines()).allSatisfy(row -> assertThat(row.length()).isLessThanOrEqualTo(80));
    for (String name : line.getSubcommands().keySet()) {
      assertThat(help.lines().filter(row -> row.startsWith("  " + name + " "))).hasSize(1);
    }
    assertThat(help).containsSubsequence("A node", "Who is here", "When something is wrong");
  }

  @Test
  void theHelpOfEveryCommandFitsEightyColumns() {
    for (CommandLine each : Limpet.commandLine().getSubcommands().values()) {
      assertThat(each.getUsageMessage().lines())
          .allSatisfy(row -> assertThat(row.length()).isLessThanOrEqualTo(80));
    }
  }

  @Test
  void anOptionOfAllCommandsStandsOnlyWhereItMeansSomething() {
    Map<String, CommandLine> all = Limpet.commandLine().getSubcommands();
    assertThat(all.get("node").getUsageMessage()).contains("--home").contains("--config");
    assertThat(all.get("peers").getUsageMessage()).contains("--home").doesNotContain("--config");
    assertThat(all.get("report").getUsageMessage()).doesNotContain("--home", "--config");
    assertThat(all.get("perf").getSubcommands().get("ping").getUsageMessage()).contains("--home");
    assertThat(Limpet.run(Limpet.commandLine(), "--home", "/nowhere", "report", "--help")).isZero();
    assertThat(refusal("report", "--home", "/nowhere")).contains("unknown: '--home'");
  }

  @Test
  void whatIsNearlyACommandOrAnOptionIsNamed() {
    assertThat(refusal("inviet", "elm")).contains("did you mean 'invite'?");
    assertThat(refusal("peers", "--jsno")).contains("did you mean '--json'?");
  }

  private static String refusal(String... args) {
    StringWriter err = new StringWriter();
    CommandLine line = Limpet.commandLine();
    line.setErr(new PrintWriter(err, true));
    assertThat(Limpet.run(line, args)).isEqualTo(2);
    assertThat(err.toString().lines()).hasSize(1);
    return err.toString();
  }
}
