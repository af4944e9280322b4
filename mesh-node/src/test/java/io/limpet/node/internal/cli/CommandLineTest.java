package io.limpet.node.internal.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.limpet.link.KernelSocket;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.TypeConversionException;

class CommandLineTest {
  @TempDir Path home;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... args) {
    CommandLine line = Limpet.commandLine();
    line.setOut(new PrintWriter(out, true));
    line.setErr(new PrintWriter(err, true));
    return Limpet.run(line, args);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "blah",
        "invite elm",
        "invite --activity x",
        "say",
        "share lunch",
        "share :lunch",
        "node --port 0",
        "node --port many",
        "node --site-hook {host}",
        "node --plain-chat --no-mdns",
        "node --background --events -",
        "node --background --until-stdin-closes",
        "chat ash",
        "chat --count many",
        "linkd",
        "linkd --interface wlan0",
        "linkd --interface wlan0 --allow-user nosuchuser",
        "linkd --interface a/b --allow-user 0",
        "linkd --interface wlan0 --allow-user 0 --site-hook /bin/a{x}",
        "sockets --destroy",
        "sockets --stranded --destroy --watch",
        "sockets --watch",
        "sockets --watch --json",
        "sockets --state asleep",
        "sockets --port 0",
        "sockets --port 65536",
        "sockets --patience soon",
        "sockets --patience 999ms",
        "sockets --patience 25h",
        "invite elm --activity x --wait soon",
        "invite elm --activity x --expires soon",
        "invitations --inbox --outbox",
        "withdraw",
        "withdraw a b",
        "policy friends",
        "policy known nobody",
        "node --who-may-invite friends",
        "perf",
        "trace",
        "trace a b",
        "trace a --seconds soon",
        "trace a --snap all",
        "explain",
        "links a b",
        "links --watch",
        "links --watch --json",
        "doctor --port 0"
      })
  void wrongUsageIsOneLineAndExitCodeTwo(String line) {
    assertThat(run(line.split(" "))).isEqualTo(2);
    assertThat(err.toString().lines()).hasSize(1);
    assertThat(err.toString()).startsWith("limpet: ");
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void whatWaitsCountsAsAProblemAfterAMinuteUnlessAPersonSaysOtherwise() {
    CommandLine sockets = Limpet.commandLine().getSubcommands().get("sockets");
    OptionSpec option = sockets.getCommandSpec().findOption("--patience");
    Duration patience = option.getValue();
    assertThat(patience).isEqualTo(Duration.ofSeconds(60));
    assertThat(sockets.getUsageMessage()).contains("(default 60s)");
  }

  @Test
  void whoTypesTheNameAloneLearnsHowToBegin() {
    assertThat(run()).isEqualTo(2);
    assertThat(err.toString()).contains("limpet node --background", "limpet help");
    assertThat(err.toString().lines()).allMatch(line -> line.length() <= 80);
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void aNodeThatDoesNotRunIsSaidInOneLineWithWhatToDo() {
    assertThat(run("--home", home.toString(), "peers")).isEqualTo(1);
    assertThat(err.toString().lines()).hasSize(1);
    assertThat(err.toString()).contains("'limpet --home " + home + " node --background'");
  }

  @Test
  void aHomeFolderTooDeepForASocketIsRefused() {
    String deep = home + "/" + "x".repeat(120);
    assertThat(run("--home", deep, "peers")).isEqualTo(2);
    assertThat(err.toString()).contains("too long").contains("--home");
  }

  @ParameterizedTest
  @CsvSource({"250ms,250", "5s,5000", "2m,120000", "1h,3600000"})
  void durationsAreWrittenAsPeopleDo(String text, long ms) {
    assertThat(Durations.parse(text)).isEqualTo(Duration.ofMillis(ms));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "5", "s", "-5s", "5 s", "99999999999s"})
  void otherDurationsAreRefused(String text) {
    org.assertj.core.api.Assertions.assertThatThrownBy(() -> Durations.parse(text))
        .isInstanceOf(TypeConversionException.class)
        .hasMessageContaining("250ms");
  }

  @ParameterizedTest
  @CsvSource({
    "close-wait,CLOSE_WAIT",
    "ESTAB,ESTABLISHED",
    "SYN-RECV,SYN_RECEIVED",
    "FIN-WAIT-2,FIN_WAIT_2",
    "fin_wait2,FIN_WAIT_2",
    "timewait,TIME_WAIT"
  })
  void statesAreWrittenAsInTheRfcOrAsSsDoes(String text, KernelSocket.State state) {
    assertThat(new StatesConverter().convert(text)).isEqualTo(state);
  }

  @Test
  void columnsOfATableAreAsWideAsTheirWidestCell() {
    assertThat(new TextTable("a", "b").row("long", "x").row("y", "z").toString())
        .isEqualTo("A     B\nlong  x\ny     z");
  }
}
