package io.limpet.invitation.internal.group;

import io.limpet.link.MeshAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/**
 * How a run of packets that several members miss is made good with the least airtime: to each what
 * it misses by unicast, the packets themselves by multicast, or sums of them by multicast, of which
 * each cures a different loss at each member; and what remains after these by unicast.
 *
 * <p>The prices are estimates: a repair by multicast costs 1, one by unicast what is said for the
 * member, and a multicast is lost at a member as often as it says.
 */
final class RepairPlanner {
  private static final int MOST_SUMS = 24;

  /** A unicast repair. */
  record Single(MeshAddress member, long packet) {}

  /**
   * What to do.
   *
   * @param again packets to be sent again by multicast
   * @param sums how many sums over the run go out by multicast
   * @param singles what goes by unicast
   */
  record Plan(List<Long> again, int sums, List<Single> singles, double cost) {}

  private final ToDoubleFunction<MeshAddress> unicastCost;
  private final ToDoubleFunction<MeshAddress> loss;

  RepairPlanner(ToDoubleFunction<MeshAddress> unicastCost, ToDoubleFunction<MeshAddress> loss) {
    this.unicastCost = unicastCost;
    this.loss = loss;
  }

  /** Plans for one run; {@code needs}: who misses which packet. */
  Plan plan(NavigableMap<Long, Set<MeshAddress>> needs) {
    SortedMap<MeshAddress, List<Long>> missing = new TreeMap<>();
    needs.forEach(
        (packet, members) ->
            members.forEach(m -> missing.computeIfAbsent(m, x -> new ArrayList<>()).add(packet)));
    Plan best = bySums(missing, 0);
    for (int sums = 1; sums <= Math.min(MOST_SUMS, needs.size() - 1); sums++) {
      best = cheaper(best, bySums(missing, sums));
    }
    List<Map.Entry<Long, Set<MeshAddress>>> wanted = new ArrayList<>(needs.entrySet());
    wanted.sort(
        Comparator.comparingInt((Map.Entry<Long, Set<MeshAddress>> e) -> e.getValue().size())
            .reversed());
    for (int again = 1; again <= wanted.size(); again++) {
      best = cheaper(best, bySendingAgain(wanted, again));
    }
    return best;
  }

  private static Plan cheaper(Plan a, Plan b) {
    return b.cost() < a.cost() ? b : a;
  }

  private Plan bySums(SortedMap<MeshAddress, List<Long>> missing, int sums) {
    double cost = sums;
    List<Single> singles = new ArrayList<>();
    Map<Double, double[]> arrivals = new HashMap<>();
    for (Map.Entry<MeshAddress, List<Long>> entry : missing.entrySet()) {
      MeshAddress member = entry.getKey();
      List<Long> packets = entry.getValue();
      double[] chance =
          arrivals.computeIfAbsent(loss.applyAsDouble(member), p -> arriving(sums, p));
      double left = 0;
      for (int arrived = 0; arrived <= sums; arrived++) {
        left += chance[arrived] * Math.max(0, packets.size() - arrived);
      }
      cost += left * unicastCost.applyAsDouble(member);
      // What no sum can give back goes at once; whether the sums arrive shows later.
      packets.stream()
          .limit(Math.max(0, packets.size() - sums))
          .forEach(p -> singles.add(new Single(member, p)));
    }
    return new Plan(List.of(), sums, singles, cost);
  }

  /** Returns the chance that 0, 1, … of {@code sent} arrive. */
  private static double[] arriving(int sent, double loss) {
    double[] chance = new double[sent + 1];
    chance[0] = 1;
    for (int i = 1; i <= sent; i++) {
      for (int arrived = i; arrived >= 0; arrived--) {
        chance[arrived] =
            chance[arrived] * loss + (arrived > 0 ? chance[arrived - 1] * (1 - loss) : 0);
      }
    }
    return chance;
  }

  private Plan bySendingAgain(List<Map.Entry<Long, Set<MeshAddress>>> wanted, int again) {
    double cost = again;
    List<Single> singles = new ArrayList<>();
    for (int i = 0; i < wanted.size(); i++) {
      long packet = wanted.get(i).getKey();
      for (MeshAddress member : wanted.get(i).getValue()) {
        double price = unicastCost.applyAsDouble(member);
        cost += i < again ? price * loss.applyAsDouble(member) : price;
        if (i >= again) {
          singles.add(new Single(member, packet));
        }
      }
    }
    return new Plan(
        wanted.subList(0, again).stream().map(Map.Entry::getKey).sorted().toList(),
        0,
        singles,
        cost);
  }
}
