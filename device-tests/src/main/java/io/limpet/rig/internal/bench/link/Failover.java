package io.limpet.rig.internal.bench.link;

import io.limpet.rig.internal.bench.stand.BenchException;

/** Two networks join the devices; the one that carries is cut. */
final class Failover extends Fault {
  Failover() {
    super("failover", "stream moves from one interface to another");
    flowsWithin(300);
  }

  @Override
  int networks() {
    return 2;
  }

  @Override
  Strike strike(Ground ground) throws BenchException {
    int carrying = ground.carrying();
    return Strike.of(() -> ground.network(carrying).cut(ground.first(), ground.second()));
  }

  @Override
  long casualties(Ground ground) {
    return ground.there(0).cut() + ground.there(1).cut();
  }
}
