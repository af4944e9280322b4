package io.limpet.rig.internal.os;

import io.limpet.rig.RigException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Runs the system's own small tools, to their end. */
public final class Commands {
  private static final long TIMEOUT_SECONDS = 20;

  private Commands() {}

  /**
   * What a tool said.
   *
   * @param exitCode 0 if it did what it should
   * @param output standard output and error together
   */
  public record Result(int exitCode, String output) {}

  /** Runs a tool and returns its output. */
  public static String run(List<String> command) {
    return run(command, "");
  }

  /** Runs a tool with this input and returns its output. */
  public static String run(List<String> command, String input) {
    Result result = attempt(command, input);
    if (result.exitCode() != 0) {
      throw new RigException(
          String.join(" ", command)
              + " failed with "
              + result.exitCode()
              + ": "
              + result.output().strip()
              + (input.isEmpty() ? "" : "\ninput was:\n" + input));
    }
    return result.output();
  }

  /** Runs a tool that may fail. */
  public static Result attempt(List<String> command, String input) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      CompletableFuture<String> output =
          CompletableFuture.supplyAsync(() -> text(process.getInputStream()));
      try (OutputStream stdin = process.getOutputStream()) {
        stdin.write(input.getBytes(StandardCharsets.UTF_8));
      } catch (IOException e) {
        // It ended without reading all of its input; its exit code and output say why.
      }
      if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new RigException(String.join(" ", command) + " does not end");
      }
      return new Result(process.exitValue(), output.join());
    } catch (IOException e) {
      throw new RigException("cannot run " + command.get(0) + ": " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RigException("interrupted while running " + command.get(0), e);
    }
  }

  private static String text(InputStream stream) {
    try (stream) {
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
