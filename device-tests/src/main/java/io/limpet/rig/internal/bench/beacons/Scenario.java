package io.limpet.rig.internal.bench.beacons;

import io.limpet.link.MeshAddress;
import io.limpet.rig.internal.bench.beacons.Village.House;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.DoubleStream;

/**
 * One mesh from its start to its end: all start within five seconds, nothing happens for long,
 * nodes die, one leaves, one comes late.
 */
final class Scenario {
  private static final long SECOND = VirtualTime.SECOND;
  private static final long START_WITHIN_NS = 5 * SECOND;
  private static final long PLOT_NS = 60 * SECOND;
  private static final long SETTLE_NS = 150 * SECOND;
  private static final long STEADY_NS = 300 * SECOND;
  private static final long USE_NS = 30 * SECOND;
  private static final long DEATH_NS = 150 * SECOND;
  private static final long JOIN_NS = 60 * SECOND;
  private static final int DEATHS = 3;
  private static final int USERS = 3;

  private final Village village;
  private final VirtualTime time;
  private final int nodes;
  private final double loss;

  Scenario(long seed, int nodes, double loss) {
    this.village = Village.of(seed, loss);
    this.time = village.time();
    this.nodes = nodes;
    this.loss = loss;
  }

  Outcome run() {
    village.buildWithin(nodes, START_WITHIN_NS);
    time.runFor(SETTLE_NS);
    List<Double> known = pairs();
    double mostKnownToEach = mostKnownToEach();
    int alarmsBefore = alarms();
    long steadyFromNs = time.now();
    time.runFor(STEADY_NS);
    Traffic.Rate steady = village.traffic().between(steadyFromNs, time.now());
    double nodeHours = nodes * (STEADY_NS / SECOND) / 3_600.0;
    double falseAlarms = (alarms() - alarmsBefore) / nodeHours;
    Deaths deaths = deaths();
    double goodbye = goodbye();
    Join join = join();
    long endOfStartNs = VirtualTime.START_NS + PLOT_NS;
    return new Outcome(
        nodes,
        loss,
        share(known, 0.5),
        share(known, 0.99),
        share(known, 1),
        mostKnownToEach,
        village.traffic().peak(VirtualTime.START_NS, endOfStartNs),
        steady,
        falseAlarms,
        deaths.users,
        deaths.quietUser,
        deaths.half,
        deaths.all,
        deaths.believed,
        goodbye,
        join.knows,
        join.known,
        join.peak,
        village.traffic().perSecond(VirtualTime.START_NS, endOfStartNs),
        overTime(known));
  }

  private List<House> alive() {
    return village.houses().stream().filter(House::isAlive).toList();
  }

  private int alarms() {
    return village.houses().stream().mapToInt(house -> house.alarms).sum();
  }

  // ---- who knows whom ----

  /** Returns when each ordered pair knew each other, the unknown as never, in order. */
  private List<Double> pairs() {
    List<Double> times = new ArrayList<>();
    for (House house : village.houses()) {
      times.addAll(house.known.values());
    }
    while (times.size() < nodes * (nodes - 1)) {
      times.add(Double.POSITIVE_INFINITY);
    }
    Collections.sort(times);
    return times;
  }

  private static double share(List<Double> sorted, double share) {
    int index = (int) Math.ceil(share * sorted.size()) - 1;
    return orNever(sorted.get(Math.max(0, index)));
  }

  private static double orNever(double seconds) {
    return Double.isInfinite(seconds) ? Double.NaN : seconds;
  }

  private double mostKnownToEach() {
    int wanted = (int) Math.ceil(0.95 * (nodes - 1));
    return orNever(
        village.houses().stream()
            .mapToDouble(
                house ->
                    house.known.values().stream()
                        .sorted()
                        .skip(Math.max(0, wanted - 1))
                        .findFirst()
                        .orElse(Double.POSITIVE_INFINITY))
            .max()
            .orElse(Double.NaN));
  }

  private static List<Double> overTime(List<Double> known) {
    List<Double> shares = new ArrayList<>();
    for (int second = 0; second <= PLOT_NS / SECOND; second++) {
      int until = second;
      shares.add(known.stream().filter(at -> at <= until).count() / (double) known.size());
    }
    return shares;
  }

  // ---- deaths ----

  /** The slowest of several deaths. */
  private static final class Deaths {
    private double users;
    private double quietUser;
    private double half;
    private double all;
    private double believed;
  }

  private Deaths deaths() {
    Deaths worst = new Deaths();
    for (int i = 0; i < Math.min(DEATHS, nodes - USERS - 2); i++) {
      death(worst);
    }
    return worst;
  }

  private void death(Deaths worst) {
    List<House> living = new ArrayList<>(alive());
    Collections.shuffle(living, village.random());
    House victim = living.get(0);
    List<House> users = living.subList(1, 1 + USERS);
    House quiet = living.get(1 + USERS);
    time.after(USE_NS - 10 * SECOND, () -> quiet.say(victim));
    for (long ns = 0; ns < USE_NS + 10 * SECOND; ns += SECOND) {
      time.after(ns, () -> users.forEach(user -> user.say(victim)));
    }
    time.runFor(USE_NS + village.random().nextLong(SECOND));
    victim.die();
    double diedAt = time.seconds();
    time.runFor(DEATH_NS);
    List<House> left = alive();
    worst.users = Math.max(worst.users, slowest(users, victim, diedAt, 1, house -> house.missed));
    worst.quietUser =
        Math.max(
            worst.quietUser, slowest(List.of(quiet), victim, diedAt, 1, house -> house.missed));
    worst.half = Math.max(worst.half, slowest(left, victim, diedAt, 0.5, house -> house.missed));
    worst.all = Math.max(worst.all, slowest(left, victim, diedAt, 1, house -> house.missed));
    worst.believed = Math.max(worst.believed, slowest(left, victim, diedAt, 1, h -> h.silent));
  }

  private static double slowest(
      List<House> houses,
      House of,
      double since,
      double share,
      Function<House, Map<MeshAddress, Double>> when) {
    double[] sorted =
        houses.stream()
            .flatMapToDouble(
                house -> {
                  Double at = when.apply(house).get(of.address());
                  return DoubleStream.of(at == null ? Double.NaN : Math.max(0, at - since));
                })
            .sorted()
            .toArray();
    return sorted[(int) Math.ceil(share * sorted.length) - 1];
  }

  private double goodbye() {
    House leaver = alive().get(0);
    leaver.leave();
    double leftAt = time.seconds();
    time.runFor(DEATH_NS);
    return slowest(alive(), leaver, leftAt, 1, house -> house.missed);
  }

  // ---- one that comes late ----

  private record Join(double knows, double known, double peak) {}

  private Join join() {
    List<House> before = alive();
    long fromNs = time.now();
    House late = village.build();
    double builtAt = late.builtAt;
    time.runFor(JOIN_NS);
    double knows = 0;
    for (House house : before) {
      Double at = late.known.get(house.address());
      knows = Math.max(knows, at == null ? Double.NaN : at - builtAt);
    }
    return new Join(
        knows,
        slowest(before, late, builtAt, 1, house -> house.known),
        village.traffic().peak(fromNs, time.now()).bytesPerSecond());
  }
}
