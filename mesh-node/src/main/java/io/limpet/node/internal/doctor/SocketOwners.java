package io.limpet.node.internal.doctor;

import io.limpet.link.KernelSocket;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which program holds which socket, as far as this user may see: of others' programs, nothing. */
public final class SocketOwners {
  private static final Path PROC = Path.of("/proc");
  private static final Pattern SOCKET = Pattern.compile("socket:\\[(\\d+)\\]");

  private final Map<Long, Owner> byInode = new HashMap<>();

  private SocketOwners() {}

  /**
   * A program.
   *
   * @param program its name, as the kernel keeps it: 15 bytes at most
   */
  public record Owner(long pid, String program) {
    @Override
    public String toString() {
      return program + " (" + pid + ")";
    }
  }

  /** Looks at all processes; blocks for milliseconds. */
  public static SocketOwners read() {
    SocketOwners owners = new SocketOwners();
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
      for (Path process : processes) {
        owners.readProcess(process);
      }
    } catch (IOException e) {
      // Where there is no /proc, programs are not known.
    }
    return owners;
  }

  private void readProcess(Path process) {
    try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(process.resolve("fd"))) {
      Owner owner = null;
      for (Path descriptor : descriptors) {
        Matcher socket = SOCKET.matcher(target(descriptor));
        if (socket.matches()) {
          owner = owner == null ? owner(process) : owner;
          byInode.putIfAbsent(Long.parseLong(socket.group(1)), owner);
        }
      }
    } catch (IOException | java.nio.file.DirectoryIteratorException e) {
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

  private static Owner owner(Path process) throws IOException {
    String name = Files.readString(process.resolve("comm")).strip().replaceAll("\\p{C}", " ");
    return new Owner(Long.parseLong(process.getFileName().toString()), name);
  }

  /** Returns who holds a socket. */
  public Optional<Owner> of(KernelSocket socket) {
    return socket.inode() == 0
        ? Optional.empty()
        : Optional.ofNullable(byInode.get(socket.inode()));
  }

  Optional<Owner> of(long inode) {
    return Optional.ofNullable(byInode.get(inode));
  }
}
