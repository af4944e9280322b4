package io.limpet.invitation.internal.group;

import java.time.Instant;

/** The clocks of a channel; virtual in tests. */
public interface ChannelClock {
  /** Returns a monotonic time in nanoseconds; compare by difference. */
  long nowNs();

  /** Returns the time of day. */
  Instant now();
}
