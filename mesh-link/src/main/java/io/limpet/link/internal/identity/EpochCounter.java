package io.limpet.link.internal.identity;

import io.limpet.link.LinkException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * The epoch: a number that is higher at each start of a node than at any start before, by which
 * peers know a restart, and which keeps handshakes of an earlier life from being replayed.
 *
 * <p>It is one more than the stored epoch, or the seconds since 1970 when these are more; so it
 * rises even when the file is lost, as long as the wall clock is about right. A damaged file says
 * nothing about the epochs that were used, so the epoch then jumps above all that the wall clock
 * could ever have given.
 */
public final class EpochCounter {
  /** The file in the home folder. */
  public static final String FILE_NAME = "epoch";

  /** Above every epoch that came from a wall clock, and far below the end of the range. */
  static final long DAMAGED_BASE = 1L << 40;

  static final long MAX_EPOCH = 1L << 60;

  private static final int MAX_FILE_BYTES = 64;

  private EpochCounter() {}

  /**
   * Raises the epoch, stores it durably, and returns it. Blocks on the disk. The caller holds the
   * lock on the home folder.
   *
   * @param wallClockSeconds seconds since 1970 as the machine believes; need not be right
   * @throws LinkException when it cannot be stored; the message is one line
   */
  public static long raise(Path home, long wallClockSeconds) throws LinkException {
    HomeFolder folder = new HomeFolder(home);
    folder.ensureExists();
    Path file = home.resolve(FILE_NAME);
    long epoch = next(file, Math.max(1, Math.min(wallClockSeconds, DAMAGED_BASE - 1)));
    try {
      folder.replaceFile(file, (epoch + "\n").getBytes(StandardCharsets.US_ASCII));
    } catch (IOException e) {
      throw new LinkException(
          "cannot write " + file + " (" + Reasons.of(e) + "): make the home folder writable", e);
    }
    return epoch;
  }

  private static long next(Path file, long floor) throws LinkException {
    try {
      if (Files.size(file) <= MAX_FILE_BYTES) {
        long stored = Long.parseLong(Files.readString(file, StandardCharsets.US_ASCII).strip());
        if (stored > 0 && stored < MAX_EPOCH) {
          return Math.max(stored + 1, floor);
        }
      }
      return DAMAGED_BASE + floor;
    } catch (NoSuchFileException e) {
      return floor;
    } catch (NumberFormatException | CharacterCodingException e) {
      return DAMAGED_BASE + floor;
    } catch (IOException e) {
      throw new LinkException(
          "cannot read " + file + " (" + Reasons.of(e) + "): make it readable for its owner", e);
    }
  }
}
