package io.limpet.node.internal.sockets;

import com.fasterxml.jackson.databind.JsonNode;
import io.limpet.link.KernelSocket.State;
import io.limpet.node.internal.sockets.SocketFacts.Age;
import io.limpet.node.internal.sockets.SocketFacts.Effort;
import io.limpet.node.internal.sockets.SocketFacts.End;
import io.limpet.node.internal.sockets.SocketFacts.Retry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Makes facts of what a node answers to {@code connections}. Pure. */
final class MeshFacts {
  private static final int MOST_DOUBLINGS = 16;

  private MeshFacts() {}

  /** Returns what is known of each connection. */
  static List<SocketFacts> of(JsonNode connections) {
    List<SocketFacts> all = new ArrayList<>();
    connections.forEach(connection -> all.add(facts(connection)));
    return all;
  }

  private static SocketFacts facts(JsonNode c) {
    // Of its own connections a node knows since when they are as they are.
    Duration age = ms(c.path("stateMs").asDouble());
    String name = c.path("name").asText("");
    String peer = c.path("peer").asText();
    return new SocketFacts(
        new SocketFacts.Mesh(
            peer,
            c.path("rttMs").asDouble(),
            c.path("rtoMs").asDouble(),
            c.path("segmentsRetransmitted").asLong()),
        state(c.path("state").asText()),
        new End("mesh", c.path("localPort").asInt()),
        new End(name.isEmpty() ? peer : name, c.path("remotePort").asInt()),
        "this node",
        true,
        false,
        false,
        c.path("unreadBytes").asLong(),
        c.path("unacknowledgedBytes").asLong(),
        retry(c),
        new Age(age, age),
        null,
        null,
        null);
  }

  private static Retry retry(JsonNode c) {
    int tries = c.path("timeoutsInARow").asInt();
    if (tries > 0) {
      double rtoMs = c.path("rtoMs").asDouble();
      long parts = (1L << Math.min(tries, MOST_DOUBLINGS)) - 1;
      return new Retry(Effort.SEND, tries, ms(rtoMs * parts / (parts + 1)), null);
    }
    boolean closed =
        c.path("peerWindowBytes").asLong(1) == 0 && c.path("unacknowledgedBytes").asLong() > 0;
    return closed && state(c.path("state").asText()) != State.SYN_SENT
        ? new Retry(Effort.PROBE_WINDOW, 1, Duration.ZERO, null)
        : Retry.NONE;
  }

  private static State state(String name) {
    try {
      return State.valueOf(name);
    } catch (IllegalArgumentException e) {
      return State.CLOSED;
    }
  }

  private static Duration ms(double ms) {
    return Duration.ofNanos(Math.round(ms * 1e6));
  }
}
