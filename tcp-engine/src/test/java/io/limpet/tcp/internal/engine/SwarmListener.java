package io.limpet.tcp.internal.engine;

import io.limpet.tcp.TcpConfig;
import java.net.BindException;

/** A port that is listened at, and how its application treats those who knock. */
final class SwarmListener {
  /** How requests are treated. */
  enum Manner {
    /** Taken at once. */
    PROMPT,
    /** Taken one by one, each after a while. */
    SLOW,
    /** Taken when the weather is over. */
    ABSENT,
    /** Every other one is refused. */
    MOODY
  }

  private final SwarmNode node;
  private final TcpListener listener;
  private final Manner manner;
  final int port;
  final int backlog;
  final boolean newestWins;
  final long openedNs;
  private boolean taking;
  private boolean refusesNext;
  boolean closed;

  SwarmListener(
      SwarmNode node, int port, int backlog, boolean newestWins, Manner manner, TcpConfig config)
      throws BindException {
    this.node = node;
    this.port = port;
    this.backlog = backlog;
    this.newestWins = newestWins;
    this.manner = manner;
    this.openedNs = node.world.nowNs;
    this.listener = node.endpoint.listen(port, backlog, newestWins, config);
    listener.setAttachment(this);
  }

  /** Somebody waits. */
  void onRequests() {
    if (node.world.calm || manner == Manner.PROMPT || manner == Manner.MOODY) {
      while (takeOne()) {
        // All of them.
      }
    } else if (manner == Manner.SLOW && !taking) {
      taking = true;
      node.world.at(node.world.random.nextLong(500 * SimNet.MS), node, this::takeLater);
    }
  }

  private void takeLater() {
    taking = false;
    if (takeOne() && listener.pending() > 0) {
      onRequests();
    }
  }

  private boolean takeOne() {
    TcpConnection request = closed ? null : listener.pollRequest();
    if (request == null) {
      return false;
    }
    SwarmApp app =
        new SwarmApp(node, (Connection) request, SwarmHabit.random(node.world.random), false);
    node.world.note(() -> app + " asks");
    SwarmVerdict.checkRequest(app);
    refusesNext = manner == Manner.MOODY && !refusesNext;
    if (refusesNext && !node.world.calm) {
      app.aborted = true;
      request.abort(node.nowNs());
    } else {
      request.accept(node.nowNs());
      app.start();
    }
    return true;
  }

  void close() {
    closed = true;
    listener.close(node.nowNs());
  }
}
