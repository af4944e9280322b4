package io.limpet.invitation.internal.service;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.function.BooleanSupplier;

/** A loop whose time passes only when told: everything happens on the test's own thread. */
final class VirtualLoop implements ServiceLoop {
  private static final class Task {
    final long atNs;
    final long order;
    final Runnable action;
    boolean cancelled;

    Task(long atNs, long order, Runnable action) {
      this.atNs = atNs;
      this.order = order;
      this.action = action;
    }
  }

  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private final PriorityQueue<Task> tasks =
      new PriorityQueue<>(
          Comparator.<Task>comparingLong(t -> t.atNs).thenComparingLong(t -> t.order));
  private long nowNs;
  private long order;

  @Override
  public void execute(Runnable task) {
    schedule(0, task);
  }

  @Override
  public long nowNs() {
    return nowNs;
  }

  @Override
  public Instant now() {
    return START.plusNanos(nowNs);
  }

  @Override
  public Runnable schedule(long delayNs, Runnable action) {
    Task task = new Task(nowNs + Math.max(0, delayNs), order++, action);
    tasks.add(task);
    return () -> task.cancelled = true;
  }

  void runFor(Duration time) {
    runUntil(() -> false, time);
  }

  /** Runs until the condition holds; returns whether it did in time. */
  boolean runUntil(BooleanSupplier condition, Duration atMost) {
    long endNs = nowNs + atMost.toNanos();
    while (!condition.getAsBoolean()) {
      Task next = tasks.peek();
      if (next == null || next.atNs > endNs) {
        nowNs = endNs;
        return condition.getAsBoolean();
      }
      tasks.remove();
      nowNs = next.atNs;
      if (!next.cancelled) {
        next.action.run();
      }
    }
    return true;
  }
}
