package io.limpet.rig.internal.os;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The process that a namespace belongs to, as its name says: process ids come round again, together
 * with the start time they do not.
 *
 * @param pid process id
 * @param startTicks start time in clock ticks since boot
 */
public record Owner(long pid, long startTicks) {
  private static final String PREFIX = "limpet-rig-";
  private static final Pattern NAME = Pattern.compile(PREFIX + "(\\d{1,10})-(\\d{1,19})-.+");

  /** Field 22 of proc_pid_stat(5), counted from the one after the command's closing parenthesis. */
  private static final int START_TIME_FIELD = 22 - 3;

  /** This process. */
  public static Owner current() {
    long pid = ProcessHandle.current().pid();
    return new Owner(
        pid,
        startTicks(pid).orElseThrow(() -> new IllegalStateException("/proc does not show us")));
  }

  /** The owner that a namespace's name tells of; nothing if it is not a rig's. */
  public static Optional<Owner> of(String namespace) {
    Matcher matcher = NAME.matcher(namespace);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new Owner(Long.parseLong(matcher.group(1)), Long.parseLong(matcher.group(2))));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  /** A namespace's name that tells of this owner. */
  public String namespace(int rig, String device) {
    return PREFIX + pid + "-" + startTicks + "-" + rig + "-" + device;
  }

  /** Whether the process still exists. */
  public boolean isAlive() {
    OptionalLong now = startTicks(pid);
    return now.isPresent() && now.getAsLong() == startTicks;
  }

  private static OptionalLong startTicks(long pid) {
    try {
      String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
      boolean dead = fields[0].equals("Z") || fields[0].equals("X");
      return dead
          ? OptionalLong.empty()
          : OptionalLong.of(Long.parseLong(fields[START_TIME_FIELD]));
    } catch (NoSuchFileException e) {
      return OptionalLong.empty();
    } catch (IOException e) {
      // The process ended while its file was being read (ESRCH).
      return OptionalLong.empty();
    }
  }
}
