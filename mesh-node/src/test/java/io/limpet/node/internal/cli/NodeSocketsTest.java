package io.limpet.node.internal.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A node's connections among the kernel's sockets. */
@Tag("kernel")
@Timeout(60)
class NodeSocketsTest {
  private static final Duration SOON = Duration.ofSeconds(20);

  @TempDir Path folder;

  @Test
  void theMeshConnectionsOfARunningNodeStandBesideTheKernels() throws Exception {
    try (OakAndElm mesh = new OakAndElm(folder, node -> node.perf(true))) {
      mesh.start("oak");
      mesh.start("elm");
      mesh.awaitMeeting("oak");
      CompletableFuture<Said> holding =
          CompletableFuture.supplyAsync(
              () -> mesh.as("oak", "perf", "hold", "elm", "--count", "3", "--for", "2s"));
      await()
          .atMost(SOON)
          .untilAsserted(
              () -> {
                JsonNode all = mesh.as("oak", "sockets", "--program", "mesh", "--json").json();
                assertThat(all).hasSize(3);
                assertThat(all)
                    .allSatisfy(
                        socket -> {
                          assertThat(socket.path("kind").asText()).isEqualTo("mesh");
                          assertThat(socket.path("state").asText()).isEqualTo("ESTABLISHED");
                          assertThat(socket.path("name").asText()).isEqualTo("elm");
                          assertThat(socket.path("verdict").asText()).isEqualTo("NORMAL");
                          assertThat(socket.path("remote").asText()).startsWith("[2001:2");
                          assertThat(socket.path("atLeastMs").asLong()).isNotNegative();
                          assertThat(socket.path("pid").isNull()).isTrue();
                        });
              });
      Said told = mesh.as("oak", "sockets", "--program", "mesh");
      assertThat(told.out())
          .contains("0 kernel sockets, 3 mesh connections: all as they should be")
          .contains("ESTABLISHED (3):", "mesh:", "elm:", "this node");
      assertThat(holding.join().exit()).isZero();
    }
  }
}
