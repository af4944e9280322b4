package io.limpet.link.e2e;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A {@link LinkProcess} in a namespace, and what it has told so far. */
final class ChildNode implements AutoCloseable {
  private static final Pattern EVENT = Pattern.compile("\"event\":\"(\\w+)\",\"at\":(\\d+)");
  private static final Pattern IS = Pattern.compile("\"is\":\"([^\"]*)\"");
  private static final Pattern NUMBER = Pattern.compile("\"number\":\"(\\d+)\"");

  private final Process process;
  private final PrintWriter commands;
  private final List<Line> lines = new CopyOnWriteArrayList<>();

  /** One line that it told. */
  record Line(String event, long atMs, String is, int number, String text) {}

  ChildNode(String namespace, String... arguments) throws IOException {
    this(namespace, List.of(), arguments);
  }

  /** Starts one by a command that becomes another user, or the like. */
  ChildNode(String namespace, List<String> wrapper, String... arguments) throws IOException {
    List<String> command = new java.util.ArrayList<>(List.of("ip", "netns", "exec", namespace));
    command.addAll(wrapper);
    command.addAll(
        List.of(
            System.getProperty("java.home") + "/bin/java",
            "-XX:TieredStopAtLevel=1",
            "-Xshare:auto",
            "-Dio.netty.eventLoopThreads=1",
            "-cp",
            System.getProperty("java.class.path"),
            LinkProcess.class.getName()));
    command.addAll(List.of(arguments));
    process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    commands = new PrintWriter(process.getOutputStream(), true, StandardCharsets.UTF_8);
    Thread reader = new Thread(this::read, "child-" + namespace);
    reader.setDaemon(true);
    reader.start();
  }

  private void read() {
    try (BufferedReader in =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      String line = in.readLine();
      while (line != null) {
        Matcher event = EVENT.matcher(line);
        if (event.find()) {
          Matcher is = IS.matcher(line);
          Matcher number = NUMBER.matcher(line);
          lines.add(
              new Line(
                  event.group(1),
                  Long.parseLong(event.group(2)),
                  is.find() ? is.group(1) : "",
                  number.find() ? Integer.parseInt(number.group(1)) : -1,
                  line));
        }
        line = in.readLine();
      }
    } catch (IOException e) {
      lines.add(new Line("unreadable", 0, "", -1, e.toString()));
    }
  }

  void tell(String command) {
    commands.println(command);
  }

  List<Line> all(String event) {
    return lines.stream().filter(line -> line.event().equals(event)).toList();
  }

  /** Returns the lines of an event that came at or after a time. */
  List<Line> since(long ms, String event, String is) {
    return lines.stream()
        .filter(line -> line.event().equals(event) && line.atMs() >= ms && line.is().equals(is))
        .toList();
  }

  boolean has(String event, String is) {
    return !since(0, event, is).isEmpty();
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (Line line : lines) {
      if (!line.event().equals("got")) {
        text.append(line.text(), 0, Math.min(line.text().length(), 300)).append('\n');
      }
    }
    return text.toString();
  }

  @Override
  public void close() {
    commands.println("quit");
    commands.close();
    try {
      if (!process.waitFor(5, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
