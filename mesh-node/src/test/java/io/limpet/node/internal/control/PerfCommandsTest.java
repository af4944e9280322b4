package io.limpet.node.internal.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.limpet.link.MeshAddress;
import io.limpet.tcp.CloseReason;
import io.limpet.tcp.MeshConnectException;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What a person is told when a measurement cannot be made. */
class PerfCommandsTest {

  private static ControlException measuring(Throwable failure) {
    try {
      PerfCommands.measured("elm", CompletableFuture.failedFuture(failure), 1000);
    } catch (ControlException e) {
      return e;
    }
    throw new AssertionError("it was measured");
  }

  private static MeshConnectException refused(CloseReason reason) {
    return new MeshConnectException(reason, new MeshAddress(0x2001_0020_0000_0000L, 1).at(5));
  }

  @Test
  void whoDoesNotTakePartIsSaidNotTo() {
    assertThat(measuring(refused(new CloseReason.PortClosed())))
        .hasMessage("elm does not run with --perf: nothing to measure with")
        .returns(1, ControlException::exitCode);
  }

  @Test
  void otherRefusalsAreToldAsTheyAre() {
    assertThat(measuring(refused(new CloseReason.BacklogFull())))
        .hasMessageContaining("backlog is full");
    assertThat(measuring(refused(new CloseReason.UnknownPeer())))
        .hasMessageContaining("never been heard");
    // A message proves nothing.
    assertThat(measuring(new IOException("nobody listens"))).hasMessage("nobody listens");
  }

  @Test
  void aResultIsOne() throws Exception {
    assertThat(PerfCommands.measured("elm", CompletableFuture.completedFuture(7), 1000))
        .isEqualTo(7);
    assertThatThrownBy(() -> PerfCommands.measured("elm", new CompletableFuture<>(), 1))
        .isInstanceOf(ControlException.class);
  }
}
