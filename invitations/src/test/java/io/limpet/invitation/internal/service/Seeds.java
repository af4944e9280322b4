package io.limpet.invitation.internal.service;

import java.util.List;
import java.util.stream.LongStream;

/** The seeds of a swarm of worlds: the same in each run, or the one that {@code limpet.seed} is. */
record Seeds(boolean one, List<Long> all) {
  /** Returns the seeds from 1 to {@code count}, unless one is asked for. */
  static Seeds upTo(int count) {
    Long asked = Long.getLong("limpet.seed");
    return asked != null
        ? new Seeds(true, List.of(asked))
        : new Seeds(false, LongStream.rangeClosed(1, count).boxed().toList());
  }

  /** What comes to pass from one seed. */
  interface World {
    /** Lets things happen, and then be calm. */
    void live();

    /** Says what must hold, whatever happened. */
    void judge();
  }

  /** Lets a world live, and judges it; one that fails is named with what repeats it. */
  static void live(long seed, World world) {
    try {
      world.live();
      world.judge();
    } catch (AssertionError | RuntimeException e) {
      throw new AssertionError("-Dlimpet.seed=" + seed + " fails: " + e.getMessage(), e);
    }
  }
}
