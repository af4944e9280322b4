package io.limpet.link.internal.os;

import io.limpet.link.Bytes;
import io.limpet.link.LinkInterface;
import io.limpet.link.LinkPrivileges;
import io.limpet.link.MeshAddress;
import java.net.InetAddress;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The few operations that repair neighbour state. Each returns at once and never throws: the
 * outcome says what happened. Confined to the link's event loop. No PERMANENT entry is ever
 * written.
 */
public interface LinkControl extends AutoCloseable {
  /** Returns what can be done now; it may change at any time. */
  Set<Capability> capabilities();

  /** Returns what can be done now on one interface. */
  default Set<Capability> capabilities(LinkInterface on) {
    return capabilities();
  }

  /** Returns what can be done now and by which way, for people. */
  default LinkPrivileges privileges() {
    return LinkPrivileges.NONE;
  }

  /**
   * Says whom to call, on the event loop, when outcomes have come that were promised for later, or
   * when {@link #capabilities} may have changed.
   */
  default void listen(Runnable onNews) {}

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

  /**
   * Runs the configured site hook for a peer that unicast does not reach; what came of it is told
   * later. Needs a hook.
   */
  default Outcome runSiteHook(LinkInterface on, InetAddress ip, Bytes mac, MeshAddress peer) {
    return new Outcome(false, "no site hook is configured");
  }

  @Override
  void close();

  /** What may be possible. */
  enum Capability {
    /** CAP_NET_ADMIN: write neighbour entries. */
    WRITE_NEIGHBOURS,
    /** CAP_NET_RAW: send ARP and neighbour discovery frames. */
    SEND_ARP,
    /** A site hook is configured. */
    SITE_HOOK
  }

  /**
   * What became of an operation.
   *
   * @param done whether it was carried out, or at least handed on
   * @param word one or two words for the journal: "done", "denied", "asked linkd", "exit 0"
   * @param detail one short sentence for the journal
   * @param later completed on the event loop with what became of it in the end, when that is not
   *     known yet; null when it is
   */
  record Outcome(
      boolean done, String word, String detail, @Nullable CompletionStage<Outcome> later) {
    /** An outcome that is final. */
    public Outcome(boolean done, String detail) {
      this(done, done ? "done" : "denied", detail, null);
    }

    /** An outcome that is final, in words of its own. */
    public Outcome(boolean done, String word, String detail) {
      this(done, word, detail, null);
    }
  }
}
