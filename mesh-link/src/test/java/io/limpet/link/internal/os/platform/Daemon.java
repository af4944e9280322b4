package io.limpet.link.internal.os.platform;

import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** A {@link DaemonMain} in a namespace. */
final class Daemon implements AutoCloseable {
  private final Process process;
  private final List<String> lines = new CopyOnWriteArrayList<>();

  private Daemon(Process process) {
    this.process = process;
    Thread reader = new Thread(this::read, "daemon output");
    reader.setDaemon(true);
    reader.start();
  }

  /** Starts one as root, and waits until it listens or has failed. */
  static Daemon start(Namespace in, Path socket, String... arguments) {
    return start(in, List.of(), socket, arguments);
  }

  static Daemon start(Namespace in, List<String> wrapper, Path socket, String... arguments) {
    List<String> command = new ArrayList<>(List.of("ip", "netns", "exec", in.name()));
    command.addAll(wrapper);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx64m", DaemonMain.class.getName()));
    command.add(socket.toString());
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
    builder.redirectError(ProcessBuilder.Redirect.INHERIT);
    try {
      Daemon daemon = new Daemon(builder.start());
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> daemon.hasLine("ready") || daemon.hasLine("failed: .*"));
      return daemon;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  List<String> lines() {
    return lines;
  }

  /** Says whether a whole line has matched a pattern. */
  boolean hasLine(String pattern) {
    return lines.stream().anyMatch(line -> line.matches(pattern));
  }

  /** Returns the counters as they are now. */
  String counters() {
    long before = lines.stream().filter(line -> line.startsWith("counters")).count();
    try {
      process.getOutputStream().write('?');
      process.getOutputStream().flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> lines.stream().filter(line -> line.startsWith("counters")).count() > before);
    return lines.stream().filter(line -> line.startsWith("counters")).reduce("", (a, b) -> b);
  }

  /** Ends it as a crash would. */
  void kill() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
    awaitEnd();
  }

  @Override
  public void close() {
    try {
      process.getOutputStream().close();
    } catch (IOException e) {
      process.destroyForcibly();
    }
    awaitEnd();
  }

  private void awaitEnd() {
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  private void read() {
    try (BufferedReader in = process.inputReader(StandardCharsets.UTF_8)) {
      in.lines().forEach(lines::add);
    } catch (IOException | UncheckedIOException e) {
      lines.add("output ended: " + e.getMessage());
    }
  }
}
