package io.limpet.rig.internal.bench.link;

import io.limpet.rig.Direction;
import io.limpet.rig.NeighbourTraffic;
import io.limpet.rig.internal.bench.stand.BenchException;
import io.limpet.rig.internal.bench.stand.Stand;
import io.limpet.rig.internal.laptop.Laptop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The medium swallows unicast; multicast and address resolution pass. It heals by itself, later.
 */
class BlackHole extends Fault {
  /** Long enough for every side to have settled on multicast, and to probe seldom. */
  private static final Duration HOLD = Duration.ofSeconds(4);

  private final Direction direction;

  BlackHole(String name, String title, Direction direction) {
    super(name, title);
    flowsWithin(500);
    this.direction = direction;
    goal(Subject.LIMPET, Figure.REPAIRED, 2_000);
  }

  @Override
  Strike strike(Ground ground) {
    return Strike.of(
        () ->
            ground
                .rig()
                .blackHole(ground.first(), ground.second(), direction, NeighbourTraffic.PASSES));
  }

  @Override
  long casualties(Ground ground) {
    return (direction.forward() ? ground.there(0).blackHoled() : 0)
        + (direction.backward() ? ground.back(0).blackHoled() : 0);
  }

  /** Heals it, and waits until those whose unicast was swallowed have gone back to it. */
  @Override
  double repairedMs(LimpetPair pair, Strike strike, Marks marks) throws BenchException {
    Stand.pause(HOLD);
    Marks before = Marks.of(pair);
    Strike healed = Strike.of(pair.ground()::healAll);
    List<Laptop> sides = new ArrayList<>();
    if (direction.forward()) {
      sides.add(pair.first());
    }
    if (direction.backward()) {
      sides.add(pair.second());
    }
    double latestMs = 0;
    for (Laptop side : sides) {
      latestMs = Math.max(latestMs, Repairs.unicastMs(pair, side, healed, before));
    }
    return latestMs;
  }
}
