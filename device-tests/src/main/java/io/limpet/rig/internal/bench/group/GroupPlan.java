package io.limpet.rig.internal.bench.group;

import io.limpet.rig.LinkSettings;
import io.limpet.rig.internal.bench.member.MemberMain;
import io.limpet.rig.internal.bench.result.Case;
import java.time.Duration;
import java.util.List;

/**
 * How much is to be measured. A value.
 *
 * @param members how many members the groups have
 * @param losses of each reception
 * @param contenders on whom
 * @param count messages that come one by one
 * @param seconds for which one member sends as much as it can
 * @param bytes of a message
 * @param unicastRate of every radio to every other, in bits per second
 * @param seed of the chance in the air
 */
public record GroupPlan(
    List<Integer> members,
    List<Double> losses,
    List<String> contenders,
    int count,
    int seconds,
    int bytes,
    long unicastRate,
    long seed) {
  /** All contenders, in the order in which they are measured. */
  public static final List<String> ALL =
      List.of(MemberMain.CHANNEL, MemberMain.STREAMS, MemberMain.GROUPS, MemberMain.TUNED_GROUPS);

  /** The radio's basic rate, at which all multicast goes. */
  static final long BASIC_RATE = 6_000_000;

  /** A lost unicast frame is sent again, as radios do. */
  static final int RETRIES = 7;

  /** Ethernet, IPv6 and UDP. */
  static final int HEADERS = 62;

  /** Between two messages that come one by one, whoever says them. */
  static final Duration EVERY = Duration.ofMillis(50);

  private static final Duration START = Duration.ofSeconds(8);
  private static final Duration DRAIN = Duration.ofSeconds(3);

  /** Keeps its own copies. */
  public GroupPlan {
    members = List.copyOf(members);
    losses = List.copyOf(losses);
    contenders = List.copyOf(contenders);
  }

  Case of(int size, double loss) {
    return new Case(GroupTopic.NAME, "", size + " members", loss);
  }

  /** Returns the air as it is at this loss. */
  LinkSettings link(double loss) {
    return LinkSettings.plain()
        .withRate(unicastRate, BASIC_RATE)
        .withUnicastRetries(RETRIES)
        .withLoss(loss);
  }

  /** Returns for how long one message holds the air that is sent once, with nothing added. */
  double onceNs() {
    return (bytes + HEADERS) * 8 * 1e9 / BASIC_RATE;
  }

  Duration expectedOfOne() {
    return EVERY.multipliedBy(count).plusSeconds(seconds).plus(DRAIN);
  }

  Duration expected() {
    long measurements = (long) members.size() * losses.size() * contenders.size();
    long starts = members.stream().mapToLong(size -> size).sum() * 3;
    return expectedOfOne()
        .multipliedBy(measurements)
        .plus(START.multipliedBy(3L * members.size()))
        .plusSeconds(starts);
  }
}
