package io.limpet.presence.internal.roster;

import io.limpet.link.MeshAddress;
import io.limpet.link.PeerInfo;
import io.limpet.presence.Acquaintance;
import io.limpet.presence.Person;
import io.limpet.presence.Presence;
import io.limpet.presence.SharedActivity;
import io.limpet.presence.internal.announce.Announcement;
import io.limpet.presence.internal.announce.MdnsRecord;
import io.limpet.presence.internal.announce.Text;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The evidence about one peer, and what follows from it. Belongs to its {@link RosterCore}. */
final class Peer {
  /** Most records of one peer: one for each pair of interfaces, and a few that are passing. */
  static final int MAX_RECORDS = 16;

  /** What hello says of the peer. */
  enum Hello {
    NEVER_HEARD,
    HEARD,
    MISSED,
    SILENT,
    GOODBYE
  }

  private final MeshAddress address;
  private final Map<String, MdnsRecord> records = new LinkedHashMap<>();
  private Hello hello = Hello.NEVER_HEARD;
  private @Nullable PeerInfo info;
  private Announcement announcement = Announcement.NONE;
  private @Nullable MdnsRecord lastRecord;
  private boolean recordsOutlivedHello;
  private boolean recordsGoneForGood;
  private boolean keyChanged;
  private boolean knownBefore;
  private Acquaintance acquaintance;
  private @Nullable Person person;
  private String foldedName = "";

  /** When the doubt that a transport raised ends, if it did. */
  @Nullable Long suspicionEndsNs;

  /** When a peer that only mDNS knew is given up, if its records are gone. */
  @Nullable Long recordsGiveUpNs;

  /** When evidence last came in. */
  long lastEvidenceNs;

  Peer(MeshAddress address, Acquaintance acquaintance) {
    this.address = address;
    this.acquaintance = acquaintance;
  }

  MeshAddress address() {
    return address;
  }

  Hello hello() {
    return hello;
  }

  boolean isProven() {
    return info != null;
  }

  @Nullable PeerInfo info() {
    return info;
  }

  Announcement announcement() {
    return announcement;
  }

  @Nullable Person person() {
    return person;
  }

  boolean isKnownBefore() {
    return knownBefore || acquaintance != Acquaintance.STRANGER;
  }

  void setAcquaintance(Acquaintance now) {
    acquaintance = now;
  }

  Collection<MdnsRecord> records() {
    return records.values();
  }

  Set<String> recordKeys() {
    return records.keySet();
  }

  boolean hasRecord(String key) {
    return records.containsKey(key);
  }

  void setTrust(boolean changed, boolean before) {
    keyChanged = changed;
    knownBefore |= before;
  }

  /** Takes a signed hello: whatever doubt there was is over. */
  void heard(PeerInfo newInfo, Announcement newAnnouncement) {
    info = newInfo;
    announcement = newAnnouncement;
    heardAgain();
  }

  void heardAgain() {
    hello = Hello.HEARD;
    suspicionEndsNs = null;
    recordsOutlivedHello = false;
    recordsGiveUpNs = null;
  }

  void lost(Hello how) {
    hello = how;
    suspicionEndsNs = null;
    recordsOutlivedHello = false;
  }

  /**
   * Takes a record that has changed or is new; the caller has compared it with what is proven.
   * Returns the key of the record that had to be forgotten for it, if one had.
   */
  Optional<String> addRecord(String key, MdnsRecord mdnsRecord) {
    Optional<String> forgotten = Optional.empty();
    if (records.size() >= MAX_RECORDS && !records.containsKey(key)) {
      String oldest = records.keySet().iterator().next();
      records.remove(oldest);
      forgotten = Optional.of(oldest);
    }
    records.remove(key); // So that the newest is the last.
    records.put(key, mdnsRecord);
    lastRecord = best();
    recordsGiveUpNs = null;
    recordsGoneForGood = false;
    PeerInfo proven = info;
    if (hello == Hello.SILENT) {
      recordsOutlivedHello = true;
    } else if (hello == Hello.GOODBYE && proven != null && mdnsRecord.epoch() > proven.epoch()) {
      recordsOutlivedHello = true; // A goodbye is only revoked by a newer start.
    }
    return forgotten;
  }

  /** Removes a record; returns true if it was the last one. */
  boolean removeRecord(String key) {
    if (records.remove(key) == null) {
      return false;
    }
    if (!records.isEmpty()) {
      lastRecord = best(); // The last words of somebody who is gone are kept.
    }
    return records.isEmpty();
  }

  /** Drops the records whose fingerprint is not this one; returns how many. */
  int dropContradictions(String fingerprint) {
    int before = records.size();
    records.values().removeIf(claim -> !claim.fingerprint().equals(fingerprint));
    return before - records.size();
  }

  /** Nobody answered to the name of the lost records for long enough. */
  void giveUpRecords() {
    recordsGiveUpNs = null;
    recordsGoneForGood = true;
  }

  Presence presence() {
    return switch (hello) {
      case HEARD -> suspicionEndsNs == null ? Presence.ONLINE : Presence.SUSPECT;
      case MISSED -> Presence.SUSPECT;
      case SILENT, GOODBYE ->
          recordsOutlivedHello && !records.isEmpty() ? Presence.SUSPECT : Presence.OFFLINE;
      case NEVER_HEARD -> {
        if (!records.isEmpty()) {
          yield suspicionEndsNs == null ? Presence.ONLINE : Presence.SUSPECT;
        }
        yield recordsGoneForGood ? Presence.OFFLINE : Presence.SUSPECT;
      }
    };
  }

  /** Returns the person's name as {@link Text#fold} has it: kept, because folding is dear. */
  String foldedName() {
    return foldedName;
  }

  /** Makes the person anew from the evidence, and keeps them. */
  Person refresh(Instant now) {
    Person before = person;
    Presence presence = presence();
    Instant since = before != null && before.presence() == presence ? before.since() : now;
    Person after = isProven() ? proven(presence, since) : claimed(presence, since);
    if (before == null || !before.name().equals(after.name())) {
      foldedName = Text.fold(after.name());
    }
    person = after;
    return after;
  }

  private Person proven(Presence presence, Instant since) {
    PeerInfo proven = Objects.requireNonNull(info);
    return new Person(
        address,
        Text.clean(proven.nickname()),
        presence,
        announcement.colours(),
        announcement.status(),
        proven.epoch(),
        announcement.activities(),
        records.isEmpty() ? Set.of(RosterCore.HELLO) : Set.of(RosterCore.HELLO, RosterCore.MDNS),
        since,
        keyChanged,
        acquaintance);
  }

  private Person claimed(Presence presence, Instant since) {
    MdnsRecord claim = Objects.requireNonNull(lastRecord);
    return new Person(
        address,
        claim.nickname(),
        presence,
        claim.colours(),
        claim.status(),
        claim.epoch(),
        claim.activities().stream().map(id -> new SharedActivity(id, "", "", false)).toList(),
        Set.of(RosterCore.MDNS),
        since,
        keyChanged,
        acquaintance);
  }

  /** The record of the newest start; of one start, the one that came last. */
  private @Nullable MdnsRecord best() {
    MdnsRecord best = null;
    for (MdnsRecord claim : records.values()) {
      if (best == null || claim.epoch() >= best.epoch()) {
        best = claim;
      }
    }
    return best;
  }
}
