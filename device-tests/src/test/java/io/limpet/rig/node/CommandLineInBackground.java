package io.limpet.rig.node;

import io.limpet.node.internal.cli.Limpet;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import picocli.CommandLine;

/** A command at another terminal, on the node of a home folder, while the test goes on. */
final class CommandLineInBackground {
  private final StringWriter out = new StringWriter();
  private final AtomicInteger exit = new AtomicInteger(-1);
  private final Thread thread;

  CommandLineInBackground(Path home, String... args) {
    CommandLine line = Limpet.commandLine();
    line.setOut(new PrintWriter(out, true));
    line.setErr(new PrintWriter(out, true));
    List<String> whole = new ArrayList<>(List.of("--home", home.toString()));
    whole.addAll(List.of(args));
    thread = new Thread(() -> exit.set(Limpet.run(line, whole.toArray(String[]::new))), args[0]);
    thread.start();
  }

  String said() {
    return out.toString();
  }

  boolean hasEnded() {
    return exit.get() >= 0;
  }

  int exit() {
    return exit.get();
  }

  void interrupt() {
    thread.interrupt();
  }
}
