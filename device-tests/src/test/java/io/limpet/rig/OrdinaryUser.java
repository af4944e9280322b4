package io.limpet.rig;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Runs Java as somebody who is not root. */
public final class OrdinaryUser {
  private static final String NOBODY = "65534";

  private OrdinaryUser() {}

  /** Goes on only where root can become somebody else. */
  public static void assumePossible() {
    assumeTrue("root".equals(System.getProperty("user.name")), "only root can become another user");
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/setpriv")), "there is no setpriv here");
  }

  /**
   * The beginning of a command line that ends with a main class and its arguments.
   *
   * @param directory where the user lives; the class path is copied there, because what root sees
   *     need not be readable for others
   * @param needed which entries of the class path are copied, by file name
   */
  public static List<String> java(Path directory, Predicate<String> needed, String... options)
      throws IOException {
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));
    List<String> copies = new ArrayList<>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      Path source = Path.of(entry);
      String name = String.valueOf(source.getFileName());
      if (Files.exists(source) && needed.test(name)) {
        Path copy = directory.resolve(copies.size() + "-" + name);
        copyReadable(source, copy);
        copies.add(copy.toString());
      }
    }
    List<String> command =
        new ArrayList<>(
            List.of(
                "setpriv",
                "--reuid",
                NOBODY,
                "--regid",
                NOBODY,
                "--clear-groups",
                "--",
                "env",
                "HOME=" + directory,
                Path.of(System.getProperty("java.home"), "bin", "java").toString()));
    command.addAll(List.of(options));
    command.addAll(List.of("-cp", String.join(File.pathSeparator, copies)));
    return command;
  }

  private static void copyReadable(Path source, Path target) throws IOException {
    try (Stream<Path> files = Files.walk(source)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Path copy =
            file.equals(source) ? target : target.resolve(source.relativize(file).toString());
        Files.copy(file, copy);
        Files.setPosixFilePermissions(copy, PosixFilePermissions.fromString("rwxr-xr-x"));
      }
    }
  }
}
