package io.limpet.tcp.internal.rcv;

import java.util.Arrays;

/**
 * Which ranges of the stream have been received beyond RCV.NXT, and which of them most recently
 * (for RFC 2018 section 4). The number of ranges is bounded. Not thread-safe.
 */
final class Assembler {
  /** Five acknowledgements report so many changed ranges: what arrives in one batch. */
  private static final int RECENT = 15;

  private static final int INITIAL_RANGES = 8;
  private static final long[] NOTHING = {};

  private final int maxRanges;
  private long[] starts = NOTHING;
  private long[] ends = NOTHING;
  private int count;
  private long[] recent = NOTHING;
  private int recentCount;
  private int unreported;
  private int leftUnreported;

  Assembler(int maxRanges) {
    this.maxRanges = maxRanges;
  }

  boolean isEmpty() {
    return count == 0;
  }

  /** Returns the position after the last byte held, or {@code otherwise}. */
  long highestEnd(long otherwise) {
    return count == 0 ? otherwise : ends[count - 1];
  }

  /** Says whether all of a range is held already. */
  boolean contains(long start, long end) {
    int at = firstEndingAfter(start);
    return at < count && starts[at] <= start && end <= ends[at];
  }

  /** Adds a range; false if that would make more ranges than allowed. */
  boolean add(long start, long end) {
    int from = firstEndingAtOrAfter(start);
    int to = from;
    long newStart = start;
    long newEnd = end;
    while (to < count && starts[to] <= end) {
      newStart = Math.min(newStart, starts[to]);
      newEnd = Math.max(newEnd, ends[to]);
      to++;
    }
    int merged = to - from;
    if (merged == 0 && count == maxRanges) {
      return false;
    }
    if (merged == 0 && count == starts.length) {
      int room = Math.max(INITIAL_RANGES, count * 2);
      starts = Arrays.copyOf(starts, room);
      ends = Arrays.copyOf(ends, room);
    }
    System.arraycopy(starts, to, starts, from + 1, count - to);
    System.arraycopy(ends, to, ends, from + 1, count - to);
    starts[from] = newStart;
    ends[from] = newEnd;
    count += 1 - merged;
    touch(start);
    return true;
  }

  /** Returns how far the stream is whole from a position on, and forgets the range there. */
  long takeFrom(long position) {
    int passed = 0;
    long whole = position;
    while (passed < count && starts[passed] <= whole) {
      whole = Math.max(whole, ends[passed]);
      passed++;
    }
    if (passed > 0) {
      System.arraycopy(starts, passed, starts, 0, count - passed);
      System.arraycopy(ends, passed, ends, 0, count - passed);
      count -= passed;
      if (count == 0) {
        clear();
      }
    }
    return whole;
  }

  /** Forgets all ranges. There is room for a few still, since gaps come in crowds. */
  void clear() {
    count = 0;
    recentCount = 0;
    unreported = 0;
    if (starts.length > INITIAL_RANGES) {
      starts = NOTHING;
      ends = NOTHING;
    }
  }

  /** Returns the index of the range that holds a position, or -1. */
  int rangeAt(long position) {
    int at = firstEndingAfter(position);
    return at < count && starts[at] <= position ? at : -1;
  }

  long start(int range) {
    return starts[range];
  }

  long end(int range) {
    return ends[range];
  }

  int count() {
    return count;
  }

  /**
   * Fills {@code out} with the indexes of ranges, newest first, and returns how many there are: of
   * the ranges not reported since they changed the oldest, so that the last report is of the newest
   * one, and then of the others as many as there is room for.
   */
  int report(int[] out) {
    leftUnreported = unreported;
    for (int live = 0; leftUnreported > 0 && live < out.length; leftUnreported--) {
      live += rangeAt(recent[leftUnreported - 1]) >= 0 ? 1 : 0;
    }
    int found = 0;
    for (int i = leftUnreported; i < recentCount && found < out.length; i++) {
      int range = rangeAt(recent[i]);
      boolean known = range < 0;
      for (int j = 0; j < found; j++) {
        known |= out[j] == range;
      }
      if (!known) {
        out[found++] = range;
      }
    }
    return found;
  }

  /** Notes that what {@link #report} said went out. */
  void onReported() {
    unreported = leftUnreported;
    while (unreported > 0 && rangeAt(recent[unreported - 1]) < 0) {
      unreported--;
    }
  }

  /** Says whether a range has changed and was not reported since. */
  boolean hasUnreported() {
    return unreported > 0;
  }

  private void touch(long position) {
    if (recent.length == 0) {
      recent = new long[RECENT];
    }
    int at = 0;
    int range = rangeAt(position);
    while (at < recentCount && rangeAt(recent[at]) != range) {
      at++;
    }
    if (at >= unreported) {
      unreported = Math.min(unreported + 1, RECENT);
    }
    if (at == recentCount) {
      recentCount = Math.min(recentCount + 1, RECENT);
      at = recentCount - 1;
    }
    System.arraycopy(recent, 0, recent, 1, at);
    recent[0] = position;
  }

  private int firstEndingAtOrAfter(long position) {
    int low = 0;
    int high = count;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (ends[middle] >= position) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }

  private int firstEndingAfter(long position) {
    return firstEndingAtOrAfter(position + 1);
  }
}
