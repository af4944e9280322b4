package io.limpet.rig.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.limpet.node.internal.control.ControlException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** Two nodes whose interfaces say 1500 bytes, and something between them that passes less. */
@Tag("kernel")
@Timeout(120)
@EnabledIf(value = "isRoot", disabledReason = "needs root to make network namespaces")
class NarrowPathTest {
  private static final Duration PATIENCE = Duration.ofSeconds(40);
  private static final int NARROW_MTU = 1400;

  @TempDir Path folder;

  private final List<NodeUnderTest> nodes = new ArrayList<>();
  private Cable cable;
  private NodeUnderTest oak;
  private NodeUnderTest elm;

  static boolean isRoot() {
    return "root".equals(System.getProperty("user.name"));
  }

  @BeforeEach
  void plugIn() throws IOException, InterruptedException {
    cable = Cable.throughSwitches();
  }

  @AfterEach
  void unplug() throws IOException {
    try {
      for (NodeUnderTest node : nodes) {
        node.close();
      }
    } finally {
      cable.close();
    }
  }

  private void startNodes() throws IOException {
    oak = NodeUnderTest.start(cable.left, folder.resolve("oak"), "oak", "--perf");
    nodes.add(oak);
    elm = NodeUnderTest.start(cable.right, folder.resolve("elm"), "elm", "--perf");
    nodes.add(elm);
    await().atMost(PATIENCE).until(() -> oak.peer("elm").path("path").asText().equals("unicast"));
    await().atMost(PATIENCE).until(() -> elm.peer("oak").path("path").asText().equals("unicast"));
  }

  private CompletableFuture<JsonNode> bulk(int seconds) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return oak.call("perf.bulk", Map.of("peer", "elm", "seconds", seconds));
          } catch (ControlException e) {
            throw new CompletionException(e);
          }
        });
  }

  /** The MTU of the unicast paths that is the smaller one. */
  private int mtu() throws ControlException {
    int least = Integer.MAX_VALUE;
    for (JsonNode link : oak.call("links")) {
      if (link.path("direction").asText().equals("out")
          && link.path("carrier").asText().startsWith("UNICAST")) {
        least = Math.min(least, link.path("mtuBytes").asInt());
      }
    }
    return least;
  }

  private long longestGapMs() throws ControlException {
    JsonNode received = elm.call("perf.received");
    assertThat(received).hasSize(1);
    JsonNode stream = received.get(0);
    long gapNs = stream.path("gapEndNs").asLong() - stream.path("gapStartNs").asLong();
    return TimeUnit.NANOSECONDS.toMillis(gapNs);
  }

  @Test
  void aStreamOverANarrowPathNeverStallsAndTheSizeIsFound() throws Exception {
    cable.narrow(NARROW_MTU);
    startNodes();
    JsonNode sent = bulk(5).get(30, TimeUnit.SECONDS);

    long gapMs = longestGapMs();
    System.out.printf(
        "MTU 1400 from the start: gap %d ms, %.0f Mbit/s, found %d%n",
        gapMs, sent.path("goodputBitsPerSecond").asDouble() / 1e6, mtu());
    assertThat(gapMs).isLessThan(1_000);
    assertThat(sent.path("bytes").asLong()).isGreaterThan(1_000_000);
    assertThat(mtu()).isBetween(NARROW_MTU - 20, NARROW_MTU);
  }

  @Test
  void aPathThatNarrowsUnderAStreamStallsItForLessThanASecond() throws Exception {
    startNodes();
    CompletableFuture<JsonNode> running = bulk(8);
    await().atMost(PATIENCE).until(() -> mtu() == 1500);
    cable.narrow(NARROW_MTU);
    await().atMost(Duration.ofSeconds(5)).until(() -> mtu() <= NARROW_MTU);
    JsonNode sent = running.get(30, TimeUnit.SECONDS);

    long gapMs = longestGapMs();
    System.out.printf(
        "1500 -> 1400: gap %d ms, %.0f Mbit/s, found %d%n",
        gapMs, sent.path("goodputBitsPerSecond").asDouble() / 1e6, mtu());
    assertThat(gapMs).isBetween(1L, 1_000L);
    assertThat(mtu()).isBetween(NARROW_MTU - 20, NARROW_MTU);
    assertThat(oak.peer("elm").path("path").asText()).isEqualTo("unicast");
  }
}
