package io.limpet.rig.quickstart;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A shell at which somebody types line by line; what it starts may read on. */
final class TerminalUnderTest implements AutoCloseable {
  private static final Pattern DONE = Pattern.compile("(?m)^done (\\d+) with exit code (\\d+)\n");

  private final Process shell;
  private final StringBuilder shown = new StringBuilder();
  private int typed;
  private int seen;

  TerminalUnderTest(Path folder, Map<String, String> environment) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(List.of("bash")).directory(folder.toFile()).redirectErrorStream(true);
    builder.environment().putAll(environment);
    shell = builder.start();
    Thread reader = new Thread(this::read, "terminal");
    reader.setDaemon(true);
    reader.start();
  }

  private void read() {
    try (BufferedReader out = shell.inputReader(StandardCharsets.UTF_8)) {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        synchronized (shown) {
          shown.append(line).append('\n');
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Types a command, and behind it one that tells of its end. */
  void type(String command) throws IOException {
    typed++;
    OutputStream in = shell.getOutputStream();
    in.write(
        (command + "\necho done " + typed + " with exit code $?\n")
            .getBytes(StandardCharsets.UTF_8));
    in.flush();
  }

  /** Everything since what was looked for last. */
  String shown() {
    synchronized (shown) {
      return shown.substring(seen);
    }
  }

  /** Looks for this behind what was looked for last, and goes on behind it if it is there. */
  boolean shows(Pattern expected) {
    synchronized (shown) {
      // What tells of the ends of commands is not the page's.
      String text = DONE.matcher(shown.substring(seen)).replaceAll("");
      boolean found = expected.matcher(text).find();
      if (found) {
        seen = shown.length();
      }
      return found;
    }
  }

  /** Says whether the last command that was typed has ended, or is in the background. */
  boolean isDone() {
    return exitCode() >= 0;
  }

  /** The exit code of the last command, -1 while it runs. */
  int exitCode() {
    int code = -1;
    synchronized (shown) {
      Matcher done = DONE.matcher(shown);
      while (done.find()) {
        if (Integer.parseInt(done.group(1)) == typed) {
          code = Integer.parseInt(done.group(2));
        }
      }
    }
    return code;
  }

  /** The processes that were started here and still run. */
  List<Long> started() {
    return shell.descendants().map(ProcessHandle::pid).toList();
  }

  /** Ends what was started here. */
  @Override
  public void close() throws IOException {
    try {
      shell.getOutputStream().close();
    } catch (IOException e) {
      // It is gone already, with what was typed last.
      assert !shell.isAlive();
    }
    List<ProcessHandle> started = shell.descendants().toList();
    started.forEach(ProcessHandle::destroy);
    try {
      for (ProcessHandle each : started) {
        each.onExit().completeOnTimeout(each, 10, TimeUnit.SECONDS).join();
        each.destroyForcibly();
      }
      shell.destroy();
      shell.waitFor(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
