package io.limpet.tcp.internal.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import io.limpet.tcp.internal.kernel.Streams.Task;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** A program of the system that uses the kernel's sockets, and knows of no other. */
final class Program implements AutoCloseable {
  private static final int PATIENCE_S = 30;
  private static final String LISTEN = "0A";

  private final String line;
  private final Process process;
  private final Task<byte[]> output;
  private final Task<byte[]> errors;

  private Program(List<String> command, Process process) {
    line = String.join(" ", command);
    this.process = process;
    output = Task.start(() -> process.getInputStream().readAllBytes());
    errors = Task.start(() -> process.getErrorStream().readAllBytes());
  }

  /**
   * Starts one.
   *
   * @param input what it reads from its standard input; null for nothing
   */
  static Program start(@Nullable Path input, String... command) throws IOException {
    return start(input, List.of(command));
  }

  static Program start(@Nullable Path input, List<String> command) throws IOException {
    Redirect from =
        input == null
            ? Redirect.from(Path.of("/dev/null").toFile())
            : Redirect.from(input.toFile());
    return new Program(command, new ProcessBuilder(command).redirectInput(from).start());
  }

  /** Waits for its end, which must be a good one, and returns what it wrote. */
  byte[] output() throws Exception {
    if (!process.waitFor(PATIENCE_S, TimeUnit.SECONDS)) {
      close();
      throw new AssertionError(line + " is stuck: " + text(errors));
    }
    byte[] written = output.await();
    assertThat(process.exitValue()).as("%s: %s", line, text(errors) + head(written)).isZero();
    return written;
  }

  private static String text(Task<byte[]> bytes) throws Exception {
    return new String(bytes.await(), StandardCharsets.UTF_8);
  }

  private static String head(byte[] bytes) {
    return new String(bytes, 0, Math.min(bytes.length, 500), StandardCharsets.UTF_8);
  }

  /** Waits until it listens at a port of the kernel's. */
  void awaitListening(int port) {
    String local = String.format(Locale.ROOT, ":%04X ", port);
    Awaitility.await()
        .pollInterval(Duration.ofMillis(2))
        .atMost(Duration.ofSeconds(20))
        .until(() -> !process.isAlive() || table().anyMatch(row -> isListener(row, local)));
  }

  private static boolean isListener(String row, String local) {
    String[] field = row.trim().split("\\s+", -1);
    return field.length > 3 && (field[1] + " ").endsWith(local) && field[3].equals(LISTEN);
  }

  private static Stream<String> table() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/net/tcp6")).stream();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
