package io.limpet.rig.internal.bench.stand;

import io.limpet.rig.LinkCounters;
import io.limpet.rig.Rig;
import io.limpet.rig.RigDevice;
import io.limpet.rig.internal.kernel.Cable;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Two devices of their own, joined by the rig's medium or by a cable, and the contenders that run
 * in them. Not for several threads at once.
 */
public final class Stand implements AutoCloseable {
  private static final int FIRST_PORT = 7000;
  private static final Duration WARM_UP = Duration.ofSeconds(3);
  private static final Duration QUIET = Duration.ofMillis(300);

  private final @Nullable Rig rig;
  private final AutoCloseable ground;
  private final List<RigDevice> devices = new ArrayList<>();
  private final List<Contender> contenders = new ArrayList<>();
  private @Nullable Path homes;
  private Watch watch = Watch.without();

  private Stand(@Nullable Rig rig, AutoCloseable ground) {
    this.rig = rig;
    this.ground = ground;
  }

  /**
   * Builds a stand and starts everybody.
   *
   * @param names {@code limpet}, or a transport; several {@code limpet} are pairs of nodes of their
   *     own
   * @param overMedium whether the rig's medium lies between, or a plain cable
   * @param warm whether to warm them up
   */
  public static Stand start(List<String> names, boolean overMedium, boolean warm)
      throws BenchException {
    Stand stand = overMedium ? onMedium() : onCable();
    try {
      stand.populate(names);
      if (warm) {
        for (Contender contender : stand.contenders) {
          warmUp(contender);
        }
      }
      return stand;
    } catch (BenchException | RuntimeException e) {
      stand.close();
      throw e;
    }
  }

  private static Stand onMedium() {
    Rig rig = Rig.builder().devices("oak", "elm").link(Profile.A.link(0)).start();
    Stand stand = new Stand(rig, rig);
    stand.devices.addAll(rig.devices());
    return stand;
  }

  private static Stand onCable() {
    Cable cable = Cable.start("oak", "elm");
    Stand stand = new Stand(null, cable);
    stand.devices.addAll(cable.devices());
    return stand;
  }

  private void populate(List<String> names) throws BenchException {
    Path folder = TemporaryFolder.create();
    homes = folder;
    RigDevice from = devices.get(0);
    RigDevice to = devices.get(1);
    int pairs = 0;
    for (String name : names) {
      Contender contender;
      if (name.equals(Contender.LIMPET)) {
        pairs++;
        contender = new LimpetContender(from, to, pairs == 1 ? "" : "-" + pairs, folder);
      } else {
        contender = new PeerContender(name, FIRST_PORT + contenders.size(), from, to, folder);
      }
      contenders.add(contender);
      contender.start();
    }
  }

  /** A fresh JVM is not what anybody wants to measure: each side's code is compiled first. */
  private static void warmUp(Contender contender) throws BenchException {
    if (!contender.name().equals(Contender.UDP)) {
      contender.measure("perf.bulk", Map.of("seconds", WARM_UP.toSeconds()));
      contender.measure("perf.connect", Map.of("count", 30, "timeoutMs", 5000));
    }
    contender.measure("perf.ping", Map.of("count", 100, "intervalMs", 5, "drainMs", 2000));
  }

  /** Returns the first contender, or the only one. */
  public Contender contender() {
    return contenders.get(0);
  }

  /** Returns all, in the order in which they were named. */
  public List<Contender> contenders() {
    return List.copyOf(contenders);
  }

  /** Returns the rig. */
  public Rig rig() {
    if (rig == null) {
      throw new IllegalStateException("there is no medium on a cable");
    }
    return rig;
  }

  /** Returns the device that sends. */
  public RigDevice from() {
    return devices.get(0);
  }

  /** Returns the device that receives. */
  public RigDevice to() {
    return devices.get(1);
  }

  /** Sets the air, lets what is on its way end, and begins to watch the medium. */
  public void prepare(Profile profile, double loss, long seed) throws BenchException {
    for (Contender contender : contenders) {
      contender.forget();
    }
    watch = Watch.without();
    Rig air = rig;
    if (air == null) {
      return;
    }
    air.link(profile.link(0));
    pause(QUIET);
    air.link(profile.link(loss));
    air.reseed(seed);
    watch = Watch.over(air, profile.rttMs());
  }

  /** Says under which conditions was measured since {@link #prepare}. */
  public Conditions conditions() {
    return watch.conditions();
  }

  /** Returns all bytes put on the air so far, in both directions, each frame whole. */
  public long bytesOnAir() {
    return from().counters().bytesOnAir() + to().counters().bytesOnAir();
  }

  /** Returns how many frames have passed between the two so far, in either direction. */
  public long framesPassed() {
    LinkCounters there = rig().counters(from(), to());
    LinkCounters back = rig().counters(to(), from());
    return there.unicastDelivered()
        + there.multicastDelivered()
        + back.unicastDelivered()
        + back.multicastDelivered();
  }

  /** Waits. */
  public static void pause(Duration time) {
    long untilNs = System.nanoTime() + time.toNanos();
    for (long left = time.toNanos(); left > 0; left = untilNs - System.nanoTime()) {
      LockSupport.parkNanos(left);
      if (Thread.currentThread().isInterrupted()) {
        return;
      }
    }
  }

  @Override
  public void close() {
    contenders.forEach(Contender::close);
    try {
      ground.close();
    } catch (Exception e) {
      throw new IllegalStateException("a stand cannot be taken down: " + e.getMessage(), e);
    }
    if (homes != null) {
      TemporaryFolder.remove(homes);
    }
  }
}
