package io.limpet.invitation.internal.group;

import java.util.Arrays;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Which packets of one sender are missing, and when to ask for them.
 *
 * <p>The first time after a random while, so that reordering and the others' questions show; then
 * again when no repair came in a time that follows what repairs took so far, and ever longer. When
 * enough others have asked for a packet, it will go to all, and nobody else needs to ask (RFC 5740,
 * section 5.3).
 */
final class Gaps {
  private static final long FIRST_NS = 5_000_000L;
  private static final long FIRST_SPREAD_NS = 10_000_000L;
  private static final long ALONG_NS = 5_000_000L;
  private static final long MIN_WAIT_NS = 40_000_000L;
  private static final long MAX_WAIT_NS = 1_000_000_000L;

  private static final class Gap {
    long askNs;
    long askedNs;
    int asked;
    int others;
  }

  private final RandomGenerator random;
  private final int enough;
  private final NavigableMap<Long, Gap> gaps = new TreeMap<>();
  private double repairNs = 30_000_000;
  private long firstAsked;
  private long notBeforeNs = Long.MIN_VALUE;

  /**
   * Nothing is missing.
   *
   * @param enough how many others asking for a packet make it go to all
   */
  Gaps(RandomGenerator random, int enough) {
    this.random = random;
    this.enough = enough;
  }

  void add(long from, long to, long nowNs) {
    long askNs = nowNs + FIRST_NS + random.nextLong(FIRST_SPREAD_NS);
    for (long n = from; n < to; n++) {
      Gap gap = new Gap();
      gap.askNs = askNs;
      gaps.putIfAbsent(n, gap);
    }
  }

  void onArrived(long number, long nowNs) {
    Gap gap = gaps.remove(number);
    if (gap != null && gap.asked == 1) {
      repairNs += (nowNs - gap.askedNs - repairNs) / 8;
    }
  }

  void forgetBelow(long number) {
    gaps.headMap(number, false).clear();
  }

  boolean isEmpty() {
    return gaps.isEmpty();
  }

  /** Somebody else asked for a packet. */
  void onOtherAsks(long number, long nowNs) {
    Gap gap = gaps.get(number);
    if (gap != null && ++gap.others >= enough && gap.askNs - nowNs < waitNs(1)) {
      gap.others = 0;
      gap.askNs = nowNs + waitNs(Math.max(1, gap.asked));
    }
  }

  long deadlineNs() {
    long first = gaps.values().stream().mapToLong(g -> g.askNs).min().orElse(Long.MAX_VALUE);
    return first == Long.MAX_VALUE ? first : Math.max(first, notBeforeNs);
  }

  /** Returns how often the packet was asked for that was asked for most. */
  int tries() {
    return gaps.values().stream().mapToInt(g -> g.asked).max().orElse(0);
  }

  /**
   * Returns what to ask for now, as a map whose first bit is {@link #firstAsked}; null when it is
   * not the time for any.
   *
   * @param spacingNs how long to keep quiet afterwards
   */
  byte @Nullable [] ask(long nowNs, long spacingNs) {
    if (nowNs - deadlineNs() < 0 || gaps.isEmpty()) {
      return null;
    }
    notBeforeNs = nowNs + spacingNs;
    long first = -1;
    long last = -1;
    byte[] map = new byte[PacketCodec.MAX_MAP];
    for (Map.Entry<Long, Gap> entry : gaps.entrySet()) {
      Gap gap = entry.getValue();
      boolean due = gap.askNs - nowNs <= ALONG_NS || (gap.asked == 0 && spacingNs > 0);
      if (!due) {
        continue;
      }
      first = first < 0 ? entry.getKey() : first;
      int bit = (int) Math.min(entry.getKey() - first, 8L * map.length);
      if (bit == 8 * map.length) {
        break;
      }
      map[bit / 8] |= (byte) (1 << bit % 8);
      last = bit;
      gap.asked++;
      gap.askedNs = nowNs;
      gap.others = 0;
      gap.askNs = nowNs + waitNs(gap.asked);
    }
    firstAsked = first;
    return last < 0 ? null : Arrays.copyOf(map, (int) last / 8 + 1);
  }

  /** Returns what the first bit of the last map stood for. */
  long firstAsked() {
    return firstAsked;
  }

  private long waitNs(int times) {
    double once = Math.max(MIN_WAIT_NS, 2 * repairNs);
    double wait = Math.min(MAX_WAIT_NS, once * Math.pow(1.5, Math.min(times - 1, 12)));
    return (long) wait + random.nextLong(FIRST_SPREAD_NS);
  }
}
