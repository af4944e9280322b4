package io.limpet.node.internal.privacy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Set;

/** The secret of a home folder that its pseudonyms are made with. Blocking. */
public final class PseudonymKey {
  static final String FILE = "pseudonym.key";
  private static final int BYTES = 32;

  private PseudonymKey() {}

  /**
   * Returns the key of a home folder; it is made when there is none, readable for its owner alone.
   *
   * @throws IOException with one line that says what is wrong
   */
  public static byte[] of(Path home) throws IOException {
    Path file = home.resolve(FILE);
    if (!Files.exists(file)) {
      make(home, file);
    }
    byte[] key = new byte[BYTES];
    try (var in = Files.newInputStream(file)) {
      if (in.readNBytes(key, 0, BYTES) != BYTES || in.read() >= 0) {
        throw new IOException(file + " is not " + BYTES + " bytes long: remove it for a new one");
      }
    }
    return key;
  }

  private static void make(Path home, Path file) throws IOException {
    Files.createDirectories(home);
    byte[] key = new byte[BYTES];
    new SecureRandom().nextBytes(key);
    // Whole or not at all: a second process may look at the same moment.
    Path draft = Files.createTempFile(home, FILE, ".new");
    try {
      Files.setPosixFilePermissions(draft, PosixFilePermissions.fromString("rw-------"));
      try (FileChannel out = FileChannel.open(draft, Set.of(StandardOpenOption.WRITE))) {
        ByteBuffer bytes = ByteBuffer.wrap(key);
        while (bytes.hasRemaining()) {
          out.write(bytes);
        }
        out.force(true);
      }
      Files.createLink(file, draft);
    } catch (FileAlreadyExistsException e) {
      // Somebody else was first: theirs is the key.
      return;
    } catch (UnsupportedOperationException e) {
      Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(draft);
    }
  }
}
