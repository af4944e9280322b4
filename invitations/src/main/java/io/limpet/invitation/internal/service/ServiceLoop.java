package io.limpet.invitation.internal.service;

import java.time.Instant;
import java.util.concurrent.Executor;

/** The one thread of a service, and its clocks; virtual in tests. */
public interface ServiceLoop extends Executor {
  /** Returns a monotonic time in nanoseconds; compare by difference. */
  long nowNs();

  /** Returns the time of day. */
  Instant now();

  /** Runs a task on the loop after a delay; returns what cancels it. */
  Runnable schedule(long delayNs, Runnable task);
}
