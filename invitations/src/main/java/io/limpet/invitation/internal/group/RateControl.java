package io.limpet.invitation.internal.group;

import java.util.ArrayDeque;

/**
 * How much may be on its way by multicast: a window that keeps a little in the radio's queue and no
 * more.
 *
 * <p>One member acknowledges transmissions (the acker of PGMCC). Its round trip over the lowest of
 * late is what waits in our own queue, the same for all members; the window follows that, and not
 * the loss, because a radio loses at random what it multicasts. Without any answer the window is
 * emptied after a while, and another member is asked to acknowledge.
 */
final class RateControl {
  private static final long TARGET_NS = 25_000_000L;
  private static final long FIRST_TIMEOUT_NS = 200_000_000L;
  private static final long MIN_TIMEOUT_NS = 80_000_000L;
  private static final long MAX_TIMEOUT_NS = 2_000_000_000L;
  private static final long FLOOR_LIFE_NS = 10_000_000_000L;
  private static final int FIRST_WINDOW = 16 << 10;
  private static final int MIN_WINDOW = 8 << 10;
  private static final int MAX_WINDOW = 1 << 20;

  private record Sent(long tx, int bytes, long atNs) {}

  private final ArrayDeque<Sent> flight = new ArrayDeque<>();
  private int inFlight;
  private double window = FIRST_WINDOW;
  private boolean slowStart = true;
  private long floorNs = Long.MAX_VALUE;
  private long nextFloorNs = Long.MAX_VALUE;
  private long floorSinceNs;
  private double smoothedNs;
  private long roundEndsNs;
  private long roundLeastNs = Long.MAX_VALUE;
  private int timeouts;
  private long lastEventNs;
  private boolean limited;

  /** Says whether so many bytes more may be sent. */
  boolean allows(int bytes) {
    boolean allowed = flight.isEmpty() || inFlight + bytes <= window;
    limited |= !allowed;
    return allowed;
  }

  void onSent(long tx, int bytes, long nowNs) {
    if (flight.isEmpty()) {
      lastEventNs = nowNs;
    }
    flight.addLast(new Sent(tx, bytes, nowNs));
    inFlight += bytes;
  }

  /** Says whether anything is on its way of which the acker has not told. */
  boolean isWaiting() {
    return !flight.isEmpty();
  }

  /**
   * The acker has heard a transmission.
   *
   * @return whether it was on its way
   */
  boolean onAck(long tx, long heldNs, long nowNs) {
    int acked = 0;
    Sent newest = null;
    while (!flight.isEmpty() && flight.getFirst().tx() <= tx) {
      newest = flight.removeFirst();
      acked += newest.bytes();
    }
    if (newest == null) {
      return false;
    }
    inFlight -= acked;
    timeouts = 0;
    lastEventNs = nowNs;
    if (newest.tx() == tx) {
      onRoundTrip(Math.max(0, nowNs - newest.atNs() - heldNs), acked, nowNs);
    }
    return true;
  }

  private void onRoundTrip(long rttNs, int acked, long nowNs) {
    smoothedNs = smoothedNs == 0 ? rttNs : smoothedNs + (rttNs - smoothedNs) / 8;
    if (nowNs - floorSinceNs > FLOOR_LIFE_NS || floorNs == Long.MAX_VALUE) {
      floorNs = Math.min(rttNs, nextFloorNs);
      nextFloorNs = Long.MAX_VALUE;
      floorSinceNs = nowNs;
    }
    floorNs = Math.min(floorNs, rttNs);
    nextFloorNs = Math.min(nextFloorNs, rttNs);
    long queuedNs = rttNs - floorNs;
    roundLeastNs = Math.min(roundLeastNs, queuedNs);
    if (nowNs - roundEndsNs >= 0) {
      // The least of a round: a machine that was busy for a moment is not a queue that stands.
      if (roundLeastNs > TARGET_NS) {
        slowStart = false;
        window = Math.max(MIN_WINDOW, window * Math.max(0.5, 1 - 0.3 * roundLeastNs / TARGET_NS));
      }
      roundLeastNs = Long.MAX_VALUE;
      roundEndsNs = nowNs + Math.max(rttNs, TARGET_NS);
    }
    if (queuedNs <= TARGET_NS && limited) {
      window += slowStart ? acked : 2.0 * 1400 * acked / window;
      window = Math.min(window, MAX_WINDOW);
    }
    limited = false;
  }

  /** Returns when to give up waiting for the acker; {@code Long.MAX_VALUE}: nothing waits. */
  long deadlineNs() {
    return flight.isEmpty() ? Long.MAX_VALUE : lastEventNs + timeoutNs();
  }

  /** Returns whether time is up; what was on its way is then taken for gone. */
  boolean onTime(long nowNs) {
    if (flight.isEmpty() || nowNs - lastEventNs < timeoutNs()) {
      return false;
    }
    flight.clear();
    inFlight = 0;
    timeouts++;
    if (timeouts > 1) {
      window = MIN_WINDOW;
    }
    return true;
  }

  private long timeoutNs() {
    long once =
        smoothedNs == 0
            ? FIRST_TIMEOUT_NS
            : Math.max(MIN_TIMEOUT_NS, 3 * (long) smoothedNs + TARGET_NS);
    return Math.min(MAX_TIMEOUT_NS, once << Math.min(timeouts, 6));
  }
}
