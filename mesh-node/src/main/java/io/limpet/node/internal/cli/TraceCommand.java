package io.limpet.node.internal.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.limpet.node.internal.control.ControlClient;
import io.limpet.node.internal.control.ControlException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "trace",
    description =
        "Write the TCP headers of this node's connections into a new file, for Wireshark and tcpdump,"
            + " until interrupted.")
final class TraceCommand extends ClientCommand {
  @Parameters(paramLabel = "FILE", description = "A pcapng file that does not exist yet.")
  private Path file = Path.of("");

  @Option(names = "--peer", paramLabel = "PEER", description = "Only what goes to and comes from.")
  private @Nullable String peer;

  @Option(names = "--seconds", paramLabel = "N", description = "Stop by itself, 1 to 86400.")
  private @Nullable Integer seconds;

  @Option(
      names = "--snap",
      paramLabel = "BYTES",
      description =
          "Keep so much of the data of each segment beside its headers, 0 to 65535 (default 0: what"
              + " is said stays private).")
  private int snap;

  @Option(
      names = "--megabytes",
      paramLabel = "N",
      description = "Stop before the file is larger, 1 to 4096 (default 64).")
  private int megabytes = 64;

  private boolean begun;

  @Override
  @Nullable ProgressLine progress() {
    return seconds == null ? null : timed("tracing", seconds * 1000L);
  }

  @Override
  JsonNode ask(ControlClient client) throws ControlException {
    Map<String, Object> args = new HashMap<>();
    args.put("file", file.toAbsolutePath().toString());
    args.put("snap", snap);
    args.put("megabytes", megabytes);
    if (peer != null) {
      args.put("peer", peer);
    }
    if (seconds != null) {
      args.put("seconds", seconds);
    }
    return client.call("trace", args, event -> sayBegun());
  }

  /** Of the node's signs of life the first: from now on nothing is missed. */
  private void sayBegun() {
    if (seconds == null && !begun && !isJson()) {
      out().println("tracing into " + file + " until interrupted");
    }
    begun = true;
  }

  @Override
  String text(JsonNode r) {
    long dropped = r.path("dropped").asLong();
    return r.path("segments").asLong()
        + " segments in "
        + field(r, "file")
        + (dropped == 0 ? "" : "; " + dropped + " more came faster than they could be written")
        + (r.path("full").asBoolean() ? "; it is full" : "");
  }
}
