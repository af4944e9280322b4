package io.limpet.rig.internal.bench.report;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * Where and of what was measured. A value.
 *
 * @param cores that this process may use
 * @param processor as the kernel names it
 * @param memoryGigabytes of the machine
 * @param kernel name and release
 * @param jdk version and vendor
 * @param commit of the sources, {@code unknown} outside a repository; {@code +} when changed since
 */
public record Machine(
    int cores, String processor, double memoryGigabytes, String kernel, String jdk, String commit) {

  /** Looks. */
  public static Machine here() {
    return new Machine(
        Runtime.getRuntime().availableProcessors(),
        field("/proc/cpuinfo", "model name"),
        Math.round(kilobytes(field("/proc/meminfo", "MemTotal")) / 1e5) / 10.0,
        System.getProperty("os.name") + " " + System.getProperty("os.version"),
        System.getProperty("java.version") + ", " + System.getProperty("java.vendor"),
        sources());
  }

  /** Returns it in one line, as it stands at the head of a page. */
  public String words() {
    return String.format(
        Locale.ROOT,
        "commit %s; %d cores (%s), %.0f GB; %s; JDK %s",
        commit,
        cores,
        processor,
        memoryGigabytes,
        kernel,
        jdk);
  }

  private static double kilobytes(String text) {
    String digits = text.replaceAll("[^0-9]", "");
    return digits.isEmpty() ? 0 : Double.parseDouble(digits);
  }

  private static String field(String file, String name) {
    try {
      return Files.readAllLines(Path.of(file)).stream()
          .filter(line -> line.startsWith(name))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse("unknown");
    } catch (IOException e) {
      return "unknown";
    }
  }

  private static String sources() {
    String head = git("rev-parse", "--short=12", "HEAD");
    return head.isEmpty()
        ? "unknown"
        : head + (git("status", "--porcelain", "--untracked-files=no").isEmpty() ? "" : "+");
  }

  /** Asks in the folder of the sources, which bin/limpet names; empty when there is no answer. */
  private static String git(String... words) {
    String root = System.getProperty("limpet.root", ".");
    try {
      ProcessBuilder builder = new ProcessBuilder("git", "-C", root);
      builder.command().addAll(java.util.List.of(words));
      Process process = builder.redirectError(ProcessBuilder.Redirect.DISCARD).start();
      process.getOutputStream().close();
      String answer =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0 ? answer : "";
    } catch (IOException e) {
      return "";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "";
    }
  }
}
