package io.limpet.link;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A site's own command for a peer that unicast does not reach, for example one that flushes a mesh
 * path of the radio. It is run without a shell: its words are split once, here, and only then are
 * the placeholders {@code {interface}}, {@code {mac}}, {@code {ip}} and {@code {peer}} replaced, so
 * that no value can become a word of its own. A value; safe for any thread.
 *
 * @param words the program and its arguments, placeholders included; at least one, at most {@value
 *     #MAX_WORDS}
 * @param timeout after which it is killed, 100 ms to 60 s
 */
public record SiteHook(List<String> words, Duration timeout) {
  /** Most words of a command. */
  public static final int MAX_WORDS = 64;

  /** Longest command, in characters. */
  public static final int MAX_CHARACTERS = 4096;

  /** How long a command may take unless told otherwise. */
  public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(5);

  private static final Set<String> PLACEHOLDERS =
      new TreeSet<>(Set.of("interface", "mac", "ip", "peer"));
  private static final Pattern BRACES = Pattern.compile("\\{([^{}]*)\\}|[{}]");

  /**
   * Checks every word.
   *
   * @throws IllegalArgumentException with one line that says what is wrong
   */
  public SiteHook {
    words = List.copyOf(words);
    if (words.isEmpty() || words.get(0).isEmpty()) {
      throw new IllegalArgumentException("a site hook names a program");
    }
    if (words.size() > MAX_WORDS) {
      throw new IllegalArgumentException("a site hook has at most " + MAX_WORDS + " words");
    }
    words.forEach(SiteHook::check);
    if (words.get(0).indexOf('{') >= 0) {
      throw new IllegalArgumentException("the program of a site hook has no placeholders");
    }
    if (timeout.compareTo(Duration.ofMillis(100)) < 0
        || timeout.compareTo(Duration.ofSeconds(60)) > 0) {
      throw new IllegalArgumentException("a site hook may take 100 ms to 60 s");
    }
  }

  /**
   * Reads a command as a person writes it: words are separated by blanks; quotes, single and
   * double, keep blanks in a word; a backslash takes the next character as it is, except within
   * single quotes. Nothing else has a meaning: no variables, no pipes, no patterns.
   *
   * @throws IllegalArgumentException with one line that says what is wrong
   */
  public static SiteHook parse(String command) {
    if (command.length() > MAX_CHARACTERS) {
      throw new IllegalArgumentException(
          "a site hook has at most " + MAX_CHARACTERS + " characters");
    }
    return new SiteHook(split(command), DEFAULT_TIMEOUT);
  }

  private static List<String> split(String command) {
    List<String> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    boolean inWord = false;
    char quote = 0;
    for (int i = 0; i < command.length(); i++) {
      char c = command.charAt(i);
      if (c == '\\' && quote != '\'') {
        if (++i == command.length()) {
          throw new IllegalArgumentException("a site hook does not end with a backslash");
        }
        word.append(command.charAt(i));
        inWord = true;
      } else if (quote != 0) {
        if (c == quote) {
          quote = 0;
        } else {
          word.append(c);
        }
      } else if (c == '"' || c == '\'') {
        quote = c;
        inWord = true;
      } else if (c == ' ' || c == '\t') {
        if (inWord) {
          words.add(word.toString());
        }
        word.setLength(0);
        inWord = false;
      } else {
        word.append(c);
        inWord = true;
      }
    }
    if (quote != 0) {
      throw new IllegalArgumentException("a quote of the site hook is not closed");
    }
    if (inWord) {
      words.add(word.toString());
    }
    return words;
  }

  private static void check(String word) {
    if (word.chars().anyMatch(c -> c < ' ' || c == 0x7f)) {
      throw new IllegalArgumentException("a site hook has no control characters");
    }
    Matcher braces = BRACES.matcher(word);
    while (braces.find()) {
      String name = braces.group(1);
      if (name == null || !PLACEHOLDERS.contains(name)) {
        throw new IllegalArgumentException(
            "unknown placeholder "
                + braces.group()
                + " in the site hook: known are {interface}, {mac}, {ip} and {peer}");
      }
    }
  }

  /** Returns a copy that may take so long. */
  public SiteHook withTimeout(Duration newTimeout) {
    return new SiteHook(words, newTimeout);
  }
}
