package io.limpet.link.internal.session;

/**
 * The counters seen lately: a sliding bitmap in the manner of RFC 6479, whose words are reused in a
 * ring so that sliding moves no bits. Not thread-safe.
 */
public final class ReplayWindow {
  private static final int WORDS = 64;
  private static final int WORD_SHIFT = 6;

  /** How far behind the highest counter one is still told apart. */
  public static final int SIZE = (WORDS - 1) * Long.SIZE;

  /** What the window knows of a counter. */
  public enum Verdict {
    /** Not seen yet. */
    FRESH,
    /** Seen before. */
    SEEN,
    /** Too far behind to tell. */
    TOO_OLD
  }

  private final long[] words = new long[WORDS];
  private long highest = -1;

  /** Judges a counter (not negative) and changes nothing. */
  public Verdict check(long counter) {
    if (counter > highest) {
      return Verdict.FRESH;
    }
    if (highest - counter >= SIZE) {
      return Verdict.TOO_OLD;
    }
    boolean seen = (words[word(counter)] & bit(counter)) != 0;
    return seen ? Verdict.SEEN : Verdict.FRESH;
  }

  /** Remembers a counter that {@link #check} found fresh and that proved authentic. */
  public void mark(long counter) {
    if (counter > highest) {
      long newest = counter >>> WORD_SHIFT;
      long known = highest < 0 ? -1 : highest >>> WORD_SHIFT;
      long from = Math.max(known + 1, newest - WORDS + 1);
      for (long word = from; word <= newest; word++) {
        words[(int) (word & (WORDS - 1))] = 0;
      }
      highest = counter;
    }
    words[word(counter)] |= bit(counter);
  }

  private static int word(long counter) {
    return (int) (counter >>> WORD_SHIFT) & (WORDS - 1);
  }

  private static long bit(long counter) {
    return 1L << counter;
  }
}
