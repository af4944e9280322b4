package io.limpet.node.internal.control;

import java.net.UnixDomainSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Where a node's control socket is, and how it is spoken to: one JSON object a line. A request is
 * {@code {"command": …, "args": {…}}}; answers are any number of {@code {"event": …}} and then one
 * {@code {"result": …}} or {@code {"error": …, "exit": …}}.
 */
public final class ControlSocket {
  /** Longest request, in bytes. */
  static final int MAX_REQUEST_BYTES = 64 << 10;

  /** Unix allows 108 bytes with the closing zero. */
  private static final int MAX_PATH_BYTES = 107;

  private ControlSocket() {}

  /** Returns the socket's path in a home folder. */
  public static Path path(Path home) {
    return home.toAbsolutePath().normalize().resolve("control.sock");
  }

  static UnixDomainSocketAddress address(Path home) throws ControlException {
    Path path = path(home);
    int length = path.toString().getBytes(StandardCharsets.UTF_8).length;
    if (length > MAX_PATH_BYTES) {
      throw ControlException.wrongUsage(
          "the path of the home folder is too long for a Unix socket ("
              + length
              + " bytes with control.sock, "
              + MAX_PATH_BYTES
              + " are allowed): choose a shorter --home");
    }
    return UnixDomainSocketAddress.of(path);
  }
}
