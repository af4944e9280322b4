package io.limpet.link.internal.engine;

import java.util.BitSet;

/**
 * Lets one copy of each doubled payload through. The identifiers rise by one and wrap; those that
 * fall out of the window count as new, which a transport survives. Not thread-safe.
 */
final class DuplicateFilter {
  private static final int WINDOW = 4096;

  private final BitSet seen = new BitSet(WINDOW);
  private int newest;
  private boolean started;

  /** Says whether this is the first copy. */
  boolean isFirst(int id) {
    if (!started) {
      started = true;
      newest = id;
      seen.set(id & (WINDOW - 1));
      return true;
    }
    int ahead = id - newest;
    if (ahead > 0) {
      if (ahead >= WINDOW) {
        seen.clear();
      } else {
        for (int i = 1; i <= ahead; i++) {
          seen.clear((newest + i) & (WINDOW - 1));
        }
      }
      newest = id;
      seen.set(id & (WINDOW - 1));
      return true;
    }
    if (ahead <= -WINDOW) {
      // Far behind is a sender that began anew.
      seen.clear();
      newest = id;
      seen.set(id & (WINDOW - 1));
      return true;
    }
    int slot = id & (WINDOW - 1);
    if (seen.get(slot)) {
      return false;
    }
    seen.set(slot);
    return true;
  }

  /** Forgets everything: the peer began anew. */
  void reset() {
    started = false;
    seen.clear();
  }
}
