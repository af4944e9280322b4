package io.limpet.link.internal.jfr;

import io.limpet.link.Diagnosis;
import io.limpet.link.MeshAddress;
import java.time.Duration;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.Timespan;

/** Repair of unicast to a peer began, moved on, or ended. */
@Name("limpet.Repair")
@Label("Repair")
final class Repair extends PeerRecord {
  @Label("Diagnosis")
  String diagnosis = "";

  @Label("Change")
  String change = "";

  @Label("Step")
  String step = "";

  @Label("Outcome")
  String outcome = "";

  @Label("Took")
  @Timespan(Timespan.NANOSECONDS)
  long took;

  static void commit(
      MeshAddress peer,
      Diagnosis diagnosis,
      String change,
      String step,
      String outcome,
      Duration took) {
    Repair event = new Repair();
    if (event.shouldCommit()) {
      event.peer = peer.toString();
      event.diagnosis = diagnosis.name();
      event.change = change;
      event.step = step;
      event.outcome = outcome;
      event.took = took.toNanos();
      event.commit();
    }
  }
}
