package io.limpet.link.internal.os.linkd.daemon;

import io.limpet.link.LinkException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * Where the daemon's socket lies: in a folder that only root writes, so that nobody can put another
 * socket in its place. Anybody may connect; who may ask is seen by the kernel's word on the peer.
 */
final class SocketFile {
  /** Unix allows 108 bytes with the closing zero. */
  private static final int MAX_PATH_BYTES = 107;

  private static final int TYPE_MASK = 0170000;
  private static final int TYPE_SOCKET = 0140000;
  private static final int OTHERS_WRITE = 022;

  private SocketFile() {}

  /** Makes the folder, and removes a socket that a dead daemon has left. */
  static void prepare(Path path) throws LinkException {
    Path folder = path.getParent();
    if (!path.isAbsolute() || folder == null) {
      throw new LinkException("the socket " + path + " is not an absolute path");
    }
    if (path.toString().getBytes(StandardCharsets.UTF_8).length > MAX_PATH_BYTES) {
      throw new LinkException("the path " + path + " is longer than a Unix socket's may be");
    }
    try {
      if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
        Files.createDirectory(folder);
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
      }
      check(folder);
      if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
        removeStale(path);
      }
    } catch (IOException e) {
      throw new LinkException("the socket " + path + " cannot be made: " + e, e);
    }
  }

  private static void check(Path folder) throws IOException, LinkException {
    boolean isFolder = Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS);
    if (!isFolder || !Files.getAttribute(folder, "unix:uid").equals(0)) {
      throw new LinkException(folder + " is not a folder that root owns: choose another --socket");
    }
    int mode = (Integer) Files.getAttribute(folder, "unix:mode");
    if ((mode & OTHERS_WRITE) != 0) {
      throw new LinkException(
          folder + " can be written by others than root: choose another --socket");
    }
  }

  private static void removeStale(Path path) throws IOException, LinkException {
    int mode = (Integer) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS);
    if ((mode & TYPE_MASK) != TYPE_SOCKET) {
      throw new LinkException(path + " is there and not a socket: choose another --socket");
    }
    if (isListening(path)) {
      throw new LinkException("a linkd listens on " + path + " already");
    }
    Files.delete(path);
  }

  private static boolean isListening(Path path) {
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      return channel.connect(UnixDomainSocketAddress.of(path));
    } catch (IOException e) {
      return false;
    }
  }

  /** Lets everybody connect. */
  static void open(Path path) throws LinkException {
    try {
      Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-rw-rw-"));
    } catch (IOException e) {
      throw new LinkException("the socket " + path + " cannot be opened to others: " + e, e);
    }
  }
}
