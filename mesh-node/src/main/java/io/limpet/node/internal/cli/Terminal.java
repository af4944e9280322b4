package io.limpet.node.internal.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** What this process writes to. */
final class Terminal {
  /** How wide everything that people read is. */
  static final int COLUMNS = 80;

  /** A number and its unit are one word. */
  private static final Pattern BETWEEN_WORDS =
      Pattern.compile(" (?!(?<=[0-9] )(?:ms|s|min|h|d|%)(?![A-Za-z]))");

  private static final String CLEAR = "\033[H\033[2J";

  private Terminal() {}

  /**
   * Says whether standard output is a terminal. Newer JDKs have a {@code Console} for anything, and
   * older ones none while only standard input is redirected: Linux itself is asked.
   */
  static boolean isOnStandardOutput() {
    return isTerminal(1);
  }

  /** Says whether standard error is a terminal. */
  static boolean isOnStandardError() {
    return isTerminal(2);
  }

  private static boolean isTerminal(int descriptor) {
    try {
      String target = Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor)).toString();
      return target.startsWith("/dev/pts/")
          || target.startsWith("/dev/tty")
          || target.equals("/dev/console");
    } catch (IOException | UnsupportedOperationException e) {
      // Without /proc only the environment gives a hint.
      return System.getenv("TERM") != null;
    }
  }

  /** Says whether what is printed may be coloured: on a terminal, unless NO_COLOR is set. */
  static boolean hasColours() {
    String never = System.getenv("NO_COLOR");
    return (never == null || never.isEmpty())
        && !"dumb".equals(System.getenv("TERM"))
        && isOnStandardOutput();
  }

  /** Returns a text that takes the place of all that a terminal shows. */
  static String redraw(String text) {
    return CLEAR + text;
  }

  /** Breaks a text between words, so that each line fits; later lines are set in. */
  static String wrap(String lead, String text, int hangingColumns) {
    StringBuilder all = new StringBuilder();
    StringBuilder line = new StringBuilder(lead);
    boolean begun = false;
    for (String word : BETWEEN_WORDS.split(text, -1)) {
      if (begun && line.length() + 1 + word.length() > COLUMNS) {
        all.append(line.toString().stripTrailing()).append('\n');
        line = new StringBuilder(" ".repeat(hangingColumns));
        begun = false;
      }
      line.append(begun ? " " : "").append(word);
      begun = true;
    }
    return all.append(line.toString().stripTrailing()).toString();
  }

  /** Shortens a name that would break a line. */
  static String shorten(String name, int columns) {
    int codePoints = name.codePointCount(0, name.length());
    return codePoints <= columns
        ? name
        : name.substring(0, name.offsetByCodePoints(0, columns - 1)) + "…";
  }
}
