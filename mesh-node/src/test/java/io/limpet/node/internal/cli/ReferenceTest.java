package io.limpet.node.internal.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** The manual page and the completion are made from the commands as they are. */
class ReferenceTest {
  @TempDir Path folder;

  private static String said(String... args) {
    StringWriter out = new StringWriter();
    CommandLine line = Limpet.commandLine();
    line.setOut(new PrintWriter(out, true));
    assertThat(Limpet.run(line, args)).isZero();
    return out.toString();
  }

  @Test
  void theManualHasEveryCommandAndEveryOption() {
    String page = said("man");
    assertThat(page).startsWith(".TH LIMPET 1 ");
    for (Map.Entry<String, CommandLine> each : Limpet.commandLine().getSubcommands().entrySet()) {
      assertThat(page).contains(".SS \"limpet " + ManPage.escape(each.getKey()));
      for (OptionSpec option : each.getValue().getCommandSpec().options()) {
        String name = option.longestName();
        String written = option.negatable() ? name.replaceFirst("^--", "--[no-]") : name;
        assertThat(page).contains("\\fB" + ManPage.escape(written) + "\\fR");
      }
    }
  }

  @Test
  void noLineOfTheManualIsAMacroThatWasNotMeant() {
    assertThat(said("man").lines().filter(line -> line.startsWith(".") || line.startsWith("'")))
        .allMatch(line -> line.matches("\\.(TH|SH|SS) \".*\"|\\.TP|\\.TH LIMPET 1 \"\" .*"));
    assertThat(ManPage.escape(".x -y \\z 'q'")).isEqualTo("\\&.x \\-y \\ez \\(aqq\\(aq");
  }

  @Test
  void bashCompletesCommandsAndOptions() throws Exception {
    Path script = folder.resolve("limpet.bash");
    Files.writeString(script, said("completion", "bash"));
    String ask =
        "source \"$1\"; COMP_WORDS=(limpet invi); COMP_CWORD=1; _complete_limpet; echo \"${COMPREPLY[@]}\";"
            + " COMP_WORDS=(limpet node --beac); COMP_CWORD=2; _complete_limpet; echo \"${COMPREPLY[@]}\"";
    Process bash =
        new ProcessBuilder(List.of("bash", "-c", ask, "bash", script.toString()))
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    List<String> answers =
        new String(bash.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8)
            .lines()
            .toList();
    assertThat(bash.waitFor()).isZero();
    assertThat(answers.get(0).split(" ")).containsExactlyInAnyOrder("invite", "invitations");
    assertThat(answers.get(1)).contains("--beacon-airtime");
  }

  @Test
  void zshGetsTheSameBehindItsOwnLine() {
    assertThat(said("completion", "zsh"))
        .startsWith("autoload -Uz compinit")
        .endsWith(said("completion", "bash"));
  }
}
