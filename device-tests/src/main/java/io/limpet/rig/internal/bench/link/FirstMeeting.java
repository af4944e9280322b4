package io.limpet.rig.internal.bench.link;

import io.limpet.rig.Direction;
import io.limpet.rig.internal.bench.stand.BenchException;
import io.limpet.rig.internal.laptop.Laptop;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** The black hole is there before the two first meet: the very first message has to get through. */
final class FirstMeeting extends BlackHole {
  private static final Duration MEET = Duration.ofSeconds(30);

  FirstMeeting() {
    super("hole-first", "black hole both ways, before they first meet", Direction.BOTH);
  }

  @Override
  boolean beforeTheyMeet() {
    return true;
  }

  @Override
  Map<Figure, Double> measure(LimpetPair pair) throws BenchException {
    Ground ground = pair.ground();
    strike(ground);
    pair.start();
    for (Laptop laptop : List.of(pair.first(), pair.second())) {
      LimpetPair.until(
          laptop.name() + " sees the other",
          MEET,
          () -> laptop.sees(pair.other(laptop)) ? Boolean.TRUE : null);
    }
    long casualties = casualties(ground);
    Strike begun = Strike.now();
    TwoWay streams = TwoWay.begin(pair);
    streams.await(LimpetTrial.FLOWING, MEET);
    long untilNs = System.nanoTime();
    double repairedMs = repairedMs(pair, begun, Marks.of(pair));
    if (casualties(ground) <= casualties) {
      throw new BenchException("the hole has swallowed nothing, so it was not there");
    }
    Map<Figure, Double> found = new EnumMap<>(Figure.class);
    found.put(Figure.FIRST, streams.firstMs(begun));
    found.put(Figure.PAUSE, streams.pauseMs(begun, untilNs));
    found.put(Figure.REPAIRED, repairedMs);
    streams.end();
    return found;
  }
}
