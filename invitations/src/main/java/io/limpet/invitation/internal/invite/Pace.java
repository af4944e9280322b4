package io.limpet.invitation.internal.invite;

import io.limpet.link.MeshAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How fast each person's new invitations are taken: so many at once, and then so many a minute.
 * What comes faster is not taken, and comes again when its inviter repeats it. Given the time.
 */
final class Pace {
  /** Beyond so many senders the one that was quiet for longest is forgotten. */
  private static final int MAX_SENDERS = 1024;

  private static final class Allowance {
    double tokens;
    Instant since;

    Allowance(double tokens, Instant since) {
      this.tokens = tokens;
      this.since = since;
    }
  }

  private final int atOnce;
  private final double perMs;
  private final LinkedHashMap<MeshAddress, Allowance> senders =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<MeshAddress, Allowance> eldest) {
          return size() > MAX_SENDERS;
        }
      };

  Pace(int atOnce, int perMinute) {
    this.atOnce = atOnce;
    this.perMs = perMinute / 60_000.0;
  }

  /** Says whether one more of this person's is taken now. */
  boolean tryTake(MeshAddress from, Instant now) {
    Allowance known = senders.computeIfAbsent(from, f -> new Allowance(atOnce, now));
    // A clock that was set back gives nothing, one that leapt ahead a full allowance at most.
    long passedMs = Math.max(0, Duration.between(known.since, now).toMillis());
    known.tokens = Math.min(atOnce, known.tokens + passedMs * perMs);
    known.since = now;
    if (known.tokens < 1) {
      return false;
    }
    known.tokens -= 1;
    return true;
  }
}
