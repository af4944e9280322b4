package io.limpet.node.internal.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.limpet.node.internal.control.ControlClient;
import io.limpet.node.internal.control.ControlException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import picocli.CommandLine.Command;

@Command(name = "stop", description = "Say goodbye and stop the node.")
final class StopCommand extends ClientCommand {
  private static final long STOP_TIMEOUT_S = 10;

  private boolean stillRunning;

  @Override
  JsonNode ask(ControlClient client) throws ControlException {
    JsonNode answer = client.call("stop", none());
    // Whoever starts a node next wants this one gone.
    ProcessHandle.of(answer.path("pid").asLong(0))
        .ifPresent(
            node -> {
              try {
                node.onExit().get(STOP_TIMEOUT_S, TimeUnit.SECONDS);
              } catch (ExecutionException | TimeoutException e) {
                stillRunning = true;
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    return answer;
  }

  @Override
  String text(JsonNode result) {
    return stillRunning ? "still stopping" : "stopped";
  }
}
