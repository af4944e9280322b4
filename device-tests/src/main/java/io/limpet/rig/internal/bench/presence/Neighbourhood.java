package io.limpet.rig.internal.bench.presence;

import com.fasterxml.jackson.databind.JsonNode;
import io.limpet.rig.Airtime;
import io.limpet.rig.Direction;
import io.limpet.rig.Rig;
import io.limpet.rig.RigDevice;
import io.limpet.rig.RigException;
import io.limpet.rig.internal.bench.stand.BenchException;
import io.limpet.rig.internal.bench.stand.Processes;
import io.limpet.rig.internal.bench.stand.TemporaryFolder;
import io.limpet.rig.internal.laptop.Laptop;
import io.limpet.rig.internal.laptop.LaptopException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Nodes on one radio: residents that stay, room for those that come and go, a listener that loses
 * nothing, and a laptop that has Avahi. Not for several threads at once.
 */
final class Neighbourhood implements AutoCloseable {
  /** One that comes can start while the last one is still taking leave. */
  private static final int ROOMS = 2;

  private static final Duration START = Duration.ofSeconds(60);
  private static final Duration END = Duration.ofSeconds(10);
  private static final List<String> NODE_OPTIONS = List.of("--perf");

  private final Rig rig;
  private final Path folder;
  private final List<RigDevice> rooms;
  private final RigDevice earDevice;
  private final List<Laptop> residents = new ArrayList<>();
  private final List<Laptop> guests = new ArrayList<>();
  private final Sightings sightings = new Sightings();
  private @Nullable Ear ear;
  private @Nullable Browser browser;

  /**
   * One life of a node. A value.
   *
   * @param laptop whose
   * @param startedNs when its process was started
   */
  record Life(Laptop laptop, String address, long epoch, long startedNs) {}

  private Neighbourhood(Rig rig, Path folder, int residents) {
    this.rig = rig;
    this.folder = folder;
    this.rooms = rig.devices().subList(residents, residents + ROOMS);
    this.earDevice = rig.devices().get(residents + ROOMS);
  }

  /** Builds the radio and starts everybody; nothing is lost meanwhile. */
  static Neighbourhood start(PresencePlan plan) throws BenchException {
    int residents = plan.members() - 1;
    Path folder = TemporaryFolder.create();
    Rig rig =
        Rig.builder()
            .devices(residents + ROOMS + 2)
            .link(PresencePlan.link(0))
            .airtime(Airtime.SHARED)
            .seed(plan.seed())
            .start();
    Neighbourhood here = new Neighbourhood(rig, folder, residents);
    try {
      here.populate(residents);
      return here;
    } catch (BenchException | RuntimeException e) {
      here.close();
      throw e;
    }
  }

  private void populate(int count) throws BenchException {
    ear = Ear.start(earDevice);
    if (Browser.isInstalled()) {
      browser = Browser.start(rig.devices().get(rig.devices().size() - 1));
    }
    for (RigDevice device : rig.devices().subList(0, count)) {
      Laptop resident = laptop(device, device.name());
      sightings.watch(resident);
      residents.add(resident);
      Life life = begin(resident);
      sightings.lives(life.address());
    }
    Wait.until(
        "all residents see each other",
        START,
        () -> residents.stream().allMatch(each -> peersOnline(each) == count - 1));
  }

  private static int peersOnline(Laptop resident) {
    try {
      return resident.call("status", Map.of()).path("peersOnline").asInt();
    } catch (LaptopException e) {
      return -1;
    }
  }

  private Laptop laptop(RigDevice device, String name) {
    return new Laptop(device, name, folder.resolve(name), Processes.NODE_JVM);
  }

  /** Returns a node that nobody has met, which has not been started. */
  Laptop guest(String name) {
    RigDevice room = rooms.get(guests.size() % ROOMS);
    // Who was there before has gone by now, or goes: two nodes in one device would be something
    // else.
    guests.stream().filter(old -> old.device().equals(room)).forEach(Neighbourhood::awaitEnd);
    Laptop guest = laptop(room, name);
    guests.add(guest);
    return guest;
  }

  /** Starts a node, for the first time or again with the same home, and waits until it is up. */
  Life begin(Laptop laptop) throws BenchException {
    ear().forget(laptop.device());
    long startedNs = System.nanoTime();
    laptop.start(NODE_OPTIONS);
    try {
      Laptop.Entry ready =
          laptop.awaitEvent(
              "node.ready",
              START,
              entry -> entry.event().equals("node.ready") && entry.atNs() - startedNs > 0);
      return new Life(
          laptop, ready.field("address"), ready.json().path("epoch").asLong(), startedNs);
    } catch (LaptopException e) {
      throw new BenchException(String.valueOf(e.getMessage()), e);
    }
  }

  /** How many persons a resident knows by this name. */
  long persons(Laptop resident, String name) throws BenchException {
    try {
      long persons = 0;
      for (JsonNode peer : resident.call("peers", Map.of())) {
        persons += peer.path("name").asText().equals(name) ? 1 : 0;
      }
      return persons;
    } catch (LaptopException e) {
      throw new BenchException(String.valueOf(e.getMessage()), e);
    }
  }

  /** Gives the air this loss, but for the listener, from whom nothing is hidden. */
  void lose(double loss, long seed) {
    rig.link(PresencePlan.link(loss));
    for (RigDevice device : rig.devices()) {
      if (!device.equals(earDevice)) {
        rig.link(device, earDevice, Direction.FORWARD, PresencePlan.link(0));
      }
    }
    rig.reseed(seed);
  }

  Rig rig() {
    return rig;
  }

  List<Laptop> residents() {
    return residents;
  }

  Sightings sightings() {
    return sightings;
  }

  Ear ear() {
    Ear there = ear;
    if (there == null) {
      throw new IllegalStateException("nobody listens yet");
    }
    return there;
  }

  Optional<Browser> browser() {
    return Optional.ofNullable(browser);
  }

  private static void awaitEnd(Laptop laptop) {
    try {
      laptop.awaitEnd(END);
    } catch (RigException e) {
      laptop.kill();
    }
  }

  @Override
  public void close() {
    List<Laptop> all = new ArrayList<>(residents);
    all.addAll(guests);
    all.stream().filter(Laptop::isAlive).forEach(Laptop::kill);
    if (browser != null) {
      browser.close();
    }
    if (ear != null) {
      ear.close();
    }
    rig.close();
    TemporaryFolder.remove(folder);
  }
}
