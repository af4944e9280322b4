package io.limpet.invitation.internal.service;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Instant;
import java.util.concurrent.TimeUnit;

/** The link's event loop as the service's. */
public final class NettyServiceLoop implements ServiceLoop {
  private final EventLoop loop;

  /** Wraps an event loop. */
  public NettyServiceLoop(EventLoop loop) {
    this.loop = loop;
  }

  @Override
  public void execute(Runnable task) {
    loop.execute(task);
  }

  @Override
  public long nowNs() {
    return loop.ticker().nanoTime();
  }

  @Override
  public Instant now() {
    return Instant.now();
  }

  @Override
  public Runnable schedule(long delayNs, Runnable task) {
    ScheduledFuture<?> future = loop.schedule(task, delayNs, TimeUnit.NANOSECONDS);
    return () -> future.cancel(false);
  }
}
