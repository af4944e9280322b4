package io.limpet.rig.internal.kernel;

import io.limpet.rig.RigException;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** A user who owns nothing and may nothing. */
final class OrdinaryUser {
  /** The user and the group called nobody. */
  private static final String NOBODY = "65534";

  private OrdinaryUser() {}

  /** Returns the command line that runs another as that user; it still dies with its parent. */
  static List<String> running(List<String> words) {
    List<String> line =
        new ArrayList<>(
            List.of(
                "setpriv",
                "--reuid",
                NOBODY,
                "--regid",
                NOBODY,
                "--clear-groups",
                "--inh-caps",
                "-all",
                "--no-new-privs",
                "--pdeathsig",
                "KILL",
                "--"));
    line.addAll(words);
    return line;
  }

  /** Returns the same class path, what that user could not read of it copied to a folder. */
  static String readable(String classPath, Path folder) {
    List<String> entries = new ArrayList<>();
    try {
      Files.createDirectories(folder);
      Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
      for (String entry : classPath.split(File.pathSeparator, -1)) {
        Path source = Path.of(entry).toAbsolutePath().normalize();
        if (!entry.isEmpty() && Files.exists(source)) {
          entries.add(
              isReadable(source) ? source.toString() : copy(source, folder, entries.size()));
        }
      }
    } catch (IOException e) {
      throw new RigException("no class path for an ordinary user: " + e.getMessage(), e);
    }
    return String.join(File.pathSeparator, entries);
  }

  private static boolean isReadable(Path file) throws IOException {
    for (Path above = file.getParent(); above != null; above = above.getParent()) {
      if (!permissions(above).contains(PosixFilePermission.OTHERS_EXECUTE)) {
        return false;
      }
    }
    return permissions(file).contains(PosixFilePermission.OTHERS_READ);
  }

  private static Set<PosixFilePermission> permissions(Path file) throws IOException {
    return Files.getPosixFilePermissions(file);
  }

  private static String copy(Path source, Path folder, int number) throws IOException {
    Path target = folder.resolve(number + "-" + source.getFileName());
    if (Files.exists(target)) {
      return target.toString(); // of an earlier process
    }
    try (Stream<Path> files = Files.walk(source)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Path copy = target.resolve(source.relativize(file).toString());
        Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING);
        Files.setPosixFilePermissions(copy, PosixFilePermissions.fromString("rwxr-xr-x"));
      }
    }
    return target.toString();
  }
}
