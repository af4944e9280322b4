package io.limpet.node.internal.report;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * What the clocks of several laptops showed at the same moments, found from messages: none arrives
 * before it is sent.
 *
 * <p>A message from A to B says that B's clock is ahead of A's by no more than what lies between
 * the two readings; one the other way bounds it from below. The quickest messages bound it best,
 * and what C exchanged with both bounds it, too: all bounds together are a shortest-path problem.
 * Clocks drift, so a bound holds less and less the further away its message is. The middle of what
 * is left is taken; with it no message of the bounds arrives before it was sent. Pure; immutable.
 */
final class ClockAlignment {
  private static final long NONE = Long.MAX_VALUE / 4;

  /** Two cheap oscillators apart: 50 parts per million each. */
  private static final double DRIFT = 1e-4;

  /** An event is written a moment after what it tells. */
  private static final long WRITING_NS = 2_000_000;

  private static final int MOST_KNOTS = 120;
  private static final long KNOT_NS = 30_000_000_000L;

  /** A second in a second: what was set by more than that, and when, is lost. */
  private static final double MOST_DRIFT = 1;

  /**
   * One message.
   *
   * @param from the laptop that sent it, counted from 0
   * @param sent by its own clock
   * @param received by the clock of {@code to}
   */
  record Message(int from, Instant sent, int to, Instant received) {}

  /**
   * One laptop's clock beside the first one's.
   *
   * @param offset how far it is ahead, at the middle of the time looked at
   * @param uncertainty the offset is right within this, or null when messages do not bound it from
   *     both sides
   * @param messages how many messages it took part in
   */
  record Clock(Duration offset, @Nullable Duration uncertainty, int messages) {}

  /** A bound: {@code to} is ahead of {@code from} by this at most, best at this time. */
  private record Bound(int from, int to, long mostNs, long atNs) {}

  private final int laptops;
  private final int[] messages;
  private final long[] knots;
  private final long[][] offsets;
  private final long[][] uncertainties;
  private final boolean contradictory;

  private ClockAlignment(
      int[] messages,
      long[] knots,
      long[][] offsets,
      long[][] uncertainties,
      boolean contradictory) {
    this.laptops = messages.length;
    this.messages = messages;
    this.knots = knots;
    this.offsets = offsets;
    this.uncertainties = uncertainties;
    this.contradictory = contradictory;
  }

  /**
   * Lays clocks beside each other.
   *
   * @param laptops how many; the clock of the first, 0, is the measure
   */
  static ClockAlignment of(int laptops, List<Message> all) {
    int[] messages = new int[laptops];
    long[][] coarse = empty(laptops);
    for (Message message : all) {
      messages[message.from()]++;
      messages[message.to()]++;
      long most = nanos(message.received()) - nanos(message.sent()) + WRITING_NS;
      coarse[message.from()][message.to()] = Math.min(coarse[message.from()][message.to()], most);
    }
    // Only to know which moments are near each other: a clock may be years away.
    long[] roughly = new long[laptops];
    close(coarse);
    for (int i = 1; i < laptops; i++) {
      roughly[i] = middle(coarse[0][i], coarse[i][0]);
    }
    List<Bound> bounds = new ArrayList<>();
    for (Message message : all) {
      bounds.add(
          new Bound(
              message.from(),
              message.to(),
              nanos(message.received()) - nanos(message.sent()) + WRITING_NS,
              nanos(message.sent()) - roughly[message.from()]));
    }
    long[] knots = knots(bounds);
    long[][] offsets = new long[knots.length][];
    long[][] uncertainties = new long[knots.length][];
    boolean contradictory = false;
    for (int k = 0; k < knots.length; k++) {
      double drift = DRIFT;
      long[][] most = bounded(laptops, bounds, knots[k], drift);
      while (isContradictory(most) && drift < MOST_DRIFT) {
        // A clock was set meanwhile: what is near counts, what is far does not.
        contradictory = true;
        drift *= 4;
        most = bounded(laptops, bounds, knots[k], drift);
      }
      offsets[k] = each(laptops, most, bound -> middle(bound[0], bound[1]));
      uncertainties[k] = each(laptops, most, bound -> half(bound[0], bound[1]));
    }
    return new ClockAlignment(messages, knots, offsets, uncertainties, contradictory);
  }

  private static long[][] empty(int laptops) {
    long[][] most = new long[laptops][laptops];
    for (int i = 0; i < laptops; i++) {
      Arrays.fill(most[i], NONE);
      most[i][i] = 0;
    }
    return most;
  }

  private static long[] knots(List<Bound> bounds) {
    long first = bounds.stream().mapToLong(Bound::atNs).min().orElse(0);
    long last = bounds.stream().mapToLong(Bound::atNs).max().orElse(0);
    int count = (int) Math.min(MOST_KNOTS, (last - first) / KNOT_NS + 2);
    long[] knots = new long[count];
    for (int i = 0; i < count; i++) {
      knots[i] = first + (last - first) / (count - 1) * i;
    }
    return knots;
  }

  /** What bounds the differences at a time. */
  private static long[][] bounded(int laptops, List<Bound> bounds, long atNs, double drift) {
    long[][] most = empty(laptops);
    for (Bound bound : bounds) {
      long here = bound.mostNs() + (long) (drift * Math.abs(atNs - bound.atNs()));
      most[bound.from()][bound.to()] = Math.min(most[bound.from()][bound.to()], here);
    }
    close(most);
    return most;
  }

  /** Floyd and Warshall: what C has to do with A and with B bounds A and B. */
  private static void close(long[][] most) {
    int n = most.length;
    for (int via = 0; via < n; via++) {
      for (int from = 0; from < n; from++) {
        for (int to = 0; to < n; to++) {
          if (most[from][via] != NONE && most[via][to] != NONE) {
            long detour = Math.max(-NONE, most[from][via] + most[via][to]);
            most[from][to] = Math.min(most[from][to], detour);
          }
        }
      }
    }
  }

  private static boolean isContradictory(long[][] most) {
    for (int i = 0; i < most.length; i++) {
      if (most[i][i] < 0) {
        return true;
      }
    }
    return false;
  }

  private static long[] each(int laptops, long[][] most, ToLongFunction<long[]> figure) {
    long[] figures = new long[laptops];
    for (int i = 1; i < laptops; i++) {
      figures[i] = figure.applyAsLong(new long[] {most[0][i], most[i][0]});
    }
    return figures;
  }

  /** The middle of what is possible; with one bound alone, the difference nearest to none. */
  private static long middle(long ahead, long behind) {
    if (ahead == NONE || behind == NONE) {
      long least = behind == NONE ? -NONE : -behind;
      return Math.max(least, Math.min(0, ahead));
    }
    return (ahead - behind) / 2;
  }

  private static long half(long ahead, long behind) {
    return ahead == NONE || behind == NONE ? NONE : Math.max(0, (ahead + behind + 1) / 2);
  }

  /** Says whether no steady drift explains all messages: a clock was set while they passed. */
  boolean wasSet() {
    return contradictory;
  }

  /** Returns what became of a laptop's clock. */
  Clock clock(int laptop) {
    int middle = knots.length / 2;
    long uncertainty = uncertainties[middle][laptop];
    return new Clock(
        Duration.ofNanos(offsets[middle][laptop]),
        uncertainty == NONE ? null : Duration.ofNanos(uncertainty),
        messages[laptop]);
  }

  /** Returns what the first laptop's clock showed when this one's showed a time. */
  Instant atFirst(int laptop, Instant local) {
    if (laptop == 0 || laptop >= laptops) {
      return local;
    }
    long ns = nanos(local);
    // Which knots are near depends on the offset, which hardly changes between two of them.
    long offset = offsetAt(laptop, ns - offsets[knots.length / 2][laptop]);
    offset = offsetAt(laptop, ns - offset);
    return local.minusNanos(offset);
  }

  private long offsetAt(int laptop, long atNs) {
    int after = 0;
    while (after < knots.length && knots[after] < atNs) {
      after++;
    }
    if (after == 0 || after == knots.length) {
      return offsets[after == 0 ? 0 : knots.length - 1][laptop];
    }
    long left = offsets[after - 1][laptop];
    double share = (double) (atNs - knots[after - 1]) / (knots[after] - knots[after - 1]);
    return left + (long) (share * (offsets[after][laptop] - left));
  }

  private static long nanos(Instant time) {
    return Math.addExact(Math.multiplyExact(time.getEpochSecond(), 1_000_000_000L), time.getNano());
  }
}
