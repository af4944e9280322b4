package io.limpet.presence.internal.service;

import io.limpet.presence.internal.roster.KnownPeers;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file {@code known_peers} in the home folder: mode 0600, replaced as a whole or not at all.
 *
 * <p>One thread at a time.
 */
public final class KnownPeersFile {
  /** The file's name in the home folder. */
  public static final String NAME = "known_peers";

  /** Larger than any book that is written here. */
  private static final long MAX_BYTES = 4 << 20;

  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rw-------");

  private static final Logger log = LoggerFactory.getLogger(KnownPeersFile.class);

  private final Path file;

  /** Names the file; touches nothing. */
  public KnownPeersFile(Path home) {
    this.file = home.resolve(NAME);
  }

  /**
   * Reads the book. One that cannot be understood is moved aside, said loudly, and begun anew: a
   * laptop that does not start is no safer than one that has to learn its neighbours again.
   */
  public KnownPeers load() {
    try {
      if (Files.notExists(file)) {
        return new KnownPeers();
      }
      if (Files.size(file) > MAX_BYTES) {
        return startAnew("it is larger than " + MAX_BYTES + " bytes");
      }
      return KnownPeers.parse(Files.readString(file));
    } catch (KnownPeers.CorruptException e) {
      return startAnew(String.valueOf(e.getMessage()));
    } catch (CharacterCodingException e) {
      return startAnew("it is not UTF-8");
    } catch (IOException e) {
      return startAnew(e.toString());
    }
  }

  private KnownPeers startAnew(String reason) {
    try {
      Path aside = aside();
      Files.move(file, aside);
      log.error(
          "{} is damaged ({}): kept as {}; every nickname is up for first use again",
          file,
          reason,
          aside.getFileName());
    } catch (IOException e) {
      log.error("{} is damaged ({}) and cannot be moved aside: {}", file, reason, e.toString());
    }
    return new KnownPeers();
  }

  private Path aside() {
    int number = 1;
    Path aside;
    do {
      aside = file.resolveSibling(NAME + ".damaged-" + number++);
    } while (Files.exists(aside));
    return aside;
  }

  /**
   * Writes the text of a book: first beside the file and to the disk, then over it.
   *
   * @throws IOException if it could not be written; the old file is as it was
   */
  public void save(String text) throws IOException {
    Path beside = file.resolveSibling(NAME + ".new");
    Files.deleteIfExists(beside);
    boolean posix = file.getFileSystem().supportedFileAttributeViews().contains("posix");
    FileAttribute<?>[] mode =
        posix
            ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(OWNER_ONLY)}
            : new FileAttribute<?>[0];
    try (FileChannel channel =
        FileChannel.open(
            beside, Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW), mode)) {
      ByteBuffer bytes = StandardCharsets.UTF_8.encode(text);
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
    try {
      Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(beside, file, StandardCopyOption.REPLACE_EXISTING);
    }
  }
}
