package io.limpet.rig.internal.laptop;

import io.limpet.link.LinkConfig;
import io.limpet.node.MeshNode;
import io.limpet.node.MeshNodeBuilder;
import io.limpet.node.NodeException;
import io.limpet.node.internal.runtime.LiveNode;
import io.limpet.rig.RigException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A node in this process, with a thread of its own, on a radio without a kernel. */
final class ThreadHost implements NodeHost {
  private final AirPortRadio radio;
  private final Path home;
  private final Clock clock = Clock.systemUTC();
  private final CountDownLatch stop = new CountDownLatch(1);
  private volatile @Nullable Thread thread;
  private volatile String lastError = "";

  ThreadHost(AirPortRadio radio, Path home) {
    this.radio = radio;
    this.home = home;
  }

  @Override
  public void start(List<String> options, Consumer<String> onLine) {
    MeshNodeBuilder builder = MeshNode.builder(home, radio.name()).radio(radio);
    for (String option : options) {
      switch (option) {
        case "--perf" -> builder.perf(true);
        case "--no-privileges" -> builder.privileged(false);
        default -> throw new IllegalArgumentException("not for a node without kernel: " + option);
      }
    }
    Thread living = new Thread(() -> live(builder, onLine), "limpet-node-" + radio.name());
    living.setDaemon(true);
    thread = living;
    living.start();
  }

  private void live(MeshNodeBuilder builder, Consumer<String> onLine) {
    try (LiveNode node = LiveNode.start(builder, clock, clock.instant(), onLine, stop::countDown)) {
      node.ready(LinkConfig.DEFAULT_PORT, List.of());
      stop.await();
    } catch (NodeException | RuntimeException e) {
      lastError = e.getMessage() == null ? e.toString() : e.getMessage();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public boolean isAlive() {
    Thread living = thread;
    return living != null && living.isAlive();
  }

  @Override
  public String lastError() {
    return lastError;
  }

  @Override
  public long pid() {
    throw new RigException(radio.name() + "'s node has no process of its own");
  }

  @Override
  public void stop() {
    stop.countDown();
  }

  @Override
  public void kill() {
    throw new RigException(radio.name() + "'s node has no process of its own");
  }

  @Override
  public void awaitEnd(Duration atMost) {
    Thread living = thread;
    if (living == null) {
      return;
    }
    try {
      TimeUnit.NANOSECONDS.timedJoin(living, atMost.toNanos());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
