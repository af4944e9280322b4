package io.limpet.tcp.internal.engine;

import io.limpet.tcp.TcpState;
import io.limpet.tcp.internal.buffer.ChunkPool;
import io.limpet.tcp.internal.snd.SentSegment;
import io.limpet.tcp.internal.wire.SeqNum;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What must hold of an endpoint and all its connections whenever it has had its turn. */
final class SwarmAudit {
  /** Chunks that a connection may hold when there is no memory left. */
  private static final int FLOOR_CHUNKS = 10;

  /** What one write may take while there is enough left for more. */
  private static final int LARGEST_WRITE = 64 << 10;

  private SwarmAudit() {}

  /** Throws if anything is wrong. */
  static void check(SwarmNode node) {
    check(node.engine(), node.refusedLast);
    memory(node, node.engine());
  }

  /** Throws if anything is wrong with connections and what they share. */
  static void check(Endpoint endpoint, boolean blocked) {
    Map<SendControl, Long> flights = new HashMap<>();
    for (Connection c : endpoint.flows.values()) {
      require(c.state() != TcpState.CLOSED, c, "closed, and not forgotten");
      require(endpoint.flows.get(c.tcb.key) == c, c, "under another's key");
      numbers(c);
      timers(c, endpoint);
      if (!blocked) {
        outcome(c);
      }
      flights.merge(c.tcb.control, c.tcb.scoreboard.bytesInFlight(), Long::sum);
    }
    flights.forEach((control, bytes) -> control(control, bytes, endpoint, blocked));
    require(blocked || endpoint.transmitQueue.isEmpty(), null, "something is left to send");
    require(blocked || endpoint.resets.isEmpty(), null, "a reset is left to send");
  }

  private static void numbers(Connection c) {
    Tcb tcb = c.tcb;
    tcb.scoreboard.checkInvariants();
    require(SeqNum.le(tcb.sndUna, tcb.sndNxt), c, "SND.UNA beyond SND.NXT");
    require(SeqNum.le(tcb.sndNxt, tcb.sndMax), c, "SND.NXT beyond the highest sent");
    require(tcb.sndMax - tcb.sndNxt <= 1, c, "more than a probe beyond SND.NXT");
    SentSegment first = tcb.scoreboard.first();
    SentSegment last = tcb.scoreboard.last();
    if (first == null || last == null) {
      require(tcb.sndUna == tcb.sndNxt, c, "sent, and not on the scoreboard");
    } else {
      require(first.seq == tcb.sndUna, c, "the scoreboard does not begin at SND.UNA");
      require(last.endSeq == tcb.sndNxt, c, "the scoreboard does not end at SND.NXT");
    }
    int acknowledged = tcb.sndUna == tcb.iss ? 1 : 0;
    int data = tcb.sendBuffer.endSeq() - (tcb.sndUna + acknowledged);
    boolean finAcked = tcb.finSent && tcb.sndUna == tcb.sndNxt;
    require(tcb.sendBuffer.size() == data + (finAcked ? 1 : 0), c, "SND.UNA is not what is kept");
    require(tcb.rcv.acceptableWindow() >= 0, c, "a negative window");
    require(tcb.rcv.readable() >= 0, c, "less than nothing to read");
  }

  /** What is outstanding has a timer: nothing waits for ever. */
  private static void timers(Connection c, Endpoint endpoint) {
    Tcb tcb = c.tcb;
    TimerTable timers = tcb.timers;
    long next = timers.next();
    require((c.deadlineIndex < 0) == (next == TimerTable.NONE), c, "deadline lost or left");
    require(next == TimerTable.NONE || c.deadlineNs == next, c, "another deadline");
    require(next == TimerTable.NONE || endpoint.nextDeadlineNs() - next <= 0, c, "called too late");
    if (tcb.state == TcpState.TIME_WAIT
        || (tcb.state == TcpState.FIN_WAIT_2 && tcb.applicationClosed)) {
      require(timers.isSet(TimerKind.TIME_WAIT), c, "stays for ever");
    }
    if (tcb.passive && !tcb.accepted) {
      require(timers.isSet(TimerKind.USER_TIMEOUT), c, "a request waits for ever");
    }
    if (tcb.scoreboard.packetsOut() > 0) {
      require(
          timers.isSet(TimerKind.REXMT) || timers.isSet(TimerKind.PERSIST),
          c,
          "in flight without a timer");
      require(timers.isSet(TimerKind.USER_TIMEOUT), c, "in flight without an end");
      require(tcb.suspect || timers.isSet(TimerKind.SUSPECT), c, "nobody becomes suspicious");
    }
    if (tcb.keepAliveNs > 0 && tcb.isSynchronized() && tcb.state != TcpState.TIME_WAIT) {
      require(timers.isSet(TimerKind.KEEPALIVE), c, "not kept alive");
    }
  }

  /** What may be sent was sent; what may not has something that will let it. */
  private static void outcome(Connection c) {
    Tcb tcb = c.tcb;
    if (!tcb.accepted) {
      return;
    }
    require(tcb.sndNxt != tcb.iss, c, "no SYN was sent");
    require(!tcb.ackNow || tcb.state == TcpState.SYN_SENT, c, "no acknowledgement was sent");
    boolean fin = tcb.finQueued && !tcb.finSent;
    boolean ready = tcb.state == TcpState.ESTABLISHED || tcb.state == TcpState.CLOSE_WAIT;
    if (ready && tcb.scoreboard.packetsOut() == 0 && (tcb.unsentBytes() > 0 || fin)) {
      require(
          tcb.timers.isSet(TimerKind.PERSIST) || c.waitsForTurn, c, "something waits for nothing");
    }
    require(!fin || ready || !tcb.isSynchronized(), c, "a FIN that will never be sent");
    require(!c.handedOut || !c.hasEvents() || c.queuedForAttention, c, "an event nobody hears of");
  }

  private static void control(
      SendControl control, long inFlight, Endpoint endpoint, boolean blocked) {
    require(control.flight.bytes() == inFlight, null, "flight of all is not the sum of each");
    ArrayDeque<Connection> waiting = control.waiting;
    Set<Connection> seen = new HashSet<>();
    for (Connection c : waiting) {
      require(endpoint.flows.get(c.tcb.key) == c, c, "dead, and waits for its turn");
      require(seen.add(c) && c.waitsForTurn && c.tcb.control == control, c, "waits strangely");
    }
    for (Connection c : endpoint.flows.values()) {
      require(
          c.tcb.control != control || c.waitsForTurn == seen.contains(c), c, "waits, it thinks");
    }
    Connection head = waiting.peek();
    if (head != null && !blocked) {
      require(
          head.tcb.timers.isSet(TimerKind.PACING) || inFlight > 0,
          head,
          "its turn will never come");
    }
  }

  private static void memory(SwarmNode node, Endpoint endpoint) {
    long held = 0;
    long lastWords = 0;
    Set<Connection> counted = new HashSet<>(endpoint.flows.values());
    for (SwarmApp app : node.world.apps) {
      if (app.node == node && !app.isForgotten()) {
        counted.add(app.connection);
        lastWords += app.habit.lastWords() ? app.connection.sendBufferBytes() : 0;
      }
    }
    for (Connection c : counted) {
      held += c.tcb.sendBuffer.heldBytes() + c.tcb.rcv.heldBytes();
    }
    require(
        endpoint.pool.heldBytes() == held,
        null,
        "chunks are held by nobody: " + endpoint.pool.heldBytes() + " not " + held);
    long floor = (long) counted.size() * FLOOR_CHUNKS * ChunkPool.CHUNK_BYTES;
    require(
        held <= node.config.bufferBudgetBytes() + LARGEST_WRITE + floor + lastWords,
        null,
        "beyond the budget: " + held + " by " + counted);
  }

  /** Nothing may be left when all connections are over. */
  static void checkEmpty(SwarmNode node) {
    Endpoint endpoint = node.engine();
    require(endpoint.flows.isEmpty(), null, "connections are left: " + endpoint.flows.values());
    require(endpoint.pool.heldBytes() == 0, null, "chunks are left: " + endpoint.pool.heldBytes());
    require(endpoint.nextDeadlineNs() == SimNet.NEVER, null, "a timer is left");
    require(endpoint.transmitQueue.isEmpty(), null, "something is left to send");
    require(endpoint.resets.isEmpty(), null, "a reset is left");
    require(endpoint.pollReady() == null, null, "an event is left");
    for (SwarmNode peer : node.world.swarm) {
      PeerPath path = endpoint.paths.of(peer.address);
      require(path.connections == 0, null, "a path thinks that it has connections");
      SendControl control = path.control;
      if (control != null) {
        require(control.flight.bytes() == 0, null, "bytes in flight are left");
        require(control.waiting.isEmpty(), null, "somebody dead waits for a turn");
      }
    }
    for (Listener listener : endpoint.listeners.values()) {
      require(listener.pending() == 0 && listener.hasRoom(null), null, "requests are left");
    }
  }

  private static void require(boolean holds, @Nullable Connection c, String otherwise) {
    if (!holds) {
      throw new AssertionError(c == null ? otherwise : otherwise + ": " + describe(c));
    }
  }

  static String describe(Connection c) {
    Tcb tcb = c.tcb;
    StringBuilder timers = new StringBuilder();
    for (TimerKind kind : TimerKind.values()) {
      if (tcb.timers.isSet(kind)) {
        timers.append(' ').append(kind);
      }
    }
    SendControl control = tcb.control;
    return String.format(
        "%s [flight %d of %d at %d B/s, waiting %s] una+%d nxt+%d max+%d wnd %d out %d lost %d unsent %d%s%s,"
            + " timers%s",
        c,
        control.flight.bytes(),
        control.cc.windowBytes(),
        control.cc.pacingRateBytesPerSecond(),
        control.waiting,
        tcb.sndUna - tcb.iss,
        tcb.sndNxt - tcb.iss,
        tcb.sndMax - tcb.iss,
        tcb.sndWnd,
        tcb.scoreboard.packetsOut(),
        tcb.scoreboard.lostOut(),
        tcb.unsentBytes(),
        tcb.finQueued ? tcb.finSent ? " FIN" : " FIN queued" : "",
        c.waitsForTurn ? " waits for turn" : "",
        timers);
  }
}
