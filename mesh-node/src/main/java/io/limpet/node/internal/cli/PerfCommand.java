package io.limpet.node.internal.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.limpet.node.internal.control.ControlClient;
import io.limpet.node.internal.control.ControlException;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

@Command(
    name = "perf",
    description = "Measure against a peer that was started with --perf.",
    subcommands = {
      PerfCommand.Bulk.class,
      PerfCommand.Ping.class,
      PerfCommand.Connect.class,
      PerfCommand.Hold.class,
      PerfCommand.Received.class,
      PerfCommand.Cancel.class
    })
final class PerfCommand {
  @ParentCommand private @Nullable Limpet limpet;

  @Nullable Limpet parent() {
    return limpet;
  }

  /** One measurement. */
  abstract static class Measurement extends ClientCommand {
    @Parameters(paramLabel = "PEER", description = "A name, NAME#SHORTFORM, or an address.")
    String peer = "";
  }

  @Command(name = "bulk", description = "Send as fast as the path takes.")
  static final class Bulk extends Measurement {
    @Option(names = "--seconds", paramLabel = "N", description = "For how long (default 10).")
    private int seconds = 10;

    @Option(
        names = "--connections",
        paramLabel = "N",
        description = "At once, 1 to 1000 (default 1).")
    private int connections = 1;

    @Override
    ProgressLine progress() {
      return timed("sending to " + peer, seconds * 1000L);
    }

    @Override
    JsonNode ask(ControlClient client) throws ControlException {
      return client.call(
          "perf.bulk", Map.of("peer", peer, "seconds", seconds, "connections", connections));
    }

    @Override
    String text(JsonNode r) {
      return String.format(
          Locale.ROOT,
          "%.2f Mbit/s: %d bytes in %.2f s by %s",
          r.path("goodputBitsPerSecond").asDouble() / 1e6,
          r.path("bytes").asLong(),
          r.path("seconds").asDouble(),
          field(r, "carrier"));
    }
  }

  @Command(name = "ping", description = "Time round trips on one open connection.")
  static final class Ping extends Measurement {
    @Option(names = "--count", paramLabel = "N", description = "How many (default 100).")
    private int count = 100;

    @Option(names = "--size", paramLabel = "B", description = "Bytes in each (default 200).")
    private int size = 200;

    @Option(names = "--interval", paramLabel = "DURATION", description = "Default 50ms.")
    private Duration interval = Duration.ofMillis(50);

    @Override
    ProgressLine progress() {
      return timed("pinging " + peer, count * interval.toMillis());
    }

    @Override
    JsonNode ask(ControlClient client) throws ControlException {
      return client.call(
          "perf.ping",
          Map.of("peer", peer, "count", count, "size", size, "intervalMs", interval.toMillis()));
    }

    @Override
    String text(JsonNode r) {
      return r.path("received").asInt()
          + " of "
          + r.path("sent").asInt()
          + " came back, ms: "
          + distribution(r.path("rttMs"));
    }
  }

  @Command(name = "connect", description = "Time fresh connections to their first answer.")
  static final class Connect extends Measurement {
    @Option(names = "--count", paramLabel = "N", description = "How many (default 100).")
    private int count = 100;

    @Option(names = "--size", paramLabel = "B", description = "Bytes in each (default 200).")
    private int size = 200;

    @Option(
        names = "--interval",
        paramLabel = "DURATION",
        description = "Begin one each so often; without it one after the other.")
    private Duration interval = Duration.ZERO;

    @Option(names = "--timeout", paramLabel = "DURATION", description = "Of each; default 30s.")
    private Duration timeout = Duration.ofSeconds(30);

    @Override
    ProgressLine progress() {
      return timed("connecting to " + peer, count * interval.toMillis());
    }

    @Override
    JsonNode ask(ControlClient client) throws ControlException {
      return client.call(
          "perf.connect",
          Map.of(
              "peer",
              peer,
              "count",
              count,
              "size",
              size,
              "intervalMs",
              interval.toMillis(),
              "timeoutMs",
              timeout.toMillis()));
    }

    @Override
    String text(JsonNode r) {
      return r.path("succeeded").asInt()
          + " of "
          + r.path("attempted").asInt()
          + " were answered, ms: "
          + distribution(r.path("ms"));
    }
  }

  @Command(name = "hold", description = "Open many connections and leave them idle.")
  static final class Hold extends Measurement {
    @Option(names = "--count", paramLabel = "N", description = "How many (default 100).")
    private int count = 100;

    @Option(names = "--for", paramLabel = "DURATION", description = "Default 10s.")
    private Duration duration = Duration.ofSeconds(10);

    @Override
    ProgressLine progress() {
      return timed("connected to " + peer, duration.toMillis());
    }

    @Override
    JsonNode ask(ControlClient client) throws ControlException {
      return client.call(
          "perf.hold", Map.of("peer", peer, "count", count, "holdMs", duration.toMillis()));
    }

    @Override
    String text(JsonNode r) {
      return String.format(
          Locale.ROOT,
          "%d of %d were open after %.0f ms",
          r.path("opened").asInt(),
          r.path("attempted").asInt(),
          r.path("ms").asDouble());
    }
  }

  @Command(name = "received", description = "What peers' bulk and ping measurements sent here.")
  static final class Received extends ClientCommand {
    @Override
    JsonNode ask(ControlClient client) throws ControlException {
      return client.call("perf.received", none());
    }

    @Override
    String text(JsonNode flows) {
      TextTable table = new TextTable("test", "bytes", "seconds", "longest gap ms");
      for (JsonNode flow : flows) {
        table.row(
            field(flow, "mode"),
            field(flow, "bytes"),
            seconds(flow.path("lastNs").asLong() - flow.path("firstNs").asLong()),
            Long.toString(
                (flow.path("gapEndNs").asLong() - flow.path("gapStartNs").asLong()) / 1_000_000));
      }
      return table.toString();
    }

    private static String seconds(long nanos) {
      return String.format(Locale.ROOT, "%.2f", nanos / 1e9);
    }
  }

  @Command(name = "cancel", description = "Break off the measurements that this node makes.")
  static final class Cancel extends ClientCommand {
    @Override
    JsonNode ask(ControlClient client) throws ControlException {
      return client.call("perf.cancel", none());
    }

    @Override
    String text(JsonNode result) {
      return "broken off";
    }
  }

  private static String distribution(JsonNode d) {
    return String.format(
        Locale.ROOT,
        "min %.1f, p50 %.1f, p90 %.1f, p99 %.1f, max %.1f",
        d.path("min").asDouble(),
        d.path("p50").asDouble(),
        d.path("p90").asDouble(),
        d.path("p99").asDouble(),
        d.path("max").asDouble());
  }
}
