package io.limpet.rig.quickstart;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A page of prose, of commands for named terminals, and of what they print. */
final class Page {
  /**
   * What is typed at one terminal, if anything, and what that terminal then shows; empty for
   * nothing.
   */
  record Step(String terminal, List<String> commands, String shows) {
    /**
     * What the terminal must come to show: every line of it, {@code …} within a line being anything
     * there, and as a line of its own any lines.
     */
    Pattern expected() {
      return Pattern.compile(
          shows
              .lines()
              .map(
                  line ->
                      line.equals("…")
                          ? "(?:.*\n)*?"
                          : Pattern.compile("…")
                                  .splitAsStream(line)
                                  .map(Pattern::quote)
                                  .collect(Collectors.joining(".*"))
                              + (line.endsWith("…") ? ".*\n" : "[ \t]*\n"))
              .collect(Collectors.joining("", "(?m)^", "")));
    }
  }

  private static final Pattern FENCE = Pattern.compile("```(?:(sh|text) (\\w+))?");

  private final List<Step> steps = new ArrayList<>();
  private int words;

  private Page() {}

  static Page read(Path file) throws IOException {
    Page page = new Page();
    List<String> block = new ArrayList<>();
    Matcher open = null;
    for (String line : Files.readAllLines(file)) {
      Matcher fence = FENCE.matcher(line);
      if (!line.startsWith("```")) {
        if (open == null) {
          page.words += line.isBlank() ? 0 : line.strip().split("\\s+").length;
        } else {
          block.add(line);
        }
      } else if (open == null && fence.matches() && fence.group(1) != null) {
        open = fence;
        block.clear();
      } else if (open != null && line.equals("```")) {
        page.add(open.group(1), open.group(2), List.copyOf(block));
        open = null;
      } else {
        throw new IOException("not a block of a named terminal: " + line);
      }
    }
    return page;
  }

  private void add(String kind, String terminal, List<String> lines) throws IOException {
    if (kind.equals("sh")) {
      steps.add(new Step(terminal, lines, ""));
      return;
    }
    Step last = steps.isEmpty() ? null : steps.get(steps.size() - 1);
    boolean own = last != null && last.terminal().equals(terminal) && last.shows().isEmpty();
    List<String> commands = own ? steps.remove(steps.size() - 1).commands() : List.of();
    steps.add(new Step(terminal, commands, String.join("\n", lines)));
  }

  List<Step> steps() {
    return steps;
  }

  /** How many words there are to read, without the blocks. */
  int words() {
    return words;
  }

  /** How many keys there are to press, with Enter. */
  int keys() {
    return steps.stream()
        .flatMap(step -> step.commands().stream())
        .mapToInt(command -> command.length() + 1)
        .sum();
  }
}
