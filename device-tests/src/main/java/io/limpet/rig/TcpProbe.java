package io.limpet.rig;

import java.time.Duration;

/**
 * The result of one attempt of the kernel's TCP to connect.
 *
 * @param outcome what came of it
 * @param elapsed how long it took until that was known
 */
public record TcpProbe(Outcome outcome, Duration elapsed) {
  /** What can come of a connection attempt. */
  public enum Outcome {
    /** The handshake completed. */
    CONNECTED,
    /** The other side answered with a reset: it can be reached, nobody listens. */
    REFUSED,
    /** The kernel found no way: no route, or no answer to address resolution. */
    UNREACHABLE,
    /** Nothing was heard until the time given was up. */
    TIMED_OUT
  }

  /** Whether the handshake completed. */
  public boolean connected() {
    return outcome == Outcome.CONNECTED;
  }
}
