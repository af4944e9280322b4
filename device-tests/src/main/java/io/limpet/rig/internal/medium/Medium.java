package io.limpet.rig.internal.medium;

import io.limpet.rig.Lateness;
import io.limpet.rig.RigException;
import io.limpet.rig.internal.radio.RadioModel;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.ScheduledFuture;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Drives a {@link RadioModel} by the clock: one event loop owns the model and all ports. The
 * methods may be called from any other thread.
 */
public final class Medium implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Medium.class);
  private static final long CALL_TIMEOUT_SECONDS = 10;

  private final EventLoopGroup group;
  private final EventLoop loop;
  private final RadioModel model;
  private final LatenessMeter lateness = new LatenessMeter();
  private LatenessMeter recentLateness = new LatenessMeter();
  private final Map<Integer, Port> ports = new HashMap<>();
  private @Nullable ScheduledFuture<?> timer;
  private long timerDeadlineNs;
  private boolean polling;

  /** Owns a group of one event loop from now on. */
  public Medium(EventLoopGroup group, RadioModel model) {
    this.group = group;
    this.loop = group.next();
    this.model = model;
  }

  /** The loop on which ports live. */
  public EventLoop loop() {
    return loop;
  }

  /** Gives a station its port; what arrives for it before that is lost. */
  public void attach(int station, Port port) {
    call((air, nowNs) -> Optional.ofNullable(ports.put(station, port)));
  }

  /**
   * What a station sends, on the event loop; {@link #settle} must follow when the batch is
   * complete.
   */
  public void onFrame(int station, byte[] frame) {
    model.onFrame(System.nanoTime(), station, frame);
  }

  /** A station's current address, on the event loop. */
  public long macOnLoop(int station) {
    return model.mac(station);
  }

  /** Delivers what is due and sets the timer for the rest; on the event loop. */
  public void settle() {
    if (polling) {
      return;
    }
    polling = true;
    try {
      model.poll(System.nanoTime(), this::deliver);
    } finally {
      polling = false;
    }
    if (model.hasDeadline()) {
      arm(model.nextDeadlineNs());
    }
  }

  /**
   * Changes the air, and returns when that is done; what was sent before still meets the air as it
   * was.
   */
  public void change(BiConsumer<RadioModel, Long> change) {
    call(
        (air, nowNs) -> {
          ports.values().forEach(Port::drain);
          change.accept(air, System.nanoTime());
          return true;
        });
  }

  /** Asks the air something. */
  public <T> T call(BiFunction<RadioModel, Long, T> question) {
    try {
      return loop.submit(
              () -> {
                T answer = question.apply(model, System.nanoTime());
                settle();
                return answer;
              })
          .get(CALL_TIMEOUT_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RigException("interrupted while changing the air", e);
    } catch (ExecutionException e) {
      throw new RigException("changing the air failed: " + e.getCause(), e);
    } catch (TimeoutException e) {
      throw new RigException("the medium does not answer", e);
    }
  }

  /** How late frames have been delivered so far. */
  public Lateness lateness() {
    return call((air, nowNs) -> lateness.snapshot());
  }

  /** How late frames have been delivered since the last call of this method. */
  public Lateness takeLateness() {
    return call(
        (air, nowNs) -> {
          Lateness taken = recentLateness.snapshot();
          recentLateness = new LatenessMeter();
          return taken;
        });
  }

  /** Processor time of the loop's thread so far; zero where the JVM cannot tell. */
  public Duration cpu() {
    return call(
        (air, nowNs) ->
            Duration.ofNanos(
                Math.max(0, ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime())));
  }

  /** Closes the ports and ends the loop; does nothing the second time. */
  @Override
  public void close() {
    if (group.isShuttingDown()) {
      return;
    }
    call(
        (air, nowNs) -> {
          ports.values().forEach(Port::close);
          return true;
        });
    group.shutdownGracefully(0, CALL_TIMEOUT_SECONDS, TimeUnit.SECONDS).syncUninterruptibly();
  }

  private void deliver(int to, byte[] frame, long dueNs) {
    long lateNs = System.nanoTime() - dueNs;
    lateness.record(lateNs);
    recentLateness.record(lateNs);
    Port port = ports.get(to);
    if (port != null) {
      port.receive(frame);
    }
  }

  private void arm(long deadlineNs) {
    if (timer != null && !timer.isDone()) {
      if (deadlineNs - timerDeadlineNs >= 0) {
        return;
      }
      timer.cancel(false);
    }
    timerDeadlineNs = deadlineNs;
    long delayNs = Math.max(0, deadlineNs - System.nanoTime());
    timer = loop.schedule(this::onTimer, delayNs, TimeUnit.NANOSECONDS);
  }

  private void onTimer() {
    timer = null;
    try {
      settle();
    } catch (RuntimeException e) {
      LOG.error("the medium failed to deliver", e);
      throw e;
    }
  }
}
