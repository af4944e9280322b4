package io.limpet.tcp.internal.engine;

import java.util.Arrays;

/** The deadlines of one connection. Not thread-safe. */
@SuppressWarnings(
    "EnumOrdinal") // an array by ordinal is the cheapest table, and never leaves this class
final class TimerTable {
  /** No deadline. */
  static final long NONE = Long.MAX_VALUE;

  private final long[] deadlines = new long[TimerKind.values().length];

  TimerTable() {
    Arrays.fill(deadlines, NONE);
  }

  /** Sets a timer; a deadline that happens to be {@link #NONE} comes a nanosecond earlier. */
  void set(TimerKind kind, long deadlineNs) {
    deadlines[kind.ordinal()] = deadlineNs == NONE ? NONE - 1 : deadlineNs;
  }

  void stop(TimerKind kind) {
    deadlines[kind.ordinal()] = NONE;
  }

  void stopAll() {
    Arrays.fill(deadlines, NONE);
  }

  boolean isSet(TimerKind kind) {
    return deadlines[kind.ordinal()] != NONE;
  }

  long get(TimerKind kind) {
    return deadlines[kind.ordinal()];
  }

  /** Stops a timer that is due, and says whether it was. */
  boolean expire(TimerKind kind, long nowNs) {
    long deadline = deadlines[kind.ordinal()];
    if (deadline == NONE || deadline - nowNs > 0) {
      return false;
    }
    deadlines[kind.ordinal()] = NONE;
    return true;
  }

  /** Returns the earliest deadline, or {@link #NONE}. */
  long next() {
    long earliest = NONE;
    for (long deadline : deadlines) {
      if (deadline != NONE && (earliest == NONE || deadline - earliest < 0)) {
        earliest = deadline;
      }
    }
    return earliest;
  }
}
