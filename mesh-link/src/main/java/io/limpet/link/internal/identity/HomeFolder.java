package io.limpet.link.internal.identity;

import io.limpet.link.LinkException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * The node's home folder: makes it, and writes files in it so that after a crash each is there
 * whole or not at all.
 */
final class HomeFolder {
  private final Path home;

  HomeFolder(Path home) {
    this.home = home;
  }

  /** Makes the folder, for its owner alone, unless it exists. */
  void ensureExists() throws LinkException {
    if (Files.isDirectory(home)) {
      return;
    }
    try {
      Path parent = home.toAbsolutePath().getParent();
      if (parent != null) {
        Files.createDirectories(parent);
      }
      Files.createDirectory(home, ownerOnly(home.toAbsolutePath().getRoot(), "rwx------"));
    } catch (FileAlreadyExistsException e) {
      if (!Files.isDirectory(home)) {
        throw new LinkException(
            "cannot make the home folder " + home + ": " + e.getFile() + " is a file", e);
      }
    } catch (IOException e) {
      throw new LinkException(
          "cannot make the home folder "
              + home
              + " ("
              + Reasons.of(e)
              + "): choose another, or make its parent writable",
          e);
    }
  }

  /**
   * Creates a file of mode 0600 with these contents, durably.
   *
   * @throws FileAlreadyExistsException when the file exists, which is then left as it is
   */
  void createFile(Path file, byte[] contents) throws IOException {
    Path temporary = writeTemporary(file, contents);
    try {
      try {
        // A hard link fails when the target exists, atomically, which a rename does not.
        Files.createLink(file, temporary);
      } catch (FileAlreadyExistsException e) {
        throw e;
      } catch (IOException | UnsupportedOperationException e) {
        Files.move(temporary, file);
      }
    } finally {
      Files.deleteIfExists(temporary);
    }
    syncFolder();
  }

  /** Replaces or creates a file of mode 0600 with these contents, atomically and durably. */
  void replaceFile(Path file, byte[] contents) throws IOException {
    Path temporary = writeTemporary(file, contents);
    try {
      try {
        Files.move(
            temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      } catch (AtomicMoveNotSupportedException e) {
        Files.move(temporary, file, StandardCopyOption.REPLACE_EXISTING);
      }
    } finally {
      Files.deleteIfExists(temporary);
    }
    syncFolder();
  }

  static boolean hasPosixPermissions(Path path) {
    return Files.getFileAttributeView(path, PosixFileAttributeView.class) != null;
  }

  private Path writeTemporary(Path file, byte[] contents) throws IOException {
    Path temporary =
        Files.createTempFile(home, file.getFileName() + ".", ".tmp", ownerOnly(home, "rw-------"));
    try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
      ByteBuffer bytes = ByteBuffer.wrap(contents);
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    } catch (IOException e) {
      Files.deleteIfExists(temporary);
      throw e;
    }
    return temporary;
  }

  private static FileAttribute<?>[] ownerOnly(Path near, String permissions) {
    return hasPosixPermissions(near)
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
        }
        : new FileAttribute<?>[0];
  }

  // A rename lasts through a power cut only when the folder itself has been synced.
  private void syncFolder() {
    try (FileChannel folder = FileChannel.open(home, StandardOpenOption.READ)) {
      folder.force(true);
    } catch (IOException e) {
      // Some systems open no folders; their rename is as durable as they make it.
      org.slf4j.LoggerFactory.getLogger(HomeFolder.class).debug("cannot sync {}", home, e);
    }
  }
}
