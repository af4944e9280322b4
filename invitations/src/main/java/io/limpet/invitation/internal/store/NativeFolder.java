package io.limpet.invitation.internal.store;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where SQLite's native library is unpacked: in the home folder rather than in a temporary folder
 * that all share, where a process that was killed leaves it for ever.
 */
final class NativeFolder {
  private static final Logger LOG = LoggerFactory.getLogger(NativeFolder.class);
  private static final String PROPERTY = "org.sqlite.tmpdir";

  private NativeFolder() {}

  /** Makes the folder, empties it of what earlier lives left, and names it, unless one is named. */
  static synchronized void prepare(Path folder) {
    if (System.getProperty(PROPERTY) != null) {
      return; // chosen by the application, or by another node of this process
    }
    try {
      Files.createDirectories(folder);
      try (DirectoryStream<Path> left = Files.newDirectoryStream(folder, "sqlite-*")) {
        for (Path file : left) {
          Files.deleteIfExists(file);
        }
      }
      System.setProperty(PROPERTY, folder.toAbsolutePath().toString());
    } catch (IOException e) {
      LOG.info("the native library goes to the temporary folder: {}", e.toString());
    }
  }
}
