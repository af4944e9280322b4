package io.limpet.link.internal.os;

import io.limpet.link.Bytes;
import io.limpet.link.LinkInterface;
import java.net.InetAddress;
import java.util.Set;

/**
 * The few operations that repair neighbour state. Each returns at once and never throws: the
 * outcome says what happened. Confined to the link's event loop. No PERMANENT entry is ever
 * written.
 */
public interface LinkControl extends AutoCloseable {
  /** Returns what this process is able to do. */
  Set<Capability> capabilities();

  /** Replaces an entry's MAC (state REACHABLE, never PERMANENT). Needs CAP_NET_ADMIN. */
  Outcome replaceNeighbour(LinkInterface on, InetAddress ip, Bytes mac);

  /** Deletes an entry so that the kernel resolves anew. Needs CAP_NET_ADMIN. */
  Outcome flushNeighbour(LinkInterface on, InetAddress ip);

  /** Makes the kernel probe an entry now (NUD_PROBE). Needs CAP_NET_ADMIN. */
  Outcome probeNeighbour(LinkInterface on, InetAddress ip);

  /** Broadcasts an ARP request (or multicasts an NS) for a peer's address. Needs CAP_NET_RAW. */
  Outcome requestNeighbour(LinkInterface on, InetAddress ownIp, InetAddress ip);

  /**
   * Announces our own mapping: gratuitous ARP request and reply, or unsolicited NA. Needs
   * CAP_NET_RAW.
   */
  Outcome announce(LinkInterface on, InetAddress ownIp);

  /**
   * Makes our own kernel broadcast an ARP request (NS), from which every peer that has an entry for
   * us learns our MAC, by sending one datagram to an unused on-link address. Needs no privilege.
   * Callers space repetitions by 1.1 s or more (the peers' locktime).
   */
  Outcome provokeRequest(LinkInterface on, InetAddress ownIp);

  /**
   * Makes our own kernel resolve or re-probe a peer's entry by sending it one datagram. Needs no
   * privilege.
   */
  Outcome nudge(LinkInterface on, InetAddress ip);

  @Override
  void close();

  /** What a process may be able to do. */
  enum Capability {
    /** CAP_NET_ADMIN: write neighbour entries. */
    WRITE_NEIGHBOURS,
    /** CAP_NET_RAW: send ARP and neighbour discovery frames. */
    SEND_ARP
  }

  /**
   * What became of an operation.
   *
   * @param done whether it was carried out
   * @param detail one short sentence for the journal
   */
  record Outcome(boolean done, String detail) {}
}
