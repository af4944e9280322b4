package io.limpet.link.internal.beacon;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Profiles of which a short hello was heard and never the long one: whom to ask who they are. Such
 * hellos are not proven, so there is room for few of them, each is asked a few times with growing
 * gaps, and a question costs airtime that the budget bounds. Sans-IO; not thread-safe.
 */
public final class Strangers {
  private static final long MS = 1_000_000L;
  private static final int MAX = 64;
  private static final int MAX_ASKS = 6;
  private static final long FIRST_GAP_NS = 1_500 * MS;
  private static final long NEVER = Long.MAX_VALUE;

  private final Map<Long, Stranger> strangers = new LinkedHashMap<>();

  private static final class Stranger {
    private long nextNs;
    private int asks;
    private long heardNs;
  }

  /** A short hello of an unknown profile came; returns whether it is the first. */
  public boolean onHeard(long nowNs, long profile, long waitNs) {
    Stranger known = strangers.get(profile);
    if (known == null) {
      if (strangers.size() >= MAX) {
        strangers.remove(strangers.keySet().iterator().next());
      }
      known = new Stranger();
      known.nextNs = nowNs + waitNs;
      strangers.put(profile, known);
    }
    known.heardNs = nowNs;
    return known.asks == 0;
  }

  /** The long hello came. */
  public void onKnown(long profile) {
    strangers.remove(profile);
  }

  /** Somebody asked, we or another: whoever else wants to know waits for the answer. */
  public void onAsked(long nowNs, long profile) {
    Stranger asked = strangers.get(profile);
    if (asked != null) {
      asked.asks++;
      asked.nextNs = nowNs + (FIRST_GAP_NS << Math.min(asked.asks - 1, MAX_ASKS));
    }
  }

  /** Returns whom to ask now, at most so many. */
  public List<Long> due(long nowNs, int most) {
    List<Long> due = new ArrayList<>();
    for (Map.Entry<Long, Stranger> entry : strangers.entrySet()) {
      if (due.size() < most && isDue(nowNs, entry.getValue())) {
        due.add(entry.getKey());
      }
    }
    return due;
  }

  private static boolean isDue(long nowNs, Stranger stranger) {
    // Asked in vain too often, it is asked again only when it is heard again after a while.
    boolean tired = stranger.asks >= MAX_ASKS && stranger.nextNs - stranger.heardNs > 0;
    return !tired && nowNs - stranger.nextNs >= 0;
  }

  /** Returns when somebody is to be asked, or {@link Long#MAX_VALUE}. */
  public long nextDeadlineNs() {
    long next = NEVER;
    for (Stranger stranger : strangers.values()) {
      boolean tired = stranger.asks >= MAX_ASKS && stranger.nextNs - stranger.heardNs > 0;
      if (!tired && (next == NEVER || stranger.nextNs - next < 0)) {
        next = stranger.nextNs;
      }
    }
    return next;
  }
}
