package io.limpet.rig.node;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.limpet.node.internal.control.ControlClient;
import io.limpet.node.internal.control.ControlException;
import io.limpet.rig.RigDevice;
import io.limpet.rig.RigProcess;
import io.limpet.rig.internal.cli.RigMain;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Nodes in processes of their own on the devices of a rig, each with a home folder. */
final class RigNodes {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Path folder;

  /** Their home folders are below this one, called as the devices are. */
  RigNodes(Path folder) {
    this.folder = folder;
  }

  /** Starts one, and waits until it answers. */
  RigProcess start(RigDevice device, String... options) {
    RigProcess process = begin(device, options);
    awaitUp(device);
    return process;
  }

  /** Starts one, and does not wait. */
  RigProcess begin(RigDevice device, String... options) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--home",
                folder.resolve(device.name()).toString(),
                "node",
                "--name",
                device.name(),
                "--interface",
                device.interfaceName(),
                "--no-mdns"));
    arguments.addAll(List.of(options));
    return device
        .javaCommand(
            List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx96m"),
            RigMain.class.getName(),
            arguments.toArray(String[]::new))
        .start();
  }

  /** Waits until it answers. */
  void awaitUp(RigDevice device) {
    await(device.name() + " is up").atMost(PATIENCE).until(() -> answers(device));
  }

  private boolean answers(RigDevice device) {
    try {
      return client(device).call("status", Map.of()).has("name");
    } catch (ControlException e) {
      return false;
    }
  }

  ControlClient client(RigDevice device) {
    return new ControlClient(folder.resolve(device.name()));
  }

  /** The way to its only peer. */
  String path(RigDevice device) throws ControlException {
    for (JsonNode peer : client(device).call("peers", Map.of())) {
      return peer.path("path").asText();
    }
    return "";
  }

  void awaitUnicast(RigDevice device) {
    await().atMost(PATIENCE).until(() -> path(device).equals("unicast"));
  }
}
