package io.limpet.invitation.internal.service;

import io.limpet.invitation.internal.group.ChannelClock;
import java.util.concurrent.Executor;

/** The one thread of a service, and its clocks; virtual in tests. */
public interface ServiceLoop extends Executor, ChannelClock {
  /** Runs a task on the loop after a delay; returns what cancels it. */
  Runnable schedule(long delayNs, Runnable task);
}
