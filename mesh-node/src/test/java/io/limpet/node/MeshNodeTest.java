package io.limpet.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Starting and stopping a node, from any thread. */
@Timeout(60)
class MeshNodeTest {
  @TempDir Path home;
  private final Air air = new Air();

  private CompletableFuture<MeshNode> starting() throws Exception {
    return MeshNode.builder(home, "oak").radio(air.radio()).startAsync().toCompletableFuture();
  }

  @Test
  void itIsStoppedOnItsOwnEventLoopAndStartedAgainAtTheSameAddress() throws Exception {
    MeshNode first = starting().get(30, TimeUnit.SECONDS);
    assertThat(first.address()).isEqualTo(first.link().localAddress());
    CompletableFuture<CompletableFuture<Void>> stopping = new CompletableFuture<>();
    first.link().eventLoop().execute(() -> stopping.complete(first.stop().toCompletableFuture()));
    stopping.get(10, TimeUnit.SECONDS).get(30, TimeUnit.SECONDS);
    assertThat(first.link().eventLoop().isShuttingDown()).isTrue();
    first.close(); // done already
    assertThat(first.stop().toCompletableFuture()).isDone();

    MeshNode second = starting().get(30, TimeUnit.SECONDS);
    assertThat(second.address()).isEqualTo(first.address());
    second.close();
    assertThat(second.stop().toCompletableFuture()).isDone();
  }

  @Test
  void closingOnTheEventLoopDoesNotWait() throws Exception {
    MeshNode node = starting().get(30, TimeUnit.SECONDS);
    CompletableFuture<Void> returned = new CompletableFuture<>();
    node.link()
        .eventLoop()
        .execute(
            () -> {
              node.close();
              returned.complete(null);
            });
    returned.get(10, TimeUnit.SECONDS);
    node.stop().toCompletableFuture().get(30, TimeUnit.SECONDS);
  }

  @Test
  void whatIsWrongIsOneLine() throws Exception {
    Files.writeString(home.resolve("identity.pem"), "not a key");
    Throwable failure = catchThrowable(() -> starting().get(30, TimeUnit.SECONDS));
    assertThat(failure).isInstanceOf(ExecutionException.class);
    assertThat(failure.getCause()).isInstanceOf(NodeException.class);
    assertThat(failure.getCause().getMessage()).contains("identity.pem").doesNotContain("\n");
  }
}
