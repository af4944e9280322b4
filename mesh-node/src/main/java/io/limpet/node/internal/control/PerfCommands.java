package io.limpet.node.internal.control;

import com.fasterxml.jackson.databind.JsonNode;
import io.limpet.node.internal.perf.ConnectPlan;
import io.limpet.node.internal.perf.Dialer;
import io.limpet.node.internal.perf.PerfClient;
import io.limpet.node.internal.perf.PerfLog;
import io.limpet.node.internal.perf.PingPlan;
import io.limpet.node.internal.perf.StreamLog;
import io.limpet.node.internal.perf.StreamPlan;
import io.limpet.tcp.CloseReason;
import io.limpet.tcp.MeshConnectException;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.CompletionStage;

/** The commands that measure, on a node or on whatever it is compared with. */
public final class PerfCommands {
  /** Longer than any measurement goes on after its own time. */
  private static final long GRACE_MS = 120_000;

  private static final int MAX_COUNT = 1_000_000;
  private static final int MAX_BYTES = 60_000;
  private static final int MAX_MS = 3_600_000;

  private final PerfClient client = new PerfClient();
  private final PerfLog log;
  private final Peers peers;

  /** Finds the side that is measured against. */
  @FunctionalInterface
  public interface Peers {
    /** Returns how to open connections to the peer that a person named so. */
    Dialer dialer(String peer) throws ControlException;
  }

  /**
   * Commands that measure against these peers.
   *
   * @param log what other measuring sides have sent here
   */
  public PerfCommands(PerfLog log, Peers peers) {
    this.log = log;
    this.peers = peers;
  }

  /** Adds them. */
  public void addTo(ControlCommands commands) {
    commands.add("perf.bulk", this::bulk);
    commands.add("perf.ping", this::ping);
    commands.add("perf.connect", this::connect);
    commands.add("perf.hold", this::hold);
    commands.add("perf.stream", this::stream);
    commands.add(
        "perf.stop",
        (args, reply) -> {
          client.stopStreams();
          reply.result(Map.of());
        });
    commands.add("perf.arrivals", (args, reply) -> reply.result(log.streams().arrivals()));
    commands.add(
        "perf.cancel",
        (args, reply) -> {
          client.cancel();
          reply.result(Map.of());
        });
    commands.add("perf.received", (args, reply) -> reply.result(log.received()));
    commands.add(
        "perf.forget",
        (args, reply) -> {
          log.clear();
          reply.result(Map.of());
        });
  }

  private void bulk(JsonNode args, ControlServer.Reply reply) throws ControlException, IOException {
    int seconds = ControlArgs.number(args, "seconds", 10, 1, 3600);
    int connections = ControlArgs.number(args, "connections", 1, 1, 1000);
    reply.result(
        measured(
            args, client.bulk(dialer(args), seconds, connections), seconds * 1000L + GRACE_MS));
  }

  private void ping(JsonNode args, ControlServer.Reply reply) throws ControlException, IOException {
    int count = ControlArgs.number(args, "count", 100, 1, MAX_COUNT);
    long intervalMs = ControlArgs.number(args, "intervalMs", 50, 1, 60_000);
    long drainMs = ControlArgs.number(args, "drainMs", 60_000, 1, MAX_MS);
    PingPlan plan =
        new PingPlan(
            count,
            ControlArgs.number(args, "size", 200, 1, MAX_BYTES),
            intervalMs * 1_000_000,
            drainMs * 1_000_000,
            args.path("samples").asBoolean());
    reply.result(
        measured(args, client.ping(dialer(args), plan), count * intervalMs + drainMs + GRACE_MS));
  }

  private void connect(JsonNode args, ControlServer.Reply reply)
      throws ControlException, IOException {
    int count = ControlArgs.number(args, "count", 100, 1, MAX_COUNT);
    long intervalMs = ControlArgs.number(args, "intervalMs", 0, 0, 60_000);
    int timeoutMs = ControlArgs.number(args, "timeoutMs", 30_000, 1, MAX_MS);
    ConnectPlan plan =
        new ConnectPlan(
            count,
            ControlArgs.number(args, "size", 200, 1, MAX_BYTES),
            intervalMs * 1_000_000,
            timeoutMs,
            args.path("samples").asBoolean());
    long atMostMs = intervalMs == 0 ? (long) count * timeoutMs : count * intervalMs + timeoutMs;
    reply.result(measured(args, client.connect(dialer(args), plan), atMostMs + GRACE_MS));
  }

  /** Tells by an event when all are open, and ends when the time is up. */
  private void hold(JsonNode args, ControlServer.Reply reply) throws ControlException, IOException {
    int count = ControlArgs.number(args, "count", 100, 1, 16_000);
    long holdMs = ControlArgs.number(args, "holdMs", 10_000, 0, MAX_MS);
    PerfClient.Hold hold =
        measured(args, client.hold(dialer(args), count), count * 1000L + GRACE_MS);
    reply.event(hold);
    ControlCommands.pause(holdMs);
    client.cancel();
    reply.result(hold);
  }

  /** Ends when {@code perf.stop} has been called and everything has arrived, or by failing. */
  private void stream(JsonNode args, ControlServer.Reply reply)
      throws ControlException, IOException {
    int atMost = ControlArgs.number(args, "count", 3_000, 1, 90_000);
    long intervalMs = ControlArgs.number(args, "intervalMs", 20, 1, 60_000);
    StreamPlan plan =
        new StreamPlan(
            ControlArgs.number(args, "size", 64, StreamLog.STAMP_BYTES, 1024),
            intervalMs * 1_000_000,
            atMost,
            ControlArgs.number(args, "timeoutMs", 30_000, 1, MAX_MS));
    reply.result(measured(args, client.stream(dialer(args), plan), atMost * intervalMs + GRACE_MS));
  }

  private Dialer dialer(JsonNode args) throws ControlException {
    return peers.dialer(ControlArgs.required(args, "peer"));
  }

  private static <T> T measured(JsonNode args, CompletionStage<T> stage, long timeoutMs)
      throws ControlException {
    return measured(args.path("peer").asText(), stage, timeoutMs);
  }

  /** Waits for a measurement; who does not take part is told apart from what went wrong. */
  static <T> T measured(String peer, CompletionStage<T> stage, long timeoutMs)
      throws ControlException {
    try {
      return ControlCommands.await(stage, timeoutMs);
    } catch (ControlException e) {
      if (e.getCause() instanceof MeshConnectException refusal
          && refusal.reason() instanceof CloseReason.PortClosed) {
        throw ControlException.failed(peer + " does not run with --perf: nothing to measure with");
      }
      throw e;
    }
  }
}
