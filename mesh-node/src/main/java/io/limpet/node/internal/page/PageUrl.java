package io.limpet.node.internal.page;

import io.limpet.node.NodeException;
import io.limpet.node.internal.http.HttpServers;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where a node's page is, in a file of the home folder that only its user reads. */
public final class PageUrl {
  private static final Logger LOG = LoggerFactory.getLogger(PageUrl.class);
  private static final String FILE = "page.url";
  private static final FileAttribute<Set<PosixFilePermission>> OWN =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  private final Path file;
  private final String text;

  private PageUrl(Path file, String text) {
    this.file = file;
    this.text = text;
  }

  static PageUrl write(Path home, InetSocketAddress at, PageToken token) throws NodeException {
    String text = "http://" + HttpServers.written(at) + "/" + token.text() + "/";
    Path file = home.resolve(FILE);
    try {
      // Made anew, so that it never was anybody else's to read.
      Files.deleteIfExists(file);
      Files.createFile(file, OWN);
      Files.writeString(file, text + "\n", StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new NodeException(file + " cannot be written: " + e.getMessage(), e);
    }
    return new PageUrl(file, text);
  }

  /** Returns where the page of the node in a home folder is, or nothing when it serves none. */
  public static Optional<String> of(Path home) throws IOException {
    Path file = home.resolve(FILE);
    return Files.exists(file)
        ? Optional.of(Files.readString(file, StandardCharsets.UTF_8).strip())
        : Optional.empty();
  }

  /** Forgets what a node that died has left. */
  public static void forget(Path home) {
    new PageUrl(home.resolve(FILE), "").remove();
  }

  String text() {
    return text;
  }

  void remove() {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      LOG.warn("{} cannot be deleted: {}", file, e.getMessage());
    }
  }
}
