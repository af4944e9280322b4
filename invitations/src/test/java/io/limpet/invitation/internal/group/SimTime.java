package io.limpet.invitation.internal.group;

import java.time.Instant;
import java.util.Comparator;
import java.util.PriorityQueue;

/** Virtual time: what is to happen, in its order. */
final class SimTime implements ChannelClock {
  private record Task(long atNs, long order, Runnable action) {}

  private static final int MOST_AT_ONCE = 100_000;
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private final PriorityQueue<Task> tasks =
      new PriorityQueue<>(Comparator.comparingLong(Task::atNs).thenComparingLong(Task::order));
  private long nowNs = 1_000_000_000L;
  private long order;
  private int atThisInstant;

  @Override
  public long nowNs() {
    return nowNs;
  }

  @Override
  public Instant now() {
    return START.plusNanos(nowNs);
  }

  void at(long atNs, Runnable action) {
    tasks.add(new Task(Math.max(nowNs, atNs), order++, action));
  }

  void in(long delayNs, Runnable action) {
    at(nowNs + delayNs, action);
  }

  void runFor(long durationNs) {
    long endNs = nowNs + durationNs;
    while (!tasks.isEmpty() && tasks.peek().atNs() <= endNs) {
      Task task = tasks.remove();
      atThisInstant = task.atNs() == nowNs ? atThisInstant + 1 : 0;
      if (atThisInstant > MOST_AT_ONCE) {
        throw new AssertionError("time stands still at " + nowNs + " ns");
      }
      nowNs = task.atNs();
      task.action().run();
    }
    nowNs = endNs;
  }
}
