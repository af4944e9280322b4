package io.limpet.invitation.internal.group;

import io.limpet.link.MeshAddress;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What members ask for, gathered for a moment and then made good in the cheapest way: the singles
 * at once, what goes by multicast when it is its turn.
 */
final class Repairs {
  private static final long GATHER_NS = 10_000_000L;

  /** While there is more to send anyway, more is gathered: sums are the better for it. */
  private static final long GATHER_BUSY_NS = 40_000_000L;

  private static final long SINGLE_AGAIN_NS = 30_000_000L;
  private static final long MULTICAST_LOST_NS = 300_000_000L;
  private static final int MAX_NEEDS = 16_384;
  private static final int MAX_REMEMBERED = 8_192;

  /** Sends a packet to one member; false when that cannot be done. */
  @FunctionalInterface
  interface SingleSender {
    boolean send(MeshAddress member, long packet);
  }

  /**
   * A transmission that makes good.
   *
   * @param first the packet, or the first of the run that is summed up
   * @param count how many are summed up; 0: the packet itself
   * @param cures the packets that it may give back
   */
  record Repair(long first, int count, Set<Long> cures) {}

  private record Sent(long tx, long atNs) {}

  private record Told(long atNs, int times) {}

  private static final class Remembered<K, V> extends LinkedHashMap<K, V> {
    private static final long serialVersionUID = 1L;

    @Override
    protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
      return size() > MAX_REMEMBERED;
    }
  }

  private final RepairPlanner planner;
  private final SingleSender singles;
  private final NavigableMap<Long, Set<MeshAddress>> needs = new TreeMap<>();
  private final ArrayDeque<Repair> queue = new ArrayDeque<>();
  private final Map<Long, Integer> queued = new HashMap<>();
  private final Map<Long, Sent> multicast = new Remembered<>();
  private final Map<RepairPlanner.Single, Told> told = new Remembered<>();
  private int needed;
  private long dueNs = Long.MAX_VALUE;

  Repairs(RepairPlanner planner, SingleSender singles) {
    this.planner = planner;
    this.singles = singles;
  }

  /**
   * A member misses a packet.
   *
   * @param heardTx the highest transmission that it had heard when it said so
   * @param busy whether there is more to send
   */
  void onMissing(MeshAddress member, long packet, long heardTx, boolean busy, long nowNs) {
    if (queued.containsKey(packet) || needed >= MAX_NEEDS) {
      return;
    }
    Sent sent = multicast.get(packet);
    if (sent != null && heardTx < sent.tx() && nowNs - sent.atNs() < MULTICAST_LOST_NS) {
      // The question and the answer have crossed.
      return;
    }
    Told before = told.get(new RepairPlanner.Single(member, packet));
    if (before != null
        && nowNs - before.atNs() < SINGLE_AGAIN_NS << Math.min(before.times() - 1, 5)) {
      return;
    }
    if (needs.computeIfAbsent(packet, p -> new TreeSet<>()).add(member)) {
      needed++;
    }
    if (dueNs == Long.MAX_VALUE) {
      dueNs = nowNs + (busy ? GATHER_BUSY_NS : GATHER_NS);
    }
  }

  long deadlineNs() {
    return dueNs;
  }

  /** Plans what has been gathered, when it is time. */
  void onTime(long nowNs) {
    if (dueNs == Long.MAX_VALUE || nowNs - dueNs < 0) {
      return;
    }
    dueNs = Long.MAX_VALUE;
    needed = 0;
    NavigableMap<Long, Set<MeshAddress>> run = new TreeMap<>();
    for (Map.Entry<Long, Set<MeshAddress>> entry : needs.entrySet()) {
      if (!run.isEmpty() && entry.getKey() - run.firstKey() >= ChannelLimits.MAX_SPAN) {
        carryOut(run, nowNs);
        run = new TreeMap<>();
      }
      run.put(entry.getKey(), entry.getValue());
    }
    needs.clear();
    if (!run.isEmpty()) {
      carryOut(run, nowNs);
    }
  }

  private void carryOut(NavigableMap<Long, Set<MeshAddress>> run, long nowNs) {
    RepairPlanner.Plan plan = planner.plan(run);
    for (long packet : plan.again()) {
      enqueue(new Repair(packet, 0, Set.of(packet)));
    }
    int count = (int) (run.lastKey() - run.firstKey() + 1);
    for (int i = 0; i < plan.sums(); i++) {
      enqueue(new Repair(run.firstKey(), count, Set.copyOf(run.keySet())));
    }
    for (RepairPlanner.Single single : plan.singles()) {
      Told before = told.remove(single);
      if (singles.send(single.member(), single.packet())) {
        told.put(single, new Told(nowNs, before == null ? 1 : before.times() + 1));
      } else if (!queued.containsKey(single.packet())) {
        enqueue(new Repair(single.packet(), 0, Set.of(single.packet())));
      }
    }
  }

  private void enqueue(Repair repair) {
    queue.addLast(repair);
    repair.cures().forEach(p -> queued.merge(p, 1, Integer::sum));
  }

  /** Returns what is to go by multicast next, or null. */
  @Nullable Repair peek() {
    return queue.peekFirst();
  }

  /** What {@link #peek} returned was sent, or cannot be ({@code tx} 0). */
  void sent(long tx, long nowNs) {
    Repair repair = queue.removeFirst();
    for (long packet : repair.cures()) {
      queued.computeIfPresent(packet, (p, times) -> times > 1 ? times - 1 : null);
      if (tx > 0) {
        multicast.remove(packet);
        multicast.put(packet, new Sent(tx, nowNs));
      }
    }
  }

  /** Drops what was gathered: whoever still misses something will ask again. */
  void clear() {
    needs.clear();
    needed = 0;
    queue.clear();
    queued.clear();
    dueNs = Long.MAX_VALUE;
  }
}
