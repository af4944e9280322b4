package io.limpet.tcp.internal.engine;

import java.util.random.RandomGenerator;

/**
 * What the application at one end of a connection does with it.
 *
 * @param bytes to write in all
 * @param chunkBytes most bytes of one write
 * @param writeGapNs pause after each write, 0 for none
 * @param reading how it reads
 * @param readBytes most bytes of one read of a slow reader
 * @param readGapNs pause of a slow reader, or how long a late one waits
 * @param ending what it does when everything is written
 * @param abortAfterNs when it aborts, if it does
 * @param urgentShare chance of a write to be urgent
 * @param lastWords whether it says that what it writes is the last
 */
record SwarmHabit(
    int bytes,
    int chunkBytes,
    long writeGapNs,
    Reading reading,
    int readBytes,
    long readGapNs,
    Ending ending,
    long abortAfterNs,
    double urgentShare,
    boolean lastWords) {

  /** How it reads. */
  enum Reading {
    /** Everything, as soon as it hears of it. */
    EAGER,
    /** A little at a time. */
    SLOW,
    /** Nothing for a while, then everything. */
    LATE,
    /** Nothing as long as there is weather. */
    NEVER
  }

  /** What it does when everything is written. */
  enum Ending {
    /** Ends its output, reads to the end, and closes. */
    HALF_CLOSE,
    /** Closes, whatever is still to be read. */
    CLOSE,
    /** Nothing as long as there is weather. */
    STAY,
    /** Aborts, whatever is going on then. */
    ABORT
  }

  static SwarmHabit random(RandomGenerator random) {
    int bytes =
        switch (random.nextInt(10)) {
          case 0, 1 -> 0;
          case 2, 3, 4 -> random.nextInt(300);
          case 5, 6, 7 -> random.nextInt(12_000);
          case 8 -> random.nextInt(50_000);
          default -> random.nextInt(200_000);
        };
    boolean pauses = random.nextInt(3) == 0;
    int reading = random.nextInt(10);
    int ending = random.nextInt(20);
    return new SwarmHabit(
        bytes,
        pauses ? Math.max(bytes / 12, 1 + random.nextInt(2000)) : 1 << 16,
        pauses ? random.nextLong(1, 100 * SimNet.MS) : 0,
        reading < 7 ? Reading.EAGER : Reading.values()[reading - 6],
        Math.max(bytes / 40, 1 + random.nextInt(4000)),
        random.nextLong(1, 100 * SimNet.MS),
        ending < 11
            ? Ending.HALF_CLOSE
            : ending < 15 ? Ending.CLOSE : ending < 18 ? Ending.STAY : Ending.ABORT,
        random.nextLong(1, 3 * SimNet.SECOND),
        random.nextInt(6) == 0 ? random.nextDouble(0.5) : 0,
        random.nextInt(8) == 0);
  }
}
