package io.limpet.invitation.internal.group;

/**
 * How long word of what has arrived may take. Both sides go by it: the more members there are, the
 * longer each takes, or their words would fill the air that their talk needs.
 */
final class Patience {
  private static final long FEWEST_NS = 100_000_000L;
  private static final long LEAST_SPREAD_NS = 200_000_000L;
  private static final long SPREAD_PER_MEMBER_NS = 100_000_000L;
  private static final long MOST_SPREAD_NS = 2_000_000_000L;

  private Patience() {}

  /** Returns how long a report waits at least, so that it tells of several packets. */
  static long leastNs() {
    return FEWEST_NS;
  }

  /** Returns within which time after that {@code others} members tell, each at random. */
  static long spreadNs(int others) {
    return Math.min(MOST_SPREAD_NS, Math.max(LEAST_SPREAD_NS, others * SPREAD_PER_MEMBER_NS));
  }

  /** Returns after which time all would have told. */
  static long mostNs(int others) {
    return leastNs() + spreadNs(others);
  }
}
