package io.limpet.rig.packages;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** What bin/package makes, made once. */
final class Packages {
  private static final Path ROOT = Path.of("").toAbsolutePath().getParent();

  private static List<Path> files = List.of();

  private Packages() {}

  /** Returns the Debian package. */
  static Path deb() throws Exception {
    return files().get(0);
  }

  /** Returns the archive that needs no Java. */
  static Path image() throws Exception {
    return files().get(1);
  }

  private static synchronized List<Path> files() throws Exception {
    if (files.isEmpty()) {
      List<String> said =
          Shell.run(
                  Map.of("LIMPET_BUILT", "1"),
                  ROOT.resolve("bin/package").toString(),
                  "deb",
                  "image")
              .ok()
              .lines()
              .toList();
      files = said.subList(said.size() - 2, said.size()).stream().map(Path::of).toList();
    }
    return files;
  }
}
