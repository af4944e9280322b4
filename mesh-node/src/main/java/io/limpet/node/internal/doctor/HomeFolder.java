package io.limpet.node.internal.doctor;

import io.limpet.node.internal.journal.JournalTail;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Looks at a home folder, and changes nothing there: not even its lock is tried. */
final class HomeFolder {
  private static final Path LOCKS = Path.of("/proc/locks");

  private final Path path;

  HomeFolder(Path path) {
    this.path = path;
  }

  Facts.Home look() {
    Path there = existing();
    return new Facts.Home(
        path,
        Files.isDirectory(path),
        Files.isDirectory(there) && Files.isWritable(there),
        identityMode(),
        lockHolder(),
        freeBytes(there),
        lastEvent());
  }

  /** The folder, or the nearest above it that exists. */
  private Path existing() {
    Path there = path;
    while (!Files.exists(there) && there.getParent() != null) {
      there = there.getParent();
    }
    return there;
  }

  private @Nullable String identityMode() {
    try {
      return PosixFilePermissions.toString(
          Files.getPosixFilePermissions(path.resolve("identity.pem")));
    } catch (IOException | UnsupportedOperationException e) {
      return null;
    }
  }

  /** The kernel's own list names the process by the file's inode. */
  private long lockHolder() {
    Path lock = path.resolve("lock");
    try {
      String inode = ":" + Files.getAttribute(lock, "unix:ino") + " ";
      for (String line : Files.readAllLines(LOCKS)) {
        String[] fields = line.strip().split("\\s+", -1);
        if (line.contains(inode) && fields.length > 4 && fields[4].matches("-?[0-9]{1,10}")) {
          return Long.parseLong(fields[4]);
        }
      }
      return 0;
    } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
      return Files.exists(lock) ? -1 : 0;
    }
  }

  private static long freeBytes(Path there) {
    try {
      return Files.getFileStore(there).getUsableSpace();
    } catch (IOException e) {
      return -1;
    }
  }

  private @Nullable Instant lastEvent() {
    return new JournalTail(path.resolve("journal").resolve("journal.jsonl")).newest();
  }
}
