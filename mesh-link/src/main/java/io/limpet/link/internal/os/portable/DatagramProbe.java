package io.limpet.link.internal.os.portable;

import io.limpet.link.LinkInterface;
import java.io.IOException;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/** Sends an empty UDP datagram for its side effect: that the kernel resolves the destination. */
public interface DatagramProbe {
  /** UDP port 9, discard (RFC 863): whoever has the address throws the datagram away. */
  int DISCARD_PORT = 9;

  /**
   * Sends one datagram out of an interface, never through a gateway where that can be prevented.
   *
   * @param source the source address, or null for the kernel's choice
   */
  void send(LinkInterface on, @Nullable InetAddress source, InetAddress destination)
      throws IOException;
}
