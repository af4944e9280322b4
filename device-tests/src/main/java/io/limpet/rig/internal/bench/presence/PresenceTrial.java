package io.limpet.rig.internal.bench.presence;

import io.limpet.rig.internal.bench.presence.Neighbourhood.Life;
import io.limpet.rig.internal.bench.presence.Sightings.Sighting;
import io.limpet.rig.internal.bench.stand.BenchException;
import io.limpet.rig.internal.bench.stand.Stand;
import io.limpet.rig.internal.laptop.Laptop;
import io.limpet.rig.internal.laptop.LaptopException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.function.Predicate;

/** Lets nodes come, die and come back under one loss. Not for several threads at once. */
final class PresenceTrial {
  private static final double NANOS_PER_MS = 1e6;

  /** What is not seen by then is never seen, as far as these figures go. */
  private static final Duration SEEN = Duration.ofSeconds(20);

  private static final Duration BROWSED = Duration.ofSeconds(10);
  private static final Duration DEATH_SEEN = Duration.ofSeconds(60);

  /** After so long a node says hello as seldom as it does for good. */
  private static final Duration SETTLED = Duration.ofSeconds(8);

  private static final Duration TALK = Duration.ofSeconds(2);
  private static final int HELLO_INTERVAL_MS = 4_000;
  private static final int MESSAGE_EVERY_MS = 200;
  private static final Duration BRIEF = Duration.ofSeconds(2);

  private final Neighbourhood here;
  private final Random random;
  private int guests;

  PresenceTrial(Neighbourhood here, long seed) {
    this.here = here;
    this.random = new Random(seed);
  }

  /** Times of several events of a kind, in milliseconds. */
  private static final class Times {
    private final List<Double> all = new ArrayList<>();

    void add(double ms) {
      all.add(ms);
    }

    /** The nearest rank: of less than a hundred the 99th percentile is the slowest. */
    double rank(double share) {
      List<Double> sorted = new ArrayList<>(all);
      Collections.sort(sorted);
      return sorted.get(Math.max(0, (int) Math.ceil(share * sorted.size()) - 1));
    }

    double max() {
      return rank(1);
    }
  }

  // ---- who comes ----

  /** Nodes that nobody has met start; the values are by the metrics' keys. */
  Map<String, Double> newcomers(int starts) throws BenchException {
    Times online = new Times();
    Times process = new Times();
    Times avahi = new Times();
    for (int i = 0; i < starts; i++) {
      Laptop guest = here.guest("guest" + ++guests);
      Life life = here.begin(guest);
      long helloNs = here.ear().firstHelloNs(guest.device());
      double allMs = latestMs(helloNs, SEEN, seen -> isOnline(seen, life));
      online.add(allMs);
      process.add(allMs + (helloNs - life.startedNs()) / NANOS_PER_MS);
      here.browser().ifPresent(browser -> avahi.add(browsedMs(browser, life, helloNs)));
      here.sightings().dies(life.address());
      guest.close();
    }
    Map<String, Double> values = new HashMap<>();
    values.put(NewcomerTopic.P99.key(), online.rank(0.99));
    values.put(NewcomerTopic.P50.key(), online.rank(0.5));
    values.put(NewcomerTopic.MAX.key(), online.max());
    values.put(NewcomerTopic.PROCESS.key(), process.rank(0.5));
    values.put(NewcomerTopic.STARTS.key(), (double) starts);
    if (here.browser().isPresent()) {
      values.put(NewcomerTopic.AVAHI_P99.key(), avahi.rank(0.99));
      values.put(NewcomerTopic.AVAHI_P50.key(), avahi.rank(0.5));
    }
    return values;
  }

  private static boolean isOnline(Sighting seen, Life life) {
    return seen.event().equals(Sightings.ONLINE)
        && seen.of().equals(life.address())
        && seen.epoch() == life.epoch();
  }

  private static double browsedMs(Browser browser, Life life, long sinceNs) {
    String name = life.laptop().name();
    Wait.atMost(BROWSED, () -> browser.shownNs(name, life.address(), life.epoch()).isPresent());
    OptionalLong shown = browser.shownNs(name, life.address(), life.epoch());
    return shown.isPresent() ? ms(sinceNs, shown.getAsLong()) : Double.POSITIVE_INFINITY;
  }

  /** After how long the last of the residents had seen such a thing. */
  private double latestMs(long sinceNs, Duration atMost, Predicate<Sighting> such) {
    Wait.atMost(
        atMost,
        () ->
            here.residents().stream()
                .allMatch(each -> here.sightings().firstNs(each, such).isPresent()));
    return here.residents().stream()
        .mapToDouble(each -> firstMs(each, sinceNs, such))
        .max()
        .orElseThrow();
  }

  private double firstMs(Laptop resident, long sinceNs, Predicate<Sighting> such) {
    OptionalLong first = here.sightings().firstNs(resident, such);
    return first.isPresent() ? ms(sinceNs, first.getAsLong()) : Double.POSITIVE_INFINITY;
  }

  /** A hello may be read elsewhere a little sooner than by the listener. */
  private static double ms(long fromNs, long toNs) {
    return Math.max(0, (toNs - fromNs) / NANOS_PER_MS);
  }

  // ---- who dies and comes back ----

  /**
   * What came of deaths and restarts.
   *
   * @param deaths by the metrics' keys
   * @param atOnce restarts before anybody had noticed, likewise
   * @param late restarts after all had, likewise
   */
  record Mortal(Map<String, Double> deaths, Map<String, Double> atOnce, Map<String, Double> late) {}

  /** One node dies and comes back again and again. */
  Mortal deaths(int deaths) throws BenchException {
    Laptop victim = here.guest("victim" + ++guests);
    Life life = here.begin(victim);
    Life first = life;
    latestMs(life.startedNs(), SEEN, seen -> isOnline(seen, first));
    here.sightings().lives(life.address());
    Times talker = new Times();
    Times all = new Times();
    Times sure = new Times();
    Restarts atOnce = new Restarts();
    Restarts late = new Restarts();
    for (int i = 0; i < deaths; i++) {
      Stand.pause(SETTLED);
      Thread talk = talkTo(victim);
      // Where between two hellos the death falls is up to chance.
      Stand.pause(TALK.plusMillis(random.nextInt(HELLO_INTERVAL_MS)));
      long killedNs = kill(life);
      Life dead = life;
      all.add(latestMs(killedNs, DEATH_SEEN, seen -> isGone(seen, dead, killedNs, false)));
      talker.add(
          firstMs(here.residents().get(0), killedNs, seen -> isGone(seen, dead, killedNs, false)));
      sure.add(latestMs(killedNs, DEATH_SEEN, seen -> isGone(seen, dead, killedNs, true)));
      talk.interrupt();
      life = late.measure(victim);
      Stand.pause(BRIEF);
      kill(life);
      life = atOnce.measure(victim);
    }
    here.sightings().dies(life.address());
    victim.close();
    Map<String, Double> values = new HashMap<>();
    values.put(DeathTopic.TALKER.key(), talker.max());
    values.put(DeathTopic.TALKER_P50.key(), talker.rank(0.5));
    values.put(DeathTopic.ALL.key(), all.max());
    values.put(DeathTopic.ALL_P50.key(), all.rank(0.5));
    values.put(DeathTopic.SURE.key(), sure.max());
    values.put(DeathTopic.DEATHS.key(), (double) deaths);
    return new Mortal(values, atOnce.values(), late.values());
  }

  private long kill(Life life) {
    here.sightings().dies(life.address());
    long killedNs = System.nanoTime();
    life.laptop().kill();
    return killedNs;
  }

  private static boolean isGone(Sighting seen, Life life, long sinceNs, boolean forSure) {
    boolean gone =
        seen.event().equals(Sightings.OFFLINE)
            || (!forSure && seen.event().equals(Sightings.SUSPECT));
    return gone && seen.of().equals(life.address()) && seen.atNs() - sinceNs > 0;
  }

  /** The first resident sends the victim a message, and waits for the answer, again and again. */
  private Thread talkTo(Laptop victim) {
    Map<String, Object> plan = new HashMap<>();
    plan.put("peer", victim.name());
    plan.put("intervalMs", MESSAGE_EVERY_MS);
    plan.put("count", (int) (DEATH_SEEN.toMillis() / MESSAGE_EVERY_MS));
    plan.put("drainMs", 1);
    Laptop talker = here.residents().get(0);
    Thread thread =
        new Thread(
            () -> {
              try {
                talker.call("perf.ping", plan);
              } catch (LaptopException broken) {
                // Its partner died: that is what it is for.
                return;
              }
            },
            "limpet-bench-talk");
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  /** Restarts of one kind. */
  private final class Restarts {
    private final Times times = new Times();
    private long untold;
    private long second;

    /** Starts the dead node again, and waits until all have seen it. */
    Life measure(Laptop victim) throws BenchException {
      Life life = here.begin(victim);
      long helloNs = here.ear().firstHelloNs(victim.device());
      Predicate<Sighting> restarted =
          seen ->
              seen.event().equals(Sightings.RESTARTED)
                  && seen.of().equals(life.address())
                  && seen.epoch() == life.epoch();
      times.add(latestMs(helloNs, SEEN, restarted));
      here.sightings().lives(life.address());
      for (Laptop resident : here.residents()) {
        untold += here.sightings().firstNs(resident, restarted).isPresent() ? 0 : 1;
        second += Math.max(0, here.persons(resident, victim.name()) - 1);
      }
      return life;
    }

    Map<String, Double> values() {
      Map<String, Double> values = new HashMap<>();
      values.put(RestartTopic.MAX.key(), times.max());
      values.put(RestartTopic.P50.key(), times.rank(0.5));
      values.put(RestartTopic.UNTOLD.key(), (double) untold);
      values.put(RestartTopic.SECOND.key(), (double) second);
      return values;
    }
  }
}
