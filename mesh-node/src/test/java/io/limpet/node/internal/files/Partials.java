package io.limpet.node.internal.files;

import io.limpet.link.MeshAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;

/** What a file is called while it is not whole. */
public final class Partials {
  private Partials() {}

  /** Returns the name in the receiver's folder. */
  public static String name(InetAddress sender, Path file) throws IOException {
    byte[] data = Files.readAllBytes(file);
    Offer offer = new Offer("any", data.length, FileProtocol.sha256().digest(data));
    return ".limpet-" + offer.id(MeshAddress.of(sender)) + ".part";
  }
}
