package io.limpet.presence.internal.roster;

import io.limpet.link.Bytes;
import io.limpet.link.MeshAddress;
import io.limpet.link.PeerInfo;
import io.limpet.presence.Acquaintance;
import io.limpet.presence.Person;
import io.limpet.presence.internal.announce.Fingerprint;
import io.limpet.presence.internal.announce.MdnsRecord;
import io.limpet.presence.internal.roster.KnownPeers.Pin;
import io.limpet.presence.internal.roster.KnownPeers.Verdict;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the known peers say about those in the roster. Belongs to its {@link RosterCore}. */
final class Trust {
  private final KnownPeers knownPeers;
  private boolean changed;

  Trust(KnownPeers knownPeers) {
    this.knownPeers = knownPeers;
  }

  /** Says once whether the known peers have changed since it was last asked. */
  boolean pollChanged() {
    boolean before = changed;
    changed = false;
    return before;
  }

  /** Compares a proven peer with the pin of its name, and pins it at first use. */
  void greet(Moment now, Peer peer) {
    PeerInfo info = peer.info();
    if (info != null) {
      Verdict verdict =
          knownPeers.check(info.nickname(), info.address(), info.signingKey(), now.wall());
      changed |= verdict == Verdict.FIRST_USE;
      peer.setTrust(
          verdict == Verdict.OTHER_KEY, verdict == Verdict.SAME_KEY && isFirstHello(peer));
    }
  }

  /** A pin that this very run has made does not make an old acquaintance. */
  private static boolean isFirstHello(Peer peer) {
    Person person = peer.person();
    return person == null || !person.sources().contains(RosterCore.HELLO);
  }

  /** Marks a peer that only mDNS knows if it claims the name of somebody else. */
  void doubt(MdnsRecord claim, Peer peer) {
    boolean namesake =
        knownPeers
            .pin(claim.nickname())
            .map(pin -> !Fingerprint.of(pin.key()).equals(claim.fingerprint()))
            .orElse(false);
    peer.setTrust(namesake, false);
  }

  /** Says whether a record claims what is known to be otherwise. */
  boolean isContradicted(MdnsRecord claim, @Nullable Peer peer) {
    Bytes proven = key(claim.address(), peer).orElse(null);
    if (proven != null) {
      return !claim.fingerprint().equals(Fingerprint.of(proven));
    }
    // Of two unproven claims to one address the first stands.
    return peer != null
        && peer.records().stream().anyMatch(r -> !r.fingerprint().equals(claim.fingerprint()));
  }

  /** Returns the key of somebody, if it has ever been proven here. */
  Optional<Bytes> key(MeshAddress address, @Nullable Peer peer) {
    PeerInfo info = peer == null ? null : peer.info();
    return info != null ? Optional.of(info.signingKey()) : knownPeers.pin(address).map(Pin::key);
  }

  Acquaintance acquaintance(MeshAddress address) {
    return knownPeers.acquaintance(address);
  }

  /** Remembers that this laptop's person deals with somebody; returns whether that is new. */
  boolean acquaint(Moment now, MeshAddress address) {
    boolean isNew = knownPeers.acquaint(address, now.wall());
    changed |= isNew;
    return isNew;
  }

  /** Remembers that two people compared their digits; false if the key was never proven. */
  boolean confirm(Moment now, MeshAddress address, @Nullable Peer peer) {
    PeerInfo info = peer == null ? null : peer.info();
    String nickname =
        info != null ? info.nickname() : knownPeers.pin(address).map(Pin::nickname).orElse("");
    boolean confirmed =
        key(address, peer)
            .map(key -> knownPeers.verify(nickname, address, key, now.wall()))
            .orElse(false);
    changed |= confirmed;
    return confirmed;
  }

  /** Looks again at a peer after its person, or somebody of its name, was confirmed. */
  void reconsider(Moment now, Peer peer) {
    peer.setAcquaintance(knownPeers.acquaintance(peer.address()));
    greet(now, peer);
  }
}
