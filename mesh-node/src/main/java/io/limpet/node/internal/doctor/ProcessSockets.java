package io.limpet.node.internal.doctor;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Which process holds which socket, as far as this user may see. */
final class ProcessSockets {
  private static final String LEAD = "socket:[";

  private final Map<Long, Map.Entry<Long, String>> byInode = new HashMap<>();

  private ProcessSockets() {}

  static ProcessSockets read() {
    ProcessSockets all = new ProcessSockets();
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
      for (Path process : processes) {
        all.read(process);
      }
    } catch (IOException | DirectoryIteratorException e) {
      // Where there is no /proc, nobody is known.
    }
    return all;
  }

  private void read(Path process) {
    try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(process.resolve("fd"))) {
      String name = Files.readString(process.resolve("comm")).strip();
      Map.Entry<Long, String> holder =
          Map.entry(Long.valueOf(process.getFileName().toString()), name);
      for (Path descriptor : descriptors) {
        String target = target(descriptor);
        if (target.startsWith(LEAD)) {
          byInode.putIfAbsent(
              Long.valueOf(target.substring(LEAD.length(), target.length() - 1)), holder);
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      // Another user's, or one that has just ended.
    }
  }

  private static String target(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).toString();
    } catch (IOException e) {
      return ""; // closed meanwhile
    }
  }

  /** Returns the process and its name, or null when it is not known. */
  Map.@Nullable Entry<Long, String> holder(long inode) {
    return byInode.get(inode);
  }
}
