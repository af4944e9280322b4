package io.limpet.link.internal.repair;

import io.limpet.link.Bytes;
import io.limpet.link.LinkInterface;
import io.limpet.link.internal.os.NeighbourEntry;
import io.limpet.link.internal.os.NeighbourState;
import java.net.InetAddress;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What is known at one moment about unicast to one address of a peer. A value.
 *
 * @param on the local interface
 * @param ip the peer's address
 * @param entry the kernel's neighbour entry, or null without one
 * @param seesNeighbours whether the missing of an entry means anything
 * @param helloMac the MAC that the peer's signed hello names for this address, or null
 * @param failing whether unicast has stopped being confirmed while the peer is there
 * @param roundTripAgeNs since the last unicast round trip, or {@link Long#MAX_VALUE}
 * @param unicastProofAgeNs since the last proof of our unicast, or {@link Long#MAX_VALUE}
 * @param multicastProofAgeNs since the last proof of our multicast, or {@link Long#MAX_VALUE}
 * @param inboundAgeNs since the last unicast datagram of the peer, or {@link Long#MAX_VALUE}
 * @param rttNs the round-trip time on any path, or -1
 * @param claim how good the peer's claim to the address is
 */
public record Situation(
    LinkInterface on,
    InetAddress ip,
    @Nullable NeighbourEntry entry,
    boolean seesNeighbours,
    @Nullable Bytes helloMac,
    boolean failing,
    long roundTripAgeNs,
    long unicastProofAgeNs,
    long multicastProofAgeNs,
    long inboundAgeNs,
    long rttNs,
    Claim claim) {

  /** Says whether the kernel would send to another MAC than the one that the peer signed. */
  public boolean isMismatched() {
    return entry != null
        && entry.mac() != null
        && helloMac != null
        && entry.state() != NeighbourState.FAILED
        && entry.state() != NeighbourState.INCOMPLETE
        && !helloMac.equals(entry.mac());
  }

  /** Says whether the kernel would send to the very MAC that the peer signed. */
  public boolean isMatched() {
    return helloMac != null && entry != null && Objects.equals(helloMac, entry.mac());
  }

  /** Says whether the kernel has no MAC for the address. */
  public boolean isUnresolved() {
    if (!seesNeighbours) {
      return false;
    }
    return entry == null
        || entry.state() == NeighbourState.INCOMPLETE
        || entry.state() == NeighbourState.FAILED
        || entry.state() == NeighbourState.NONE;
  }

  /**
   * Says whether the MAC of the signed hello may take the place of what the kernel has. Anyone can
   * sign a claim to anyone's address, the gateway's for example: what the kernel found out by
   * itself is overruled only for a peer that has answered at the address, and that nobody
   * contradicts.
   */
  public boolean mayReplaceEntry() {
    return helloMac != null && mayTouchEntry() && (claim.answered() || isUnresolved());
  }

  /** Says whether the entry may be deleted, so that the kernel asks the network anew. */
  public boolean mayTouchEntry() {
    return claim.rival() == null && !isStatic();
  }

  /** An entry that a person or the system has set is their protection, and not ours to change. */
  private boolean isStatic() {
    return entry != null
        && (entry.state() == NeighbourState.PERMANENT || entry.state() == NeighbourState.NOARP);
  }

  /** Returns the evidence as the journal shows it. */
  public Map<String, String> evidence() {
    Map<String, String> evidence = new LinkedHashMap<>();
    evidence.put("interface", on.name());
    evidence.put("ip", ip.getHostAddress());
    evidence.put("entryMac", mac(entry == null ? null : entry.mac()));
    evidence.put("entryState", entry == null ? "none" : entry.state().name());
    evidence.put("helloMac", mac(helloMac));
    evidence.put("unicastProofAgeMs", age(unicastProofAgeNs));
    evidence.put("multicastProofAgeMs", age(multicastProofAgeNs));
    evidence.put("inboundUnicastAgeMs", age(inboundAgeNs));
    if (claim.rival() != null) {
      evidence.put("addressClaimedToo", "by " + claim.rival() + ": no entry is written");
    } else if (isStatic()) {
      evidence.put("entryStatic", "set by a person or the system: not touched");
    }
    return evidence;
  }

  /** Returns an age as evidence shows it: in milliseconds, {@link Long#MAX_VALUE} as never. */
  public static String age(long ageNs) {
    return ageNs == Long.MAX_VALUE ? "never" : Long.toString(ageNs / 1_000_000);
  }

  private static String mac(@Nullable Bytes mac) {
    return mac == null ? "none" : mac.toHex(":");
  }
}
