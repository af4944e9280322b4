package io.limpet.presence.internal.service;

import io.netty.channel.EventLoop;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes to the event loop what other threads have to say, until all is closed. Any thread. */
final class Inputs {
  private static final Logger log = LoggerFactory.getLogger(Inputs.class);

  private final EventLoop loop;
  private final AtomicBoolean closed;
  private final Runnable afterEach;

  /**
   * Makes it.
   *
   * @param afterEach run on the loop after each input
   */
  Inputs(EventLoop loop, AtomicBoolean closed, Runnable afterEach) {
    this.loop = loop;
    this.closed = closed;
    this.afterEach = afterEach;
  }

  void take(Runnable input) {
    try {
      loop.execute(
          () -> {
            if (!closed.get()) {
              input.run();
              afterEach.run();
            }
          });
    } catch (RejectedExecutionException e) {
      log.debug("the event loop has ended first");
    }
  }
}
