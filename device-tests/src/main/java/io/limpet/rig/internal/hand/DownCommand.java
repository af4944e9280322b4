package io.limpet.rig.internal.hand;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;

/** {@code limpet rig down}. */
@Command(name = "down", description = "End the rig, and all that runs on its laptops.")
final class DownCommand extends AskingCommand {
  private static final long PATIENCE_S = 30;

  /** Waits for it to have cleaned up. */
  @Override
  void answered(JsonNode result) {
    ProcessHandle.of(result.path("pid").asLong())
        .ifPresent(rig -> rig.onExit().completeOnTimeout(rig, PATIENCE_S, TimeUnit.SECONDS).join());
  }

  @Override
  String done() {
    return "the rig is down";
  }
}
