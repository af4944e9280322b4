package io.limpet.link.internal.jfr;

import io.limpet.link.LinkEvent;
import java.time.Duration;

/** Tells the flight recorder what happens on the link. Any thread. */
public final class FlightRecords {
  private FlightRecords() {}

  /** Records changes of paths, and repairs; nothing else. */
  public static void record(LinkEvent event) {
    if (event instanceof LinkEvent.PathChanged e) {
      PathChange.commit(e);
    } else if (event instanceof LinkEvent.RepairStarted e) {
      Repair.commit(e.peer(), e.diagnosis(), "started", "", "", Duration.ZERO);
    } else if (event instanceof LinkEvent.RepairStep e) {
      Repair.commit(e.peer(), e.diagnosis(), "step", e.step(), e.outcome(), Duration.ZERO);
    } else if (event instanceof LinkEvent.RepairSucceeded e) {
      Repair.commit(e.peer(), e.diagnosis(), "succeeded", "", "", e.took());
    } else if (event instanceof LinkEvent.RepairGaveUp e) {
      Repair.commit(e.peer(), e.diagnosis(), "gave up", "", "", e.took());
    }
  }
}
