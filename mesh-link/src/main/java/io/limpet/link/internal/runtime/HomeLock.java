package io.limpet.link.internal.runtime;

import io.limpet.link.LinkException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/** Keeps two nodes out of one home folder: they would share an identity. */
final class HomeLock implements AutoCloseable {
  private final FileChannel channel;

  private HomeLock(FileChannel channel) {
    this.channel = channel;
  }

  /** Takes the lock or says who may hold it. */
  static HomeLock take(Path home) throws LinkException {
    try {
      FileChannel channel =
          FileChannel.open(
              home.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (tryLock(channel) == null) {
        channel.close();
        throw new LinkException(
            "another node uses home folder " + home + ": stop it, or choose another with --home");
      }
      return new HomeLock(channel);
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

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null; // held by another link of this very process
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      // The lock goes with the process in any case.
    }
  }
}
