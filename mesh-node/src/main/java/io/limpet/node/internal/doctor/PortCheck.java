package io.limpet.node.internal.doctor;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;

/** Whether the port of the groups is free for a node, or has one. */
final class PortCheck implements Check {
  private static final String NAME = "port";

  private final int port;

  PortCheck(int port) {
    this.port = port;
  }

  @Override
  public List<Finding> examine(Facts facts) {
    List<Facts.Socket> holders =
        facts.udpSockets().stream().filter(socket -> socket.port() == port).toList();
    if (holders.isEmpty()) {
      return List.of(Finding.ok(NAME, "UDP port " + port + " is free"));
    }
    long node = facts.ask("status").map(PortCheck::pid).orElse(0L);
    Optional<Facts.Socket> other =
        holders.stream().filter(socket -> socket.pid() != node || node == 0).findFirst();
    if (other.isEmpty()) {
      return List.of(Finding.ok(NAME, "UDP port " + port + " is this node's"));
    }
    String who = SocketsTable.owner(other.get());
    if (facts.canShare(port)) {
      return List.of(
          Finding.ok(NAME, "UDP port " + port + " is shared with " + who + ", maybe another node"));
    }
    return List.of(
        Finding.problem(
            NAME,
            "UDP port " + port + " is taken by " + who + ", which does not share it",
            "end that program, or choose another port for all nodes of the mesh with --port"));
  }

  private static long pid(JsonNode status) {
    return status.path("pid").asLong(0);
  }
}
