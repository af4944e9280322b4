package io.limpet.node.internal.journal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Where a node's journal is. */
public final class JournalFiles {
  private static final String NAME = "journal.jsonl";
  private static final Pattern OLD = Pattern.compile("journal\\.jsonl\\.([0-9]{1,4})");

  private JournalFiles() {}

  /** Returns the present file of a home folder's journal; it need not be there. */
  public static Path present(Path home) {
    return home.resolve("journal").resolve(NAME);
  }

  /** Returns the files of a home folder's journal that are there, oldest first. */
  public static List<Path> of(Path home) throws IOException {
    return in(home.resolve("journal"));
  }

  /** Returns the files of a journal that are in a folder, oldest first. */
  public static List<Path> in(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    List<Path> files = new ArrayList<>();
    try (Stream<Path> all = Files.list(folder)) {
      all.filter(file -> age(name(file)) >= 0).forEach(files::add);
    }
    files.sort(Comparator.comparingInt((Path file) -> age(name(file))).reversed());
    return files;
  }

  /** Returns how many times a file was rotated, by its name; -1 when it is none of a journal. */
  public static int age(String name) {
    if (name.equals(NAME)) {
      return 0;
    }
    Matcher old = OLD.matcher(name);
    return old.matches() ? Integer.parseInt(old.group(1)) : -1;
  }

  private static String name(Path file) {
    return String.valueOf(file.getFileName());
  }
}
