package io.limpet.presence.internal.mdns;

import java.io.IOException;
import java.net.InetAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A {@link Slot} with its thread: what is slow or broken about JmDNS on one interface stays on it.
 *
 * <p>Safe for any thread; nothing blocks.
 *
 * @param <R> what a record says
 */
final class SlotRunner<R> implements Slot.Host<R> {
  private static final Logger log = LoggerFactory.getLogger(SlotRunner.class);
  private static final long TICK_MS = 250;

  /** Most events of an instance that may wait; what is dropped the next browsing brings again. */
  private static final int MAX_WAITING = 4_096;

  private static final int SUFFIX_BOUND = 0x10000;

  private final String id;
  private final ServiceKind<R> kind;
  private final ThreadGroup group;
  private final Instance.Factory factory;
  private final ScheduledThreadPoolExecutor executor;
  private final Slot<R> slot;
  private final AtomicInteger waiting = new AtomicInteger();
  private final AtomicInteger burials = new AtomicInteger();
  private final CompletableFuture<Void> closed = new CompletableFuture<>();
  private volatile String hostLabel = "";
  private volatile int hostGeneration;
  private volatile boolean closing;

  SlotRunner(
      String id,
      InetAddress address,
      int port,
      ServiceKind<R> kind,
      R own,
      ThreadGroup group,
      Instance.Factory factory,
      Directory.Listener<R> listener) {
    this.id = id;
    this.kind = kind;
    this.group = group;
    this.factory = factory;
    this.executor = new ScheduledThreadPoolExecutor(1, task -> daemon("limpet-mdns " + id, task));
    executor.setRemoveOnCancelPolicy(true);
    this.slot = new Slot<>(id, address, port, kind, own, this, listener, System.nanoTime());
  }

  synchronized void start() {
    executor.scheduleWithFixedDelay(() -> guarded(slot::onTick), 0, TICK_MS, TimeUnit.MILLISECONDS);
  }

  void publish(R own) {
    post(slot -> slot.onOwnChanged(System.nanoTime(), own));
  }

  void reconfirm(String key) {
    post(slot -> slot.onDoubt(System.nanoTime(), key));
  }

  /** Takes the news that a thread died; it is ours if it bears our host's name. */
  void onThreadDied(String threadName) {
    String host = hostLabel;
    int generation = hostGeneration;
    if (!host.isEmpty() && threadName.contains(host)) {
      post(slot -> slot.onThreadDied(System.nanoTime(), generation));
    }
  }

  /** Withdraws what was published; completes when the last instance is buried. */
  synchronized CompletableFuture<Void> close() {
    if (!closing) {
      closing = true;
      executor.execute(
          () -> {
            guarded(now -> slot.close());
            executor.shutdown(); // Ends the ticking, too.
            completeWhenBuried();
          });
    }
    return closed;
  }

  /** Returns how many records were dropped. */
  long dropped() {
    return slot.dropped();
  }

  /** Returns how many instances have been built. */
  int builds() {
    return hostGeneration;
  }

  private void guarded(LongConsumer step) {
    try {
      step.accept(System.nanoTime());
    } catch (RuntimeException e) {
      // A periodic task that throws is never run again: the slot would be dead in silence.
      log.warn("mDNS on {}: {}", id, e.toString(), e);
    }
  }

  private void post(Consumer<Slot<R>> step) {
    if (closing || waiting.incrementAndGet() > MAX_WAITING) {
      waiting.decrementAndGet();
      return;
    }
    try {
      executor.execute(
          () -> {
            waiting.decrementAndGet();
            guarded(now -> step.accept(slot));
          });
    } catch (RejectedExecutionException e) {
      waiting.decrementAndGet(); // Closed in between: nothing is left to tell.
    }
  }

  private Thread daemon(String name, Runnable task) {
    // JmDNS's own threads inherit the group, which hears of their deaths.
    Thread thread = new Thread(group, task, name);
    thread.setDaemon(true);
    return thread;
  }

  // ---- what the slot needs ----

  @Override
  public Instance create(int generation, InetAddress address, int port, R own) throws IOException {
    String unique = hex(ThreadLocalRandom.current().nextInt(SUFFIX_BOUND));
    // Every life has a host name of its own, by which its threads are told from another's.
    hostLabel = "limpet-" + kind.hostPart(own) + '-' + unique;
    hostGeneration = generation;
    return factory.create(
        kind.type(),
        address,
        hostLabel,
        kind.serviceName(own, address, unique),
        port,
        kind.encode(own),
        events(generation));
  }

  private static String hex(int value) {
    return Integer.toHexString(SUFFIX_BOUND | value).substring(1);
  }

  private Instance.Listener events(int generation) {
    return new Instance.Listener() {
      @Override
      public void onNamed(String serviceName) {
        post(slot -> slot.onNamed(System.nanoTime(), generation, serviceName));
      }

      @Override
      public void onResolved(String serviceName, ServiceKind.Resolved found) {
        post(slot -> slot.onResolved(System.nanoTime(), generation, serviceName, found));
      }

      @Override
      public void onRemoved(String serviceName) {
        post(slot -> slot.onRemoved(System.nanoTime(), generation, serviceName));
      }
    };
  }

  @Override
  public void bury(Instance instance) {
    burials.incrementAndGet();
    daemon(
            "limpet-mdns-burial " + id,
            () -> {
              try {
                instance.bury();
              } finally {
                burials.decrementAndGet();
                completeWhenBuried();
              }
            })
        .start();
  }

  @Override
  public int burials() {
    return burials.get();
  }

  private void completeWhenBuried() {
    if (executor.isShutdown() && burials.get() == 0) {
      closed.complete(null);
    }
  }
}
