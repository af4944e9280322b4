package io.limpet.link.internal.engine;

import io.limpet.link.Carrier;
import io.limpet.link.LinkInterface;
import io.limpet.link.internal.path.OutboundPath;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One interface as the engine may use it. A value.
 *
 * @param nif the interface
 * @param carriers those whose sockets are open
 * @param unicastPort where the unicast sockets listen
 * @param bitsPerSecond what the interface transmits, or 0 when that is not known
 * @param hearsItself whether what is sent to the group comes back here, too
 */
public record LinkPort(
    LinkInterface nif,
    Set<Carrier> carriers,
    int unicastPort,
    long bitsPerSecond,
    boolean hearsItself) {
  private static final int MAX_MTU = 1500;
  private static final int JUMBO_MTU = 9216;

  /** Copies the set. */
  public LinkPort {
    carriers = Set.copyOf(carriers);
  }

  /** An interface whose rate is not known, and that does not hear itself. */
  public LinkPort(LinkInterface nif, Set<Carrier> carriers, int unicastPort) {
    this(nif, carriers, unicastPort, 0, false);
  }

  /**
   * Returns the largest datagram that an ordinary frame of the interface takes, in bytes. Whether
   * the path takes it, too, has yet to be proven.
   */
  public int maxDatagramBytes(Carrier carrier) {
    return Math.min(MAX_MTU, nif.mtuBytes()) - OutboundPath.headerBytes(carrier);
  }

  /**
   * Returns the largest datagram that the interface would take, in bytes: a jumbo frame at most.
   */
  public int largestDatagramBytes(Carrier carrier) {
    return Math.min(JUMBO_MTU, nif.mtuBytes()) - OutboundPath.headerBytes(carrier);
  }

  /** Returns our own first address of a family, or null without one. */
  public @Nullable InetAddress ownAddress(boolean ipv6) {
    for (InetAddress address : nif.addresses()) {
      if (address instanceof Inet6Address == ipv6) {
        return address;
      }
    }
    return null;
  }
}
