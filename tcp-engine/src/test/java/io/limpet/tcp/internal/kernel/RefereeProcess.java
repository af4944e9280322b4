package io.limpet.tcp.internal.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

/**
 * A process in a namespace of its own that has the TUN device open and runs scenarios by their
 * names. Everything it made is gone when it is closed.
 */
final class RefereeProcess implements AutoCloseable {
  private final Path log;
  private final long seed;
  private final Namespace namespace;
  private Process process;
  private PrintWriter commands;
  private BufferedReader answers;
  private final List<String> said = new ArrayList<>();

  private RefereeProcess(Path folder, long seed) {
    this.log = folder.resolve("referee.log");
    this.seed = seed;
    namespace = new Namespace();
  }

  /**
   * Starts it, with the kernel's side of the device up.
   *
   * @param what for whoever reads what the tests print
   * @param main serves by {@link Answers}; its arguments are the seed and the folder
   */
  static RefereeProcess start(String what, Class<?> main, Path folder, long seed)
      throws IOException {
    boolean permitted = Namespace.isPermitted();
    if (!permitted) {
      System.out.println(what + ": skipped, not root or without /dev/net/tun.");
    }
    Assumptions.assumeTrue(permitted, "needs root and /dev/net/tun");
    Programs.assumeInstalled("ip", "tshark", "dumpcap");
    System.out.println(what + ": seed " + seed);
    RefereeProcess referee = new RefereeProcess(folder, seed);
    try {
      referee.begin(main, folder);
    } catch (IOException | RuntimeException | Error e) {
      referee.close();
      throw e;
    }
    return referee;
  }

  private void begin(Class<?> main, Path folder) throws IOException {
    namespace.exec("ip", "link", "set", "lo", "up");
    process =
        namespace.start(
            log,
            System.getProperty("java.home") + "/bin/java",
            "-XX:+UseSerialGC",
            "-Xmx512m",
            "-cp",
            System.getProperty("java.class.path"),
            main.getName(),
            Long.toString(seed),
            folder.toString());
    commands = new PrintWriter(process.getOutputStream(), true, StandardCharsets.UTF_8);
    answers =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    expectOk("the device");
    namespace.exec(
        "ip", "addr", "add", TunAir.KERNEL + "/64", "dev", KernelReferee.DEVICE, "nodad");
    namespace.exec("ip", "link", "set", KernelReferee.DEVICE, "mtu", "1500", "up");
  }

  Namespace namespace() {
    return namespace;
  }

  /** Runs a scenario; throws if it fails. */
  void run(String name) throws IOException {
    commands.println(name);
    expectOk(name);
  }

  private void expectOk(String what) throws IOException {
    String answer = readAnswer();
    String failed = answer == null ? Files.readString(log) : answer;
    assertThat(failed).as("%s, seed %d", what, seed).startsWith("OK");
    System.out.println(what + ": " + failed);
  }

  /** Reads the next answer; what else the process says, its log, is kept. */
  private @Nullable String readAnswer() throws IOException {
    for (String line = answers.readLine(); line != null; line = answers.readLine()) {
      if (line.startsWith("OK") || line.startsWith("FAILED")) {
        return line;
      }
      said.add(line);
    }
    return null;
  }

  /** Returns the lines that the process has written beside its answers. */
  List<String> said() {
    return List.copyOf(said);
  }

  /** Lets the process end by itself, or ends it, and removes the namespace. */
  @Override
  public void close() {
    try {
      if (process != null) {
        commands.close();
        if (!process.waitFor(10, TimeUnit.SECONDS)) {
          process.destroyForcibly();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      namespace.close();
    }
  }
}
