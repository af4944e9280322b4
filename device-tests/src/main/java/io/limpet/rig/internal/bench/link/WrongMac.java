package io.limpet.rig.internal.bench.link;

import io.limpet.rig.MacAddress;
import java.util.Optional;

/** The first device believes in a MAC that the second does not have. */
final class WrongMac extends Fault {
  /** No device's. */
  private static final MacAddress NOBODYS = MacAddress.parse("02:4d:45:ff:ff:ff");

  private final boolean written;
  private final boolean reachable;

  private WrongMac(String name, String title, boolean written, boolean reachable) {
    super(name, title);
    flowsWithin(500);
    this.written = written;
    this.reachable = reachable;
    goal(Subject.LIMPET, Figure.REPAIRED, 2_000);
    alsoAsOrdinaryUser(3_000);
  }

  /** The second device's MAC changes and nobody is told. */
  static Fault changed(String name, String title, boolean reachable) {
    return new WrongMac(name, title, false, reachable);
  }

  /** Somebody has written a wrong MAC into the first device's table. */
  static Fault written() {
    return new WrongMac("entry-wrong", "entry written wrong, REACHABLE", true, true);
  }

  /** An entry that is in use is now in one state and now in another: fixed just before. */
  @Override
  void prepare(Ground ground) {
    ground.writeEntry(Optional.of(ground.second().mac()), reachable ? "reachable" : "stale");
  }

  @Override
  Strike strike(Ground ground) {
    return Strike.of(
        () -> {
          if (written) {
            ground.writeEntry(Optional.of(NOBODYS), "reachable");
          } else {
            // Off meanwhile: nobody hears what the other says about its own change.
            ground.rig().radioOff(ground.second());
            ground.rig().silentMacChange(ground.second());
            ground.rig().radioOn(ground.second());
          }
        });
  }

  @Override
  long casualties(Ground ground) {
    return ground.first().counters().toNobody() + ground.there(0).cut();
  }

  @Override
  double repairedMs(LimpetPair pair, Strike strike, Marks marks) {
    return Repairs.entryMs(pair, strike, marks);
  }
}
