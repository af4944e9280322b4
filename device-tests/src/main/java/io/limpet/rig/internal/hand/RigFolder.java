package io.limpet.rig.internal.hand;

import com.fasterxml.jackson.databind.JsonNode;
import io.limpet.node.NodeException;
import io.limpet.node.internal.control.ControlClient;
import io.limpet.node.internal.control.ControlException;
import io.limpet.node.internal.control.ControlSocket;
import io.limpet.rig.internal.Folders;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Set;

/**
 * Where a rig is driven from, and what is on its laptops' disks.
 *
 * @param path one rig at a time has it
 */
record RigFolder(Path path) {
  /** Names the folder to whatever runs on a laptop, whose home folder is another. */
  static final String VARIABLE = "LIMPET_RIG";

  private static final String LAPTOPS = "laptops";

  private static final FileAttribute<Set<PosixFilePermission>> OURS_ALONE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

  /** Returns the folder in which a person at this laptop is. */
  Path desk(String laptop) {
    return path.resolve(LAPTOPS).resolve(laptop);
  }

  /** Returns the home folder of a laptop's node. */
  Path home(String laptop) {
    return desk(laptop).resolve("node");
  }

  /**
   * Makes the folder this process's own until it ends, and empties the laptops.
   *
   * @throws NodeException if another rig has it
   */
  @SuppressWarnings("resource") // the lock is kept until this process ends
  void take(Iterable<String> laptops) throws NodeException {
    try {
      Files.createDirectories(path, OURS_ALONE);
      FileChannel file =
          FileChannel.open(
              path.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      FileLock lock = file.tryLock();
      if (lock == null) {
        file.close();
        throw new NodeException("a rig is up already: 'limpet rig down' ends it");
      }
      Path left = path.resolve(LAPTOPS);
      if (Files.isDirectory(left)) {
        Folders.remove(left);
      }
      for (String laptop : laptops) {
        Files.createDirectories(desk(laptop), OURS_ALONE);
      }
    } catch (IOException e) {
      throw new NodeException("the rig's folder cannot be written: " + e.getMessage(), e);
    }
  }

  /** Asks the rig that is up. */
  JsonNode ask(String command, Map<String, ?> args) throws ControlException {
    if (!Files.exists(ControlSocket.path(path))) {
      throw new ControlException("no rig is up: start one with 'limpet rig up'", 1);
    }
    try (ControlClient client = new ControlClient(path)) {
      return client.call(command, args);
    }
  }
}
