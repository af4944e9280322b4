package io.limpet.rig.internal.bench.group;

import com.fasterxml.jackson.databind.JsonNode;
import io.limpet.rig.AirUse;
import io.limpet.rig.Rig;
import io.limpet.rig.internal.bench.stand.BenchException;
import io.limpet.rig.internal.bench.stand.Calm;
import io.limpet.rig.internal.bench.stand.Stand;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntUnaryOperator;

/** Measures one contender's group under one condition. Not for several threads at once. */
final class GroupTrial {
  private static final Duration LOOK_EVERY = Duration.ofMillis(100);
  private static final Duration SOON = Duration.ofMillis(200);

  /** What is not there by then is missing. */
  private static final Duration DRAIN = Duration.ofSeconds(10);

  /** Messages of each member before anything counts. */
  private static final int WARM_UP = 30;

  private static final Duration WARM_UP_EVERY = Duration.ofMillis(50);
  private static final Duration WARM_UP_FLOOD = Duration.ofSeconds(4);
  private static final Duration CALM = Duration.ofSeconds(60);

  private final Rig rig;
  private final Crowd crowd;
  private final String voice;
  private final GroupPlan plan;
  private int runs;

  GroupTrial(Rig rig, Crowd crowd, String voice, GroupPlan plan) {
    this.rig = rig;
    this.crowd = crowd;
    this.voice = voice;
    this.plan = plan;
  }

  /**
   * What all members but the sender have heard. A value.
   *
   * @param each by member
   * @param complete whether nothing is missing
   */
  private record Hearing(List<JsonNode> each, boolean complete) {
    double sum(String field) {
      return each.stream().mapToDouble(told -> told.path(field).asInt()).sum();
    }
  }

  /** Lets the code be compiled and the connections be made before anything counts. */
  void warmUp() throws BenchException {
    Calm.await(CALM);
    begin();
    oneByOne(WARM_UP * crowd.size(), WARM_UP_EVERY, new HashMap<>());
    begin();
    flood(WARM_UP_FLOOD, new HashMap<>());
    Calm.await(CALM);
  }

  /** Members say a message in turn; the values are by the metrics' keys. */
  Map<String, Double> messages(double loss) throws BenchException {
    Map<String, Double> values = new HashMap<>();
    beginUnder(loss);
    oneByOne(plan.count(), GroupPlan.EVERY, values);
    rig.link(plan.link(0));
    return values;
  }

  /** One member says all it can; the values are by the metrics' keys. */
  Map<String, Double> flood(double loss) throws BenchException {
    Map<String, Double> values = new HashMap<>();
    beginUnder(loss);
    flood(Duration.ofSeconds(plan.seconds()), values);
    rig.link(plan.link(0));
    return values;
  }

  /** Loss comes, the same in each run, when all are ready. */
  private void beginUnder(double loss) throws BenchException {
    begin();
    rig.link(plan.link(loss));
    rig.reseed(plan.seed());
  }

  private void begin() throws BenchException {
    runs++;
    rig.link(plan.link(0));
    crowd.callAll("begin", args());
  }

  private Map<String, Object> args() {
    Map<String, Object> args = new HashMap<>();
    args.put("voice", voice);
    args.put("run", runs);
    args.put("bytes", plan.bytes());
    return args;
  }

  private void oneByOne(int count, Duration every, Map<String, Double> values)
      throws BenchException {
    int size = crowd.size();
    int rounds = Math.max(1, count / size);
    AirUse before = rig.airUse();
    long startNs = System.nanoTime() + SOON.toNanos();
    long everyNs = every.toNanos();
    crowd.callAll(
        "say",
        member -> {
          Map<String, Object> args = args();
          args.put("count", rounds);
          args.put("startNs", startNs + member * everyNs);
          args.put("everyNs", size * everyNs);
          return args;
        });
    int said = rounds * size;
    Hearing heard = await(member -> said - rounds, Long.MAX_VALUE, true);
    AirUse used = rig.airUse().since(before);
    double once = said * plan.onceNs();
    values.put(GroupTopic.AIR_DATA.key(), used.ofFramesFrom(plan.bytes()).toNanos() / once);
    values.put(GroupTopic.AIR_ALL.key(), used.total().toNanos() / once);
    List<Double> times = new ArrayList<>();
    heard.each().forEach(told -> told.path("latenciesMs").forEach(t -> times.add(t.asDouble())));
    Collections.sort(times);
    int due = (said - rounds) * size;
    values.put(GroupTopic.P50.key(), rank(times, 0.5, due));
    values.put(GroupTopic.P99.key(), rank(times, 0.99, due));
    values.put(GroupTopic.MAX.key(), rank(times, 1, due));
    count(heard, due, values);
  }

  /** The nearest rank among all that was due; without end if that one never came. */
  static double rank(List<Double> sorted, double share, int due) {
    int rank = Math.max(0, (int) Math.ceil(share * due) - 1);
    return rank < sorted.size() ? sorted.get(rank) : Double.POSITIVE_INFINITY;
  }

  private void flood(Duration time, Map<String, Double> values) throws BenchException {
    AirUse before = rig.airUse();
    long startNs = System.nanoTime();
    Map<String, Object> args = args();
    long untilNs = startNs + time.toNanos();
    args.put("untilNs", untilNs);
    int said = crowd.call(0, "flood", args).asInt();
    Hearing heard = await(member -> member == 0 ? 0 : said, untilNs, false);
    AirUse used = rig.airUse().since(before);
    double slowest =
        heard.each().stream()
            .skip(1)
            .mapToDouble(told -> told.path("inTime").asInt())
            .min()
            .orElse(0);
    values.put(GroupTopic.GOODPUT.key(), slowest * plan.bytes() * 8 / (time.toNanos() / 1e9) / 1e6);
    double delivered = heard.sum("messages") / (crowd.size() - 1);
    values.put(GroupTopic.AIR_BULK.key(), used.total().toNanos() / (delivered * plan.onceNs()));
    count(heard, said * (crowd.size() - 1), values);
  }

  private static void count(Hearing heard, int due, Map<String, Double> values) {
    values.merge(GroupTopic.MISSING.key(), due - heard.sum("messages"), Double::sum);
    values.merge(GroupTopic.DUPLICATED.key(), heard.sum("duplicates"), Double::sum);
    values.merge(GroupTopic.DISORDERED.key(), heard.sum("disordered"), Double::sum);
  }

  /** Waits until all have all, or the time is up. */
  private Hearing await(IntUnaryOperator expected, long untilNs, boolean samples)
      throws BenchException {
    Map<String, Object> args = args();
    args.put("untilNs", untilNs);
    long deadlineNs = System.nanoTime() + DRAIN.toNanos();
    Hearing heard = heard(args, expected);
    while (!heard.complete() && System.nanoTime() - deadlineNs < 0) {
      Stand.pause(LOOK_EVERY);
      heard = heard(args, expected);
    }
    if (samples) {
      args.put("samples", true);
      heard = heard(args, expected);
    }
    return heard;
  }

  private Hearing heard(Map<String, ?> args, IntUnaryOperator expected) throws BenchException {
    List<JsonNode> each = crowd.callAll("heard", args);
    boolean complete = true;
    for (int i = 0; i < each.size(); i++) {
      complete &= each.get(i).path("messages").asInt() >= expected.applyAsInt(i);
    }
    return new Hearing(each, complete);
  }
}
