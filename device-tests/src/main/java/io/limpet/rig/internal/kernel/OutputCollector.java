package io.limpet.rig.internal.kernel;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads a process's output to its end, so that it never blocks, and keeps the newest of it. */
final class OutputCollector implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(OutputCollector.class);
  private static final int KEPT_CHARACTERS = 4 * 1024 * 1024;

  private final InputStream stream;
  private final Consumer<String> listener;
  private final ArrayDeque<String> lines = new ArrayDeque<>();
  private final Thread thread;
  private long characters;

  private OutputCollector(InputStream stream, String name, Consumer<String> listener) {
    this.stream = stream;
    this.listener = listener;
    thread = new Thread(this, name);
    thread.setDaemon(true);
  }

  static OutputCollector start(InputStream stream, String name, Consumer<String> listener) {
    OutputCollector collector = new OutputCollector(stream, name, listener);
    collector.thread.start();
    return collector;
  }

  @Override
  public void run() {
    try (BufferedReader reader =
        new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        keep(line);
        tell(line);
      }
    } catch (IOException e) {
      LOG.trace("the end of an output", e);
    }
  }

  synchronized String text() {
    return lines.isEmpty() ? "" : String.join("\n", lines) + "\n";
  }

  void awaitEnd(long deadlineNs) throws InterruptedException {
    long leftMs = TimeUnit.NANOSECONDS.toMillis(deadlineNs - System.nanoTime());
    // A grandchild may hold the pipe open for longer than the process lives: what is there by then
    // has to do.
    thread.join(Math.max(1, leftMs));
  }

  private void tell(String line) {
    try {
      listener.accept(line);
    } catch (RuntimeException e) {
      LOG.warn("a listener failed on a line of output", e);
    }
  }

  private synchronized void keep(String line) {
    lines.add(line);
    characters += line.length() + 1;
    while (characters > KEPT_CHARACTERS && lines.size() > 1) {
      characters -= lines.remove().length() + 1;
    }
  }
}
