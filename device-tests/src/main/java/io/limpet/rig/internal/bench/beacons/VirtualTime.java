package io.limpet.rig.internal.bench.beacons;

import java.util.Comparator;
import java.util.PriorityQueue;

/** What happens when, in one thread; nanoseconds. */
final class VirtualTime {
  static final long MS = 1_000_000L;
  static final long SECOND = 1_000 * MS;

  /** Not zero, so that code which takes a time for a flag is found out. */
  static final long START_NS = -700 * MS;

  private final PriorityQueue<Event> queue =
      new PriorityQueue<>(Comparator.comparingLong(Event::atNs).thenComparingLong(Event::order));
  private long nowNs = START_NS;
  private long order;

  private record Event(long atNs, long order, Runnable action) {}

  long now() {
    return nowNs;
  }

  /** Returns the seconds since the start. */
  double seconds() {
    return (nowNs - START_NS) / (double) SECOND;
  }

  void at(long atNs, Runnable action) {
    queue.add(new Event(Math.max(nowNs, atNs), order++, action));
  }

  void after(long delayNs, Runnable action) {
    at(nowNs + delayNs, action);
  }

  void runFor(long ns) {
    long endNs = nowNs + ns;
    for (Event next = queue.peek(); next != null && next.atNs() <= endNs; next = queue.peek()) {
      queue.remove();
      nowNs = next.atNs();
      next.action().run();
    }
    nowNs = endNs;
  }
}
