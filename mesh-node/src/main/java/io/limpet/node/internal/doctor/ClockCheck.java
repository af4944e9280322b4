package io.limpet.node.internal.doctor;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/** Whether the clock goes forward: handshakes that look older than the last are refused. */
final class ClockCheck implements Check {
  private static final String NAME = "clock";
  private static final String CURE = "set the clock ('date -s …', or by NTP), then start the node";

  /** No Limpet is older: a clock before it has lost its battery. */
  private static final Instant OLDEST = Instant.parse("2025-01-01T00:00:00Z");

  private static final Duration TOLERABLE = Duration.ofSeconds(5);

  @Override
  public List<Finding> examine(Facts facts) {
    Instant now = facts.now();
    if (now.isBefore(OLDEST)) {
      return List.of(Finding.problem(NAME, "the clock says " + now + ": it was never set", CURE));
    }
    Instant last = facts.home().lastEvent();
    if (last != null && last.isAfter(now.plus(TOLERABLE))) {
      return List.of(
          Finding.problem(
              NAME,
              "the clock says "
                  + now
                  + ", and the journal was written at "
                  + last
                  + ": it has gone back, and peers refuse this node until it has caught up",
              CURE));
    }
    return List.of(
        Finding.ok(
            NAME,
            last == null
                ? "the clock says " + now.truncatedTo(ChronoUnit.SECONDS)
                : "the clock has not gone back since the journal's last line"));
  }
}
