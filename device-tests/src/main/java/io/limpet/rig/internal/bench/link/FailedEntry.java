package io.limpet.rig.internal.bench.link;

import java.util.Optional;

/** The first device's kernel has given its entry for the second up, which is there all the same. */
final class FailedEntry extends Fault {
  FailedEntry() {
    super("entry-failed", "entry FAILED, peer alive");
    flowsWithin(500);
    goal(Subject.LIMPET, Figure.REPAIRED, 1_000);
    alsoAsOrdinaryUser(3_000);
  }

  @Override
  Strike strike(Ground ground) {
    return Strike.of(() -> ground.writeEntry(Optional.empty(), "failed"));
  }

  /** Multicast and address resolution show that it struck: the kernel has to ask again. */
  @Override
  long casualties(Ground ground) {
    return ground.there(0).multicastDelivered();
  }

  /** What was right again before anybody could notice is in no journal. */
  @Override
  double repairedMs(LimpetPair pair, Strike strike, Marks marks) {
    return Repairs.entryTrueMs(pair, strike);
  }
}
