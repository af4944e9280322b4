package io.limpet.node.internal.files;

import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Set;
import java.util.regex.Pattern;

/** Makes a name of the network one that a file of this machine may have. */
final class SafeName {
  /** Room for a number and a file system's own limit of 255 bytes. */
  static final int MAX_BYTES = 200;

  private static final String UNNAMED = "file";
  private static final int LONGEST_EXTENSION = 16;

  /** What no file system of a stick takes, and what a shell would read something into. */
  private static final Pattern FORBIDDEN = Pattern.compile("[<>:\"|?*]");

  /** Controls, bidirectional and other invisible marks, halves of characters, line breaks. */
  private static final Pattern INVISIBLE = Pattern.compile("[\\p{C}\\p{Zl}\\p{Zp}]");

  private static final Pattern EDGES = Pattern.compile("^[\\s.\\-~]+|[\\s.]+$");
  private static final Set<String> DEVICES = Set.of("con", "prn", "aux", "nul");
  private static final Pattern PORTS = Pattern.compile("(?:com|lpt)[0-9]");

  private SafeName() {}

  /** Returns the last part of a path, visible, not hidden, and bounded; never empty. */
  static String of(String given) {
    String last = given.substring(Math.max(given.lastIndexOf('/'), given.lastIndexOf('\\')) + 1);
    String visible =
        INVISIBLE.matcher(Normalizer.normalize(last, Normalizer.Form.NFC)).replaceAll("");
    String name = EDGES.matcher(FORBIDDEN.matcher(visible).replaceAll("_")).replaceAll("");
    String stem = stem(name).toLowerCase(java.util.Locale.ROOT);
    if (DEVICES.contains(stem) || PORTS.matcher(stem).matches()) {
      name = "_" + name;
    }
    return name.isEmpty() ? UNNAMED : bounded(name);
  }

  private static String bounded(String name) {
    String extension = extension(name);
    String kept =
        extension.getBytes(StandardCharsets.UTF_8).length <= LONGEST_EXTENSION ? extension : "";
    int room = MAX_BYTES - kept.getBytes(StandardCharsets.UTF_8).length;
    String stem = name.substring(0, name.length() - kept.length());
    StringBuilder cut = new StringBuilder();
    int bytes = 0;
    for (int i = 0; i < stem.length(); i += Character.charCount(stem.codePointAt(i))) {
      String letter = Character.toString(stem.codePointAt(i));
      bytes += letter.getBytes(StandardCharsets.UTF_8).length;
      if (bytes > room) {
        break;
      }
      cut.append(letter);
    }
    return cut + kept;
  }

  /** Returns the name with a number, for when it is taken: {@code leaf (2).jpg}. */
  static String numbered(String name, int number) {
    return stem(name) + " (" + number + ")" + extension(name);
  }

  private static String stem(String name) {
    return name.substring(0, name.length() - extension(name).length());
  }

  /** With its dot; empty if there is none. */
  private static String extension(String name) {
    int dot = name.lastIndexOf('.');
    return dot <= 0 ? "" : name.substring(dot);
  }
}
