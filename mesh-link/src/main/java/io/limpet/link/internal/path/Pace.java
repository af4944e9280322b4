package io.limpet.link.internal.path;

/**
 * How often the paths to one peer are looked at: the more it is used the more often, and the more
 * nodes there are the more seldom those that nobody uses. Not thread-safe.
 */
final class Pace {
  private static final long MS = 1_000_000L;
  private static final long USE_GAP_NS = 1_000 * MS;

  private boolean used;
  private long lastUseNs;
  private long activeSinceNs;
  private boolean crowded;
  private long idleCheckNs = PathTiming.IDLE_CHECK_MIN_NS;

  /** Sets how many nodes are in reach, and whether they are too many for a look at each hello. */
  void setPopulation(int nodes, boolean tooMany) {
    crowded = tooMany;
    idleCheckNs =
        Math.min(
            PathTiming.IDLE_CHECK_MAX_NS,
            Math.max(
                PathTiming.IDLE_CHECK_MIN_NS,
                (long) nodes * nodes * PathTiming.IDLE_CHECK_PER_PAIR_NS));
  }

  /** A payload was sent or came; returns whether that is news. */
  boolean onUse(long nowNs) {
    boolean news = !used || nowNs - lastUseNs > USE_GAP_NS;
    if (!isActive(nowNs)) {
      activeSinceNs = nowNs;
    }
    used = true;
    lastUseNs = nowNs;
    return news;
  }

  /** Says whether payloads flow, or are likely to. */
  boolean isActive(long nowNs) {
    return used && nowNs - lastUseNs < PathTiming.ACTIVE_NS;
  }

  /** Says whether the peer was used within the last minute. */
  boolean isInUse(long nowNs) {
    return used && nowNs - lastUseNs < PathTiming.IN_USE_NS;
  }

  /** Says whether a hello is a reason to look at what is in doubt. */
  boolean isHelloAReason(long nowNs) {
    return !crowded || isInUse(nowNs);
  }

  /** Returns for how long payloads have flowed without a pause, up to now. */
  long activeForNs(long nowNs) {
    return nowNs - activeSinceNs;
  }

  /** Returns how often a path that nobody uses is checked. */
  long idleCheckNs() {
    return idleCheckNs;
  }

  /** Returns how often the path that carries is checked when nothing else proves it. */
  long checkEveryNs(long nowNs) {
    if (isActive(nowNs)) {
      return PathTiming.ACTIVE_CHECK_NS;
    }
    return isInUse(nowNs) ? PathTiming.KEEP_CHECK_NS : idleCheckNs;
  }

  /** Whether an unused path heals is the less urgent the more of them there are. */
  long probeCapNs(long nowNs) {
    if (isInUse(nowNs)) {
      return PathTiming.PROBE_CAP_NS;
    }
    long leastNs = PathTiming.PROBE_CAP_NS + PathTiming.PROBE_CAP_NS / 2;
    return Math.max(leastNs, Math.min(PathTiming.IDLE_PROBE_CAP_NS, idleCheckNs / 8));
  }
}
