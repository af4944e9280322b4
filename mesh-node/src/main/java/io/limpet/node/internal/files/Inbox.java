package io.limpet.node.internal.files;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folder that files are received into. What is not whole has a hidden name until it is: what is
 * there under its own name is whole, verified, and on the disk. Blocking; not thread-safe.
 */
final class Inbox {
  private static final Logger LOG = LoggerFactory.getLogger(Inbox.class);
  private static final String PREFIX = ".limpet-";
  private static final String SUFFIX = ".part";
  private static final int MAX_SAME_NAME = 1000;

  /** How many files of one name are looked at for whether it is there already. */
  private static final int LOOKED_AT = 9;

  private static final int BUFFER_BYTES = 1 << 16;

  /** What a disk needs beside. */
  static final long RESERVE_BYTES = 64 << 20;

  /** What nobody went on with for so long is forgotten. */
  static final Duration FORGOTTEN = Duration.ofDays(7);

  private final Path folder;

  Inbox(Path folder) {
    this.folder = folder;
  }

  /** The beginning of a file, and the digest of it so far. */
  record Partial(Path path, FileChannel channel, long size, MessageDigest digest) {}

  /** Opens the beginning that is there, made when missing; a longer one begins anew. */
  Partial open(Offer offer, String id) throws IOException {
    Path path = folder.resolve(PREFIX + id + SUFFIX);
    FileChannel channel =
        FileChannel.open(
            path,
            Set.of(
                StandardOpenOption.CREATE,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE,
                LinkOption.NOFOLLOW_LINKS));
    try {
      MessageDigest digest = FileProtocol.sha256();
      if (channel.size() > offer.size()) {
        channel.truncate(0);
      }
      ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
      while (channel.read(buffer.clear()) >= 0) {
        digest.update(buffer.flip());
      }
      return new Partial(path, channel, channel.position(), digest);
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  /** Says whether there is room for so many bytes more. */
  boolean hasRoom(long bytes) throws IOException {
    return Files.getFileStore(folder).getUsableSpace() - RESERVE_BYTES >= bytes;
  }

  /** Finds a file that was received whole before; who sends it again did not hear of it. */
  Optional<Path> whole(Offer offer) throws IOException {
    String name = SafeName.of(offer.name());
    for (int number = 1; number <= LOOKED_AT; number++) {
      Path path = folder.resolve(number == 1 ? name : SafeName.numbered(name, number));
      if (!Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
        return Optional.empty();
      }
      if (Files.size(path) == offer.size() && Arrays.equals(hash(path), offer.hash())) {
        return Optional.of(path);
      }
    }
    return Optional.empty();
  }

  private static byte[] hash(Path path) throws IOException {
    MessageDigest digest = FileProtocol.sha256();
    byte[] buffer = new byte[BUFFER_BYTES];
    try (InputStream in = Files.newInputStream(path, LinkOption.NOFOLLOW_LINKS)) {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        digest.update(buffer, 0, n);
      }
    }
    return digest.digest();
  }

  /** Gives a whole file its name, or the next that is free: nothing is ever replaced. */
  Path finish(Partial partial, String given) throws IOException {
    partial.channel().force(true);
    partial.channel().close();
    String name = SafeName.of(given);
    for (int number = 1; number < MAX_SAME_NAME; number++) {
      Path path = folder.resolve(number == 1 ? name : SafeName.numbered(name, number));
      try {
        name(partial.path(), path);
        syncFolder();
        return path;
      } catch (FileAlreadyExistsException e) {
        // The next number.
      }
    }
    throw new IOException("a thousand files are called " + name + " already");
  }

  /** A link fails when the name is taken, whoever took it meanwhile; a move might replace it. */
  private static void name(Path partial, Path path) throws IOException {
    try {
      Files.createLink(path, partial);
    } catch (FileAlreadyExistsException e) {
      throw e;
    } catch (IOException | UnsupportedOperationException e) {
      Files.move(partial, path); // a file system without links, as a stick's
      return;
    }
    Files.delete(partial);
  }

  private void syncFolder() {
    try (FileChannel directory = FileChannel.open(folder, StandardOpenOption.READ)) {
      directory.force(true);
    } catch (IOException e) {
      LOG.debug("{} cannot be synced: {}", folder, e.getMessage());
    }
  }

  /** Removes beginnings that nobody went on with for long. */
  void forget(Instant now) throws IOException {
    try (DirectoryStream<Path> partials = Files.newDirectoryStream(folder, PREFIX + "*" + SUFFIX)) {
      for (Path path : partials) {
        BasicFileAttributes attributes =
            Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        if (attributes.isRegularFile()
            && attributes.lastModifiedTime().toInstant().isBefore(now.minus(FORGOTTEN))) {
          Files.delete(path);
        }
      }
    }
  }
}
