package io.limpet.tcp.internal.engine;

import io.limpet.tcp.CloseReason;
import io.limpet.tcp.TcpState;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Whether what became of a connection is explained by what happened to it. */
final class SwarmVerdict {
  /** Silence that even mere loss explains: a few timeouts, or the probes of an idle connection. */
  private static final long SHORT_NS = 5 * SimNet.SECOND;

  private SwarmVerdict() {}

  /** Returns what is wrong with a reason, or null if it is the truth. */
  static @Nullable String unexplained(SwarmApp app, CloseReason reason) {
    if (app.node.shutDownNs >= app.openedNs) {
      return reason instanceof CloseReason.LocalAbort ? null : notBefore(app, reason);
    }
    return notBefore(app, reason);
  }

  private static @Nullable String notBefore(SwarmApp app, CloseReason reason) {
    SwarmNode remote = app.world.node(app.connection.peer());
    boolean restarted = remote.restartedNs >= app.openedNs;
    SwarmApp other = app.counterpart();
    if (reason instanceof CloseReason.Graceful) {
      return graceful(app, other);
    }
    if (reason instanceof CloseReason.LocalAbort) {
      boolean late = app.closeCalled && other != null && other.written > app.received;
      // Section 3.10.4: an active open that is closed before it is answered is forgotten.
      boolean gaveUp = app.closeCalled && !app.connected && app.written == 0;
      return app.aborted || app.threwAway || late || gaveUp ? null : "nobody here aborted";
    }
    if (reason instanceof CloseReason.PeerRestarted) {
      boolean told = app.node.learnedNs(remote) >= app.openedNs;
      return restarted || told ? null : "it has not";
    }
    if (reason instanceof CloseReason.PeerReset) {
      return restarted || !isAlive(app, remote) ? null : "the peer's connection lives";
    }
    if (reason instanceof CloseReason.UserTimeout timeout) {
      return timedOut(app, other, timeout.afterNs());
    }
    SwarmListener listener = listener(app, remote);
    if (reason instanceof CloseReason.PortClosed) {
      boolean open = listener != null && listener.openedNs < app.openedNs;
      return !restarted && open ? "somebody listens" : null;
    }
    if (reason instanceof CloseReason.BacklogFull) {
      boolean same = listener != null && listener.openedNs < app.openedNs;
      return same && askedFor(app.world, remote, listener.port) <= listener.backlog
          ? "there was room for all who ever asked"
          : null;
    }
    if (reason instanceof CloseReason.Replaced) {
      return app.world.anyNewestWins ? null : "no listener prefers the newest";
    }
    return "never heard of";
  }

  private static @Nullable String graceful(SwarmApp app, @Nullable SwarmApp other) {
    Tcb tcb = app.connection.tcb;
    if (!app.outputClosed) {
      return "this side has not closed";
    }
    if (tcb.bytesAcked != app.written) {
      return "of " + app.written + " bytes the peer has but " + tcb.bytesAcked;
    }
    if (other != null && tcb.peerFinReceived && !other.outputClosed) {
      return "the peer has not closed";
    }
    return tcb.peerFinReceived || app.closeCalled ? null : "the peer's end was not seen";
  }

  /** Whether the other end's connection, and not merely one on the same ports, goes on. */
  private static boolean isAlive(SwarmApp app, SwarmNode remote) {
    Tcb mine = app.connection.tcb;
    for (SwarmApp other : app.world.apps) {
      Tcb tcb = other.connection.tcb;
      boolean same = other.node == remote && tcb.irs == mine.iss;
      if (same && other.isOver() && other.connection.remotePort() == app.connection.localPort()) {
        // One that lives now began with a copy of the request that was answered by a reset.
        return false;
      }
    }
    FlowKey key =
        new FlowKey(app.node.address, app.connection.remotePort(), app.connection.localPort());
    Connection there = remote.engine().flows.get(key);
    if (there == null || there.state() == TcpState.CLOSED) {
      return false;
    }
    Tcb theirs = there.tcb;
    return theirs.irs == mine.iss && (mine.irs == 0 || mine.irs == theirs.iss);
  }

  private static @Nullable String timedOut(SwarmApp app, @Nullable SwarmApp other, long silentNs) {
    SwarmWeather weather = app.world.weather;
    long sinceNs = app.world.nowNs - silentNs;
    if (weather.lastSevereNs >= sinceNs
        || (silentNs < SHORT_NS + app.connection.tcb.keepAliveNs
            && weather.lastRoughNs >= sinceNs)) {
      return null;
    }
    if (2 * app.connection.tcb.rtt.rtoNs() > silentNs) {
      // Outages before have taught it to wait longer than the application will.
      return null;
    }
    boolean answered = other != null && other.accepted && !other.isOver();
    return answered ? "there was no such weather" : null;
  }

  private static @Nullable SwarmListener listener(SwarmApp app, SwarmNode remote) {
    for (SwarmListener listener : remote.listeners) {
      if (listener.port == app.connection.remotePort() && !listener.closed) {
        return listener;
      }
    }
    return null;
  }

  private static long askedFor(SwarmWorld world, SwarmNode at, int port) {
    return world.apps.stream()
        .filter(a -> a.active && a.connection.remotePort() == port)
        .filter(a -> a.connection.peer().equals(at.address))
        .count();
  }

  /**
   * A request is somebody's, and is not handed out twice: copies of a SYN that had its connection
   * are told from another request.
   */
  static void checkRequest(SwarmApp app) {
    SwarmWorld world = app.world;
    SwarmApp asking = app.counterpart();
    boolean asked = asking != null && asking.active;
    world.check(asked || app.node.hasLeapt(), app, "a request that nobody made");
    for (SwarmApp before : world.apps) {
      boolean same =
          before != app
              && before.accepted
              && !before.active
              && before.node == app.node
              && Objects.equals(before.connection.tcb.key, app.connection.tcb.key)
              && before.connection.tcb.irs == app.connection.tcb.irs;
      boolean forgot =
          app.node.restartedNs >= before.openedNs || app.node.leaptNs >= before.openedNs;
      long agoNs = world.nowNs - before.endedNs;
      if (same && !forgot && agoNs < 2 * app.node.config.maxSegmentLifetimeNs()) {
        world.check(false, app, "asked a second time, after %s", before);
      }
    }
  }
}
