package io.limpet.node.internal.cli;

import static org.awaitility.Awaitility.await;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine;

/** A command that goes on until it is interrupted, as at a terminal. */
final class Foreground implements AutoCloseable {
  private static final Duration SOON = Duration.ofSeconds(10);
  private static final Pattern LOCAL_PORT = Pattern.compile("127\\.0\\.0\\.1:([0-9]+)");

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final AtomicInteger exit = new AtomicInteger(-1);
  private final Limpet limpet;

  private Foreground(Path home, String... args) {
    CommandLine line = Limpet.commandLine();
    limpet = line.getCommand();
    line.setOut(new PrintWriter(out, true));
    line.setErr(new PrintWriter(err, true));
    List<String> whole = new ArrayList<>(List.of("--home", home.toString()));
    whole.addAll(List.of(args));
    new Thread(
            () -> exit.set(Limpet.run(line, whole.toArray(String[]::new))), "foreground " + args[0])
        .start();
  }

  /** Starts it, and waits until it says something. */
  static Foreground start(Path home, String... args) {
    Foreground command = new Foreground(home, args);
    await(String.join(" ", args)).atMost(SOON).until(() -> !command.said().isEmpty());
    return command;
  }

  String said() {
    return out + "" + err;
  }

  void says(String text) {
    await(text).atMost(SOON).until(() -> said().contains(text));
  }

  /** The port of this machine that it names. */
  int localPort() {
    Matcher port = LOCAL_PORT.matcher(said());
    if (!port.find()) {
      throw new AssertionError("no port: " + said());
    }
    return Integer.parseInt(port.group(1));
  }

  int exit() {
    await("the end").atMost(SOON).until(() -> exit.get() >= 0);
    return exit.get();
  }

  /** As Ctrl-C does: the connection to the node ends. */
  @Override
  public void close() {
    limpet.hangUp();
    exit();
  }
}
