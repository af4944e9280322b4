package io.limpet.node.internal.runtime;

import io.limpet.node.NodeException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;

/**
 * A node's home folder, held by one node at a time.
 *
 * <p>The lock is the kernel's: it vanishes with the process, however that ends.
 */
final class HomeFolder implements AutoCloseable {
  private final FileChannel channel;
  private final FileLock lock;

  private HomeFolder(FileChannel channel, FileLock lock) {
    this.channel = channel;
    this.lock = lock;
  }

  static HomeFolder open(Path home) throws NodeException {
    try {
      if (!Files.isDirectory(home)) {
        createPrivate(home);
      }
      if (!Files.isWritable(home)) {
        throw new NodeException(
            "home folder " + home + " is not writable: choose another with --home");
      }
      return lock(home);
    } catch (FileAlreadyExistsException e) {
      throw new NodeException(
          "home folder " + home + " is not a folder: choose another with --home", e);
    } catch (AccessDeniedException e) {
      throw new NodeException(
          "home folder " + home + " cannot be used (permission denied): choose another with --home",
          e);
    } catch (IOException e) {
      throw new NodeException(
          "home folder "
              + home
              + " cannot be used ("
              + e.getMessage()
              + "): choose another with"
              + " --home",
          e);
    }
  }

  private static void createPrivate(Path home) throws IOException {
    Path parent = home.toAbsolutePath().getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    if (home.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      Files.createDirectory(
          home, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    } else {
      Files.createDirectory(home);
    }
  }

  private static HomeFolder lock(Path home) throws IOException, NodeException {
    FileChannel channel =
        FileChannel.open(
            home.resolve("lock"),
            StandardOpenOption.CREATE,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE);
    FileLock lock = tryLock(channel);
    if (lock == null) {
      channel.close();
      throw new NodeException(
          "home folder "
              + home
              + " is in use by a running node"
              + owner(home)
              + ": stop it with 'limpet --home "
              + home
              + " stop', or choose another with --home");
    }
    channel.truncate(0);
    channel.write(
        ByteBuffer.wrap(
            Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.US_ASCII)));
    return new HomeFolder(channel, lock);
  }

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null;
    }
  }

  private static String owner(Path home) {
    try {
      String pid = Files.readString(home.resolve("lock")).strip();
      return pid.matches("[0-9]{1,10}") ? " (process " + pid + ")" : "";
    } catch (NoSuchFileException e) {
      return "";
    } catch (IOException e) {
      return "";
    }
  }

  @Override
  public void close() {
    try {
      lock.release();
      channel.close();
    } catch (IOException e) {
      // The kernel drops the lock with the process: nothing is left to do.
      return;
    }
  }
}
