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

  /** Lets a world live; one that fails is named with what repeats it. */
  static void live(long seed, Runnable world) {
    try {
      world.run();
    } catch (AssertionError | RuntimeException e) {
      throw new AssertionError("-Dlimpet.seed=" + seed + " fails: " + e.getMessage(), e);
    }
  }
}
