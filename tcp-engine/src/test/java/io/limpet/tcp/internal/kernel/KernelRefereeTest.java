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
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * The engine talks with Linux's own TCP, both as client and as server, and tshark finds nothing to
 * object to. The seed is printed; {@code -Dlimpet.seed} replays it.
 */
@Tag("kernel")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class KernelRefereeTest {
  /** Malformed, the checksum not found right, or an error to tshark in any other way. */
  private static final String MALFORMED =
      "_ws.malformed || tcp.checksum.status != 1 || _ws.expert.severity == error";

  @TempDir static Path folder = Path.of("");
  private final long seed = Long.getLong("limpet.seed", System.nanoTime());
  private Namespace namespace;
  private Process process;
  private PrintWriter commands;
  private BufferedReader answers;

  @BeforeAll
  void start() throws IOException {
    boolean permitted = Namespace.isPermitted();
    if (!permitted) {
      System.out.println("Kernel as referee: skipped, not root or without /dev/net/tun.");
    }
    Assumptions.assumeTrue(permitted, "needs root and /dev/net/tun");
    System.out.println("Kernel as referee: seed " + seed);
    namespace = new Namespace();
    process =
        namespace.start(
            folder.resolve("referee.log"),
            System.getProperty("java.home") + "/bin/java",
            "-XX:+UseSerialGC",
            "-Xmx512m",
            "-cp",
            System.getProperty("java.class.path"),
            KernelReferee.class.getName(),
            Long.toString(seed));
    commands = new PrintWriter(process.getOutputStream(), true, StandardCharsets.UTF_8);
    answers =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    expectOk("the device");
    namespace.exec("ip", "link", "set", "lo", "up");
    namespace.exec(
        "ip", "addr", "add", Bridge.KERNEL + "/64", "dev", KernelReferee.DEVICE, "nodad");
    namespace.exec("ip", "link", "set", KernelReferee.DEVICE, "mtu", "1500", "up");
  }

  @AfterAll
  void stop() throws InterruptedException {
    if (process != null) {
      commands.close();
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    }
    if (namespace != null) {
      namespace.close();
    }
  }

  private void expectOk(String what) throws IOException {
    String answer = answers.readLine();
    String failed = answer == null ? Files.readString(folder.resolve("referee.log")) : answer;
    assertThat(failed).as("%s, seed %d", what, seed).startsWith("OK");
    System.out.println(what + ": " + failed);
  }

  private void runScenario(String name) throws IOException {
    commands.println(name);
    expectOk(name);
  }

  @TestFactory
  Stream<DynamicTest> onAClearWireNothingIsMissing() throws IOException {
    return captured(
        "clear", KernelReferee.CLEAR, List.of(MALFORMED, "tcp.analysis.ack_lost_segment"));
  }

  @TestFactory
  Stream<DynamicTest> onARoughWireNothingIsMalformed() throws IOException {
    return captured("rough", KernelReferee.ROUGH, List.of(MALFORMED));
  }

  @TestFactory
  Stream<DynamicTest> bulkArrivesWhole() {
    return KernelReferee.BULK.keySet().stream()
        .map(name -> DynamicTest.dynamicTest(name, () -> runScenario(name)));
  }

  private Stream<DynamicTest> captured(
      String group, Map<String, KernelReferee.Entry> entries, List<String> mustBeAbsent)
      throws IOException {
    Capture capture = new Capture(namespace, folder, group);
    List<DynamicTest> tests = new ArrayList<>();
    for (String name : entries.keySet()) {
      tests.add(DynamicTest.dynamicTest(name, () -> runScenario(name)));
    }
    tests.add(
        DynamicTest.dynamicTest(
            "the packet tool's verdict",
            () -> {
              capture.close();
              assertThat(capture.summary())
                  .containsPattern("received/dropped on interface '.*': \\d+/0 ");
              assertThat(capture.find("tcp")).hasSizeGreaterThan(1000);
              for (String filter : mustBeAbsent) {
                assertThat(capture.find(filter)).as(filter).isEmpty();
              }
            }));
    return tests.stream();
  }
}
