package io.limpet.rig.internal.bench.link;

import io.limpet.rig.internal.bench.stand.BenchException;

/** The firmware of 2008: the way is dead until the other side is heard to resolve an address. */
final class ForgottenWay extends Fault {
  ForgottenWay() {
    super("way-forgotten", "black hole A→B that a neighbour flush on B's side cures");
    flowsWithin(500);
    goal(Subject.LIMPET, Figure.REPAIRED, 3_000);
    alsoAsOrdinaryUser(3_000);
  }

  @Override
  Strike strike(Ground ground) {
    return Strike.of(() -> ground.rig().forgetWay(ground.first(), ground.second()));
  }

  @Override
  long casualties(Ground ground) {
    return ground.there(0).blackHoled();
  }

  @Override
  double repairedMs(LimpetPair pair, Strike strike, Marks marks) throws BenchException {
    return Repairs.unicastMs(pair, pair.first(), strike, marks);
  }
}
