package io.limpet.rig.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/**
 * A stream over the kernel's own interfaces while something happens to those. What counts is what
 * the receiving application reads, and when. The figures are printed.
 */
@Tag("kernel")
@Tag("streams")
@EnabledIf(value = "isRoot", disabledReason = "needs root to make network namespaces")
@Timeout(180)
abstract class StreamOverKernels {
  static final int EVERY_MS = 10;

  /** How long the stream goes on after a change, and how much of that is looked at for pauses. */
  static final int AFTER_MS = 2_500;

  static final int LOOKED_AT_MS = 2_200;

  @TempDir Path folder;

  Networks net;
  StreamUnderTest anna;
  StreamUnderTest bert;

  static boolean isRoot() {
    return "root".equals(System.getProperty("user.name"));
  }

  void build(int hosts, int networks, boolean ipv6) throws Exception {
    net = new Networks(hosts, networks, ipv6);
  }

  void startBoth() throws IOException {
    anna = new StreamUnderTest(net.host(0), folder.resolve("anna"), "anna");
    bert = new StreamUnderTest(net.host(1), folder.resolve("bert"), "bert");
    StreamUnderTest.awaitReady(anna, bert);
  }

  void stream(String... confirmed) {
    anna.tell("stream bert " + EVERY_MS + " 100");
    await().atMost(Duration.ofSeconds(40)).until(() -> bert.received() > 1_000);
    anna.awaitConfirmed(confirmed);
    bert.awaitConfirmed(confirmed);
  }

  @AfterEach
  void tearDown() throws IOException {
    List<StreamUnderTest> nodes = Stream.of(anna, bert).filter(Objects::nonNull).toList();
    nodes.forEach(StreamUnderTest::quit);
    nodes.forEach(StreamUnderTest::close);
    if (net != null) {
      net.close();
    }
  }

  static long now() {
    return System.currentTimeMillis();
  }

  void run(long ms) {
    long until = now() + ms;
    await().atMost(Duration.ofMillis(ms + 5_000)).until(() -> now() >= until);
  }

  /** Returns the name of the interface by which anna reaches bert. */
  static String carrying(StreamUnderTest node) {
    List<StreamUnderTest.Told> changes = node.since(0, "PathChanged", "to=UNICAST");
    return changes.get(changes.size() - 1).rest().replaceAll(".*interfaceName=(\\w+).*", "$1");
  }

  static int networkOf(String device) {
    return Integer.parseInt(device.substring(1));
  }

  void assertPause(String what, long fromMs, long lengthMs, long atMostMs) {
    long pauseMs = bert.pauseMs(fromMs, fromMs + lengthMs);
    System.out.println("limpet.figure " + what + ": " + pauseMs + " ms");
    assertThat(pauseMs).as(what + ": longest pause in ms" + anna + bert).isLessThan(atMostMs);
  }

  void assertNothingLost() {
    long sent = anna.stop();
    await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(() -> assertThat(bert.received()).isEqualTo(sent));
    assertThat(anna.all("broken")).as(anna.toString()).isEmpty();
    assertThat(bert.ask("received")).endsWith(" 1"); // one connection
  }
}
