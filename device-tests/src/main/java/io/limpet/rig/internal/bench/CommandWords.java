package io.limpet.rig.internal.bench;

import java.util.List;
import java.util.stream.IntStream;
import picocli.CommandLine.Model.CommandSpec;

/** A command as it was given, for whoever wants to do it again. */
final class CommandWords {
  private CommandWords() {}

  /** Returns it without where the results went. */
  static String of(CommandSpec spec) {
    List<String> given = spec.commandLine().getParseResult().originalArgs();
    List<String> words =
        IntStream.range(0, given.size())
            .filter(i -> !given.get(i).startsWith("--out"))
            .filter(i -> i == 0 || !given.get(i - 1).equals("--out"))
            .mapToObj(given::get)
            .toList();
    return "bin/limpet " + String.join(" ", words);
  }
}
