package io.limpet.tcp.internal.engine;

import io.limpet.tcp.internal.cc.CongestionControl;
import io.limpet.tcp.internal.cc.Pacer;
import io.limpet.tcp.internal.snd.DeliveryRate;
import io.limpet.tcp.internal.snd.Flight;
import io.limpet.tcp.internal.snd.SentSegment;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * What decides how much may be in flight to a peer, how fast, and whose turn it is: congestion
 * control, pacer and delivery rate.
 *
 * <p>All connections to a peer that use the path model share one (RFC 9040 section 4, ensemble
 * sharing): together they behave as one flow, a new one knows the path at once, and segments of
 * those that have much to send take turns. A connection that uses Cubic has one of its own. Not
 * thread-safe.
 */
final class SendControl {
  /** Segments of one turn: few, so that nobody waits long for a turn. */
  private static final int TURN_SEGMENTS = 2;

  final CongestionControl cc;
  final Pacer pacer;
  final DeliveryRate deliveryRate = new DeliveryRate();
  final Flight flight = new Flight();
  final ArrayDeque<Connection> waiting = new ArrayDeque<>();
  private @Nullable Connection turn;
  private int sentInTurn;

  private boolean anyDelivered;
  private long deliveredNs;

  SendControl(CongestionControl cc, int maxSegmentBytes) {
    this.cc = cc;
    this.pacer = new Pacer(maxSegmentBytes);
  }

  /** A connection is about to send what it can. */
  void begin(Connection connection) {
    if (waiting.peek() == connection) {
      waiting.remove();
      connection.waitsForTurn = false;
    } else if (connection.waitsForTurn || !waiting.isEmpty()) {
      turn = null;
      return;
    }
    turn = connection;
    sentInTurn = 0;
  }

  /**
   * Says whether a segment may go now; if not, the connection waits, and is asked again when its
   * turn has come.
   */
  boolean admits(long nowNs, Connection connection, int bytes, long windowBytes) {
    if (turn != connection) {
      await(connection);
      return false;
    }
    if (!hasRoom(bytes, windowBytes)) {
      awaitFirst(connection);
      return false;
    }
    long release = pacer.releaseNs(nowNs);
    if (release - nowNs > 0) {
      awaitFirst(connection);
      connection.tcb.timers.set(TimerKind.PACING, release);
      return false;
    }
    return true;
  }

  /** Says whether bytes more may be in flight. */
  boolean hasRoom(int bytes, long windowBytes) {
    return flight.bytes() == 0 || flight.bytes() + bytes <= windowBytes;
  }

  private void await(Connection connection) {
    if (!connection.waitsForTurn) {
      connection.waitsForTurn = true;
      waiting.addLast(connection);
    }
  }

  private void awaitFirst(Connection connection) {
    turn = null;
    connection.waitsForTurn = true;
    waiting.addFirst(connection);
  }

  /** A segment goes out, be it for the first time or again. */
  void stamp(long nowNs, SentSegment segment) {
    deliveryRate.onSent(segment, nowNs, flight.bytes() == 0);
    segment.sentNumber = cc.onSent(nowNs, segment.length(), flight.bytes());
  }

  /** Bytes of the connection went out. */
  void onSent(long nowNs, Connection connection, int bytes) {
    pacer.onSent(nowNs, bytes);
    if (turn == connection && ++sentInTurn >= TURN_SEGMENTS && !waiting.isEmpty()) {
      turn = null;
    }
  }

  /** Something was delivered. */
  void onDelivered(long nowNs) {
    anyDelivered = true;
    deliveredNs = nowNs;
  }

  /** Says whether anything was delivered within a time. */
  boolean hasDeliveredWithin(long nowNs, long durationNs) {
    return anyDelivered && nowNs - deliveredNs < durationNs;
  }

  /** The connection has sent what it could; returns whom it leaves the turn to, or null. */
  @Nullable Connection end(Connection connection) {
    boolean blocked = waiting.peek() == connection;
    turn = null;
    return blocked ? null : waiting.peek();
  }

  /** Returns who is next, for whenever there may be room again. */
  @Nullable Connection next() {
    return waiting.peek();
  }

  /** Says whether somebody has more to send than may go now. */
  boolean isAnybodyWaiting() {
    return !waiting.isEmpty();
  }

  /** The connection is over. */
  void remove(Connection connection) {
    if (connection.waitsForTurn) {
      connection.waitsForTurn = false;
      waiting.remove(connection);
    }
    if (turn == connection) {
      turn = null;
    }
  }
}
