package io.limpet.rig.internal.bench.link;

import io.limpet.rig.internal.bench.stand.BenchException;
import io.limpet.rig.internal.bench.stand.Stand;
import io.limpet.rig.internal.laptop.Laptop;
import java.time.Duration;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Finds when something was repaired: told by the journal, and true in the kernel or the medium. */
final class Repairs {
  private static final Duration PATIENCE = Duration.ofSeconds(12);

  /** A tool is started for each look into a kernel's table. */
  private static final Duration LOOK_EVERY = Duration.ofMillis(40);

  private static final Duration COUNTED = Duration.ofMillis(400);

  /** Of the twenty messages that are sent in that time; each is a frame at least. */
  private static final int CARRIED = 10;

  private static final double NANOS_PER_MS = 1e6;

  private Repairs() {}

  /** The first node's entry for the second is right, and its journal says that it works again. */
  static double entryMs(LimpetPair pair, Strike strike, Marks marks) {
    long deadlineNs = System.nanoTime() + PATIENCE.toNanos();
    long trueNs = 0;
    Laptop.Entry told = null;
    while (System.nanoTime() - deadlineNs < 0) {
      if (trueNs == 0 && pair.ground().entryIsRight()) {
        trueNs = System.nanoTime();
      }
      told = told == null ? told(pair, pair.first(), marks) : told;
      if (trueNs != 0 && told != null) {
        return (Math.max(trueNs, told.atNs()) - strike.beganNs()) / NANOS_PER_MS;
      }
      Stand.pause(LOOK_EVERY);
    }
    return Double.POSITIVE_INFINITY;
  }

  /** The first node's entry for the second is right, whether or not anybody had noticed. */
  static double entryTrueMs(LimpetPair pair, Strike strike) {
    long deadlineNs = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() - deadlineNs < 0) {
      if (pair.ground().entryIsRight()) {
        return (System.nanoTime() - strike.beganNs()) / NANOS_PER_MS;
      }
      Stand.pause(LOOK_EVERY);
    }
    return Double.POSITIVE_INFINITY;
  }

  /** A node's journal says that unicast works again, and the medium counts that it carries. */
  static double unicastMs(LimpetPair pair, Laptop of, Strike strike, Marks marks)
      throws BenchException {
    long deadlineNs = System.nanoTime() + PATIENCE.toNanos();
    Laptop.Entry told = told(pair, of, marks);
    while (told == null) {
      if (System.nanoTime() - deadlineNs >= 0) {
        return Double.POSITIVE_INFINITY;
      }
      Stand.pause(LOOK_EVERY);
      told = told(pair, of, marks);
    }
    Ground ground = pair.ground();
    LongSupplier carried = of == pair.first() ? ground::unicastThere : ground::unicastBack;
    long before = carried.getAsLong();
    Stand.pause(COUNTED);
    long count = carried.getAsLong() - before;
    if (count < CARRIED) {
      throw new BenchException(
          of.name() + "'s journal says unicast, the medium counts " + count + " frames");
    }
    return (told.atNs() - strike.beganNs()) / NANOS_PER_MS;
  }

  private static Laptop.@Nullable Entry told(LimpetPair pair, Laptop of, Marks marks) {
    Set<String> peer = Set.of(pair.other(of).name());
    return LimpetPair.found(
        of,
        marks.of(pair, of),
        entry ->
            peer.contains(entry.field("peerName"))
                && (entry.event().equals("repair.succeeded")
                    || (entry.event().equals("path.changed")
                        && entry.field("to").equals("UNICAST"))));
  }
}
