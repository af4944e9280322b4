package io.limpet.tcp.internal.kernel;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** Which programs of the system are there. */
public final class Programs {
  private Programs() {}

  /** Skips the tests of a class, and says why, unless all of these are there. */
  public static void assumeInstalled(String... names) {
    List<String> missing = Stream.of(names).filter(name -> !isInstalled(name)).toList();
    if (!missing.isEmpty()) {
      System.out.println("Skipped, not installed: " + String.join(", ", missing));
    }
    Assumptions.assumeTrue(missing.isEmpty(), () -> "needs " + String.join(", ", missing));
  }

  private static boolean isInstalled(String name) {
    return Stream.of(System.getenv("PATH").split(File.pathSeparator, -1))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, name)));
  }
}
