package io.limpet.rig.internal.bench.stand;

import io.limpet.rig.internal.Folders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where the processes of a stand keep their identities, journals and sockets. */
public final class TemporaryFolder {
  private static final Logger LOG = LoggerFactory.getLogger(TemporaryFolder.class);

  private TemporaryFolder() {}

  /** Makes one that its owner alone can enter. */
  public static Path create() throws BenchException {
    try {
      return Files.createTempDirectory("limpet-bench-");
    } catch (IOException e) {
      throw new BenchException("no folder for temporary files: " + e.getMessage(), e);
    }
  }

  /** Lets everybody pass through it. */
  public static void openToAll(Path folder) throws IOException {
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx--x--x"));
  }

  /** Removes it with all that is in it, as far as that can be done. */
  public static void remove(Path folder) {
    try {
      Folders.remove(folder);
    } catch (IOException e) {
      LOG.debug("{} stays: {}", folder, e.toString());
    }
  }
}
