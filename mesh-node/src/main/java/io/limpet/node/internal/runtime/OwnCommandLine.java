package io.limpet.node.internal.runtime;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** How this process was started, for whoever starts it again under other circumstances. */
public final class OwnCommandLine {
  /** Not {@link ProcessHandle.Info#arguments}, which is empty when there are many. */
  private static final Path FILE = Path.of("/proc/self/cmdline");

  private OwnCommandLine() {}

  /**
   * Returns the program and its arguments.
   *
   * @throws IOException where there is no /proc
   */
  public static List<String> words() throws IOException {
    List<String> words = new ArrayList<>();
    words.add(
        ProcessHandle.current()
            .info()
            .command()
            .orElseGet(() -> Path.of(System.getProperty("java.home"), "bin", "java").toString()));
    List<String> own = List.of(Files.readString(FILE, StandardCharsets.UTF_8).split("\0", -1));
    // Every argument is ended by a NUL, so an empty one seems to follow the last.
    words.addAll(own.subList(1, own.size() - 1));
    return words;
  }
}
