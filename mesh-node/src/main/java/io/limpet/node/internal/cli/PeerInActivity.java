package io.limpet.node.internal.cli;

import java.util.HashMap;
import java.util.Map;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Whom a command is about, and in which activity. */
final class PeerInActivity {
  @Parameters(paramLabel = "PEER", description = "A name, NAME#SHORTFORM, or an address.")
  private String peer = "";

  @Option(
      names = "--activity",
      required = true,
      paramLabel = "ID",
      description = "The activity: its title, or the end of its identifier.")
  private String activity = "";

  String peer() {
    return peer;
  }

  /** Returns the arguments to ask the node with; more may be added. */
  Map<String, Object> args() {
    return new HashMap<>(Map.of("peer", peer, "activity", activity));
  }
}
