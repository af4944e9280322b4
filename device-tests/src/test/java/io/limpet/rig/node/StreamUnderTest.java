package io.limpet.rig.node;

import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** A {@link StreamMain} in a namespace, and what it has told. */
final class StreamUnderTest implements AutoCloseable {
  /** One line that it told. */
  record Told(String word, long atMs, String rest) {}

  private final Process process;
  private final PrintWriter commands;
  private final List<Told> told = new CopyOnWriteArrayList<>();

  StreamUnderTest(String namespace, Path home, String name, String... interfaces)
      throws IOException {
    this(namespace, home, name, 7464, interfaces);
  }

  StreamUnderTest(String namespace, Path home, String name, int port, String... interfaces)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx160m", "-cp"));
    command.add(System.getProperty("java.class.path"));
    command.add(StreamMain.class.getName());
    command.addAll(List.of(home.toString(), name, Integer.toString(port)));
    command.addAll(List.of(interfaces));
    process =
        new ProcessBuilder(Cable.inside(namespace, command))
            .redirectError(home.resolveSibling(home.getFileName() + ".log").toFile())
            .start();
    commands = new PrintWriter(process.getOutputStream(), true, StandardCharsets.UTF_8);
    Thread reader = new Thread(this::read, name + " output");
    reader.setDaemon(true);
    reader.start();
  }

  /** Waits until all these have started; they start side by side. */
  static void awaitReady(StreamUnderTest... nodes) {
    for (StreamUnderTest node : nodes) {
      node.awaitSince(0, "ready", "");
    }
  }

  private void read() {
    try (BufferedReader in = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        String[] parts = line.split(" ", 3);
        if (parts.length == 3 && parts[1].matches("\\d+")) {
          told.add(new Told(parts[0], Long.parseLong(parts[1]), parts[2]));
        }
      }
    } catch (IOException e) {
      told.add(new Told("unreadable", 0, e.toString()));
    }
  }

  void tell(String command) {
    commands.println(command);
  }

  /** Gives a command; returns its answer. */
  String ask(String command) {
    String word = command.replaceFirst(" .*", "");
    int before = all(word).size();
    tell(command);
    await("an answer to " + command)
        .atMost(Duration.ofSeconds(20))
        .pollInterval(Duration.ofMillis(5))
        .until(() -> all(word).size() > before);
    return all(word).get(before).rest();
  }

  List<Told> all(String word) {
    return told.stream().filter(line -> line.word().equals(word)).toList();
  }

  /** Returns the lines with this word and this in the rest, from a time on. */
  List<Told> since(long ms, String word, String containing) {
    return all(word).stream()
        .filter(line -> line.atMs() >= ms && line.rest().contains(containing))
        .toList();
  }

  Told awaitSince(long ms, String word, String containing) {
    await(word + " " + containing)
        .atMost(Duration.ofSeconds(40))
        .pollInterval(Duration.ofMillis(10))
        .until(() -> !since(ms, word, containing).isEmpty() || !process.isAlive());
    List<Told> found = since(ms, word, containing);
    if (found.isEmpty()) {
      throw new IllegalStateException("it has ended: " + this);
    }
    return found.get(0);
  }

  /** Waits until every one of these unicast paths to a peer is confirmed. */
  void awaitConfirmed(String... paths) {
    await(List.of(paths) + " confirmed")
        .atMost(Duration.ofSeconds(40))
        .until(
            () -> {
              String links = ask("links");
              return List.of(paths).stream().allMatch(path -> links.contains(path + "=confirmed"));
            });
  }

  /** Returns how many bytes have come; fails if one of them was wrong. */
  long received() {
    String[] parts = ask("received").split(" ", -1);
    if (!parts[1].equals("0")) {
      throw new AssertionError(parts[1] + " of " + parts[0] + " bytes were wrong");
    }
    return Long.parseLong(parts[0]);
  }

  /** Ends the stream; returns how many bytes it sent. */
  long stop() {
    int before = all("sent").size();
    tell("stop");
    await("the end of the stream")
        .atMost(Duration.ofSeconds(20))
        .until(() -> all("sent").size() > before);
    return Long.parseLong(all("sent").get(before).rest());
  }

  /** Returns the longest time without a byte, in milliseconds. */
  long pauseMs(long fromMs, long toMs) {
    return Long.parseLong(ask("pause " + fromMs + " " + toMs));
  }

  long pid() {
    // Under "ip netns exec", which becomes the program that it starts.
    return process.pid();
  }

  void kill() {
    process.destroyForcibly();
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("\n");
    told.forEach(
        line ->
            text.append(line.atMs())
                .append(' ')
                .append(line.word())
                .append(' ')
                .append(line.rest(), 0, Math.min(240, line.rest().length()))
                .append('\n'));
    return text.toString();
  }

  /** Tells it to end, and does not wait. */
  void quit() {
    commands.println("quit");
    commands.close();
  }

  @Override
  public void close() {
    quit();
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        kill();
      }
    } catch (InterruptedException e) {
      kill();
      Thread.currentThread().interrupt();
    }
  }
}
