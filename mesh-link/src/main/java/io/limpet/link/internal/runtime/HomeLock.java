package io.limpet.link.internal.runtime;

import io.limpet.link.LinkException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Keeps two nodes out of one home folder: they would share an identity. */
final class HomeLock implements AutoCloseable {
  /**
   * What this process holds. POSIX lets go of a process's lock when the process closes any
   * descriptor of the file, so that a second attempt must not even open it.
   */
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  private final Path file;
  private final FileChannel channel;

  private HomeLock(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /** Takes the lock or says who may hold it. */
  static HomeLock take(Path home) throws LinkException {
    try {
      Path file = home.toRealPath().resolve("lock");
      if (!HELD.add(file)) {
        throw taken(home);
      }
      FileChannel channel = null;
      boolean isLocked = false;
      try {
        channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        isLocked = channel.tryLock() != null;
      } finally {
        if (!isLocked) {
          HELD.remove(file);
          if (channel != null) {
            channel.close();
          }
        }
      }
      if (!isLocked) {
        throw taken(home);
      }
      return new HomeLock(file, channel);
    } catch (IOException e) {
      throw new LinkException(
          "home folder "
              + home
              + " cannot be used ("
              + e.getClass().getSimpleName()
              + " at "
              + e.getMessage()
              + "): choose another with --home",
          e);
    }
  }

  private static LinkException taken(Path home) {
    return new LinkException(
        "another node uses home folder " + home + ": stop it, or choose another with --home");
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      // The lock goes with the process in any case.
    } finally {
      HELD.remove(file);
    }
  }
}
