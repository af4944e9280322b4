package io.limpet.presence.internal.roster;

import io.limpet.link.Bytes;
import io.limpet.link.LinkEvent;
import io.limpet.link.MeshAddress;
import io.limpet.link.PathState;
import io.limpet.link.PeerInfo;
import io.limpet.link.PeerReport;
import io.limpet.presence.Person;
import io.limpet.presence.Presence;
import io.limpet.presence.RosterEvent;
import io.limpet.presence.internal.announce.Announcement;
import io.limpet.presence.internal.announce.AnnouncementCodec;
import io.limpet.presence.internal.announce.Fingerprint;
import io.limpet.presence.internal.announce.MdnsRecord;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Two sources, one truth: merges what hello proves and what mDNS claims into people.
 *
 * <p>Hello decides. {@code ONLINE}: heard, and nothing missed since. {@code SUSPECT}: the link
 * missed hellos, or a transport doubts. {@code OFFLINE}: a goodbye, or the link calls them silent.
 * mDNS adds those whom hello has not reached: they are {@code ONLINE} as far as their record says,
 * which is a claim and no proof; {@code SUSPECT} when the record is gone, whether withdrawn or
 * expired, for a TTL alone proves no absence; and {@code OFFLINE} when nobody has answered for
 * {@link #RECORD_GRACE_NS} after that. For a peer that hello knows, mDNS can do one thing only: a
 * record that newly appears after the silence makes them {@code SUSPECT} instead of {@code
 * OFFLINE}. What a doubt or a silence speaks against is asked for anew, so that no cache outlives
 * its subject.
 *
 * <p>Sans-IO: inputs are {@code on…} methods with their moment, outputs are {@link #pollEvent},
 * {@link #pollDoubtedRecord}, {@link #snapshot}, {@link #pollKnownPeersChanged} and {@link
 * #nextDeadlineNs}. Not safe for threads.
 */
public final class RosterCore {
  /** The source {@code hello}. */
  public static final String HELLO = "hello";

  /** The source {@code mdns}. */
  public static final String MDNS = "mdns";

  /** Most people that are kept. */
  public static final int MAX_PEOPLE = 512;

  /** How long a transport's suspicion lasts that the link does not share. */
  public static final long SUSPICION_NS = TimeUnit.SECONDS.toNanos(10);

  /**
   * The same for somebody whom only mDNS knows: their record is asked for anew, which takes 10 s.
   */
  public static final long UNPROVEN_SUSPICION_NS = TimeUnit.SECONDS.toNanos(15);

  /** How long somebody whose mDNS record is gone may take to answer the browsing again. */
  public static final long RECORD_GRACE_NS = TimeUnit.SECONDS.toNanos(60);

  /**
   * Whom to forget first: who was never proven, then who is new, then who is gone, then who is old.
   */
  private static final Comparator<Peer> EXPENDABLE_FIRST =
      Comparator.comparing(Peer::isProven)
          .thenComparing(Peer::isKnownBefore)
          .thenComparing(Peer::presence, Comparator.reverseOrder());

  private final MeshAddress self;
  private final Trust trust;
  private final Map<MeshAddress, Peer> peers = new HashMap<>();
  private final Map<String, MeshAddress> recordOwners = new HashMap<>();
  private final Queue<RosterEvent> events = new ArrayDeque<>();
  private final Queue<String> doubtedRecords = new ArrayDeque<>();
  private @Nullable Snapshot snapshot = Snapshot.EMPTY;
  private long malformedAnnouncements;
  private long contradictedRecords;
  private long refusedPeers;

  /**
   * What was dropped since the start.
   *
   * @param malformedAnnouncements signed announcements that could not be read
   * @param contradictedRecords mDNS records that claimed what is known to be otherwise
   * @param refusedPeers peers for which there was no room
   */
  public record Counters(
      long malformedAnnouncements, long contradictedRecords, long refusedPeers) {}

  /**
   * Makes an empty roster.
   *
   * @param self this node's own address: never a person in its own roster
   * @param knownPeers consulted and added to
   */
  public RosterCore(MeshAddress self, KnownPeers knownPeers) {
    this.self = self;
    this.trust = new Trust(knownPeers);
  }

  // ---- inputs ----

  /** Takes the peers that the link knew before its events were listened to. */
  public void onPeers(Moment now, List<PeerReport> reports) {
    for (PeerReport report : reports) {
      MeshAddress address = report.info().address();
      Peer peer = peers.get(address);
      if (peer != null && peer.isProven()) {
        continue; // An event was quicker, and is newer.
      }
      if (report.path() != PathState.SILENT) {
        heard(now, report.info(), "known to the link");
      } else {
        Peer silent = admit(now, address, true);
        if (silent != null) {
          silent.heard(report.info(), announcement(report.info(), Announcement.NONE));
          silent.lost(Peer.Hello.SILENT);
          trust.greet(now, silent);
          publish(now, silent, "silent on every carrier", false);
        }
      }
    }
  }

  /** Takes an event of the link; those that are not evidence about a peer are ignored. */
  public void onLinkEvent(Moment now, LinkEvent event) {
    if (event instanceof LinkEvent.PeerHeard heard) {
      heard(now, heard.info(), heard.afterSilence() ? "hello after silence" : "first hello");
    } else if (event instanceof LinkEvent.PeerChanged changed) {
      heard(now, changed.info(), "hello");
    } else if (event instanceof LinkEvent.PeerRestarted restarted) {
      heard(now, restarted.info(), "hello with a higher epoch");
    } else if (event instanceof LinkEvent.PeerReachable reachable) {
      reachable(now, reachable);
    } else if (event instanceof LinkEvent.PeerMissed missed) {
      lost(now, missed.peer(), Peer.Hello.MISSED, "nothing heard for " + say(missed.silentFor()));
    } else if (event instanceof LinkEvent.PeerSilent silent) {
      lost(now, silent.peer(), Peer.Hello.SILENT, "silent for " + say(silent.silentFor()));
    } else if (event instanceof LinkEvent.PeerGoodbye goodbye) {
      lost(now, goodbye.peer(), Peer.Hello.GOODBYE, "said goodbye");
    }
  }

  /** Takes a transport's suspicion. */
  public void onSuspicion(Moment now, MeshAddress address, String evidence) {
    Peer peer = peers.get(address);
    if (peer != null && peer.presence() == Presence.ONLINE) {
      peer.suspicionEndsNs = now.ns() + (peer.isProven() ? SUSPICION_NS : UNPROVEN_SUSPICION_NS);
      doubtRecords(peer);
      publish(now, peer, evidence, false);
    }
  }

  /** Takes an act of this laptop's person towards somebody, who need not be here. */
  public void onAcquainted(Moment now, MeshAddress address) {
    if (!address.equals(self) && trust.acquaint(now, address)) {
      acquaintanceChanged(now);
    }
  }

  /**
   * Takes the word of this laptop's person that the digits were the same.
   *
   * @return whether it could be remembered: not for somebody whose key was never proven, nor when
   *     there are too many
   */
  public boolean onConfirmed(Moment now, MeshAddress address) {
    boolean confirmed = trust.confirm(now, address, peers.get(address));
    if (confirmed) {
      acquaintanceChanged(now);
    }
    return confirmed;
  }

  private void acquaintanceChanged(Moment now) {
    // Somebody else may have had the name until now.
    for (Peer peer : List.copyOf(peers.values())) {
      trust.reconsider(now, peer);
      publish(now, peer, "confirmed by this laptop's person", false);
    }
  }

  /**
   * Takes an mDNS record that has appeared or changed.
   *
   * @param key where the record was seen, unique among all records at one time
   */
  public void onRecordSeen(Moment now, String key, MdnsRecord claim) {
    MeshAddress address = claim.address();
    MeshAddress earlier = recordOwners.get(key);
    if (earlier != null && !earlier.equals(address)) {
      onRecordLost(now, key);
    }
    if (address.equals(self)) {
      return; // Our own, from another interface; or somebody's lie, which harms nobody here.
    }
    if (trust.isContradicted(claim, peers.get(address))) {
      contradictedRecords++;
      onRecordLost(now, key);
      return;
    }
    boolean isNew = !peers.containsKey(address);
    Peer peer = admit(now, address, false);
    if (peer == null) {
      return;
    }
    peer.lastEvidenceNs = now.ns();
    peer.addRecord(key, claim).ifPresent(recordOwners::remove);
    recordOwners.put(key, address);
    if (!peer.isProven()) {
      peer.suspicionEndsNs = null;
      trust.doubt(claim, peer);
    }
    publish(now, peer, isNew ? "mDNS record appeared" : "mDNS record", false);
  }

  /** Takes the loss of an mDNS record, be it withdrawn or expired. */
  public void onRecordLost(Moment now, String key) {
    MeshAddress address = recordOwners.remove(key);
    Peer peer = address == null ? null : peers.get(address);
    if (peer != null && peer.removeRecord(key)) {
      recordsGone(now, peer);
      publish(now, peer, "mDNS record is gone", false);
    }
  }

  /** Does what is due; harmless when nothing is. */
  public void onTimer(Moment now) {
    for (Peer peer : List.copyOf(peers.values())) {
      Long suspicionEnds = peer.suspicionEndsNs;
      if (suspicionEnds != null && suspicionEnds - now.ns() <= 0) {
        peer.suspicionEndsNs = null;
        publish(now, peer, "suspicion not shared by the link", false);
      }
      Long giveUp = peer.recordsGiveUpNs;
      if (giveUp != null && giveUp - now.ns() <= 0) {
        peer.giveUpRecords();
        publish(now, peer, "mDNS record gone and browsing unanswered", false);
      }
    }
  }

  // ---- outputs ----

  /** Returns the next event, in order, or null. */
  public @Nullable RosterEvent pollEvent() {
    return events.poll();
  }

  /** Returns the key of the next mDNS record that is to be asked for anew, or null. */
  public @Nullable String pollDoubtedRecord() {
    return doubtedRecords.poll();
  }

  /** Returns when {@link #onTimer} is due next. */
  public OptionalLong nextDeadlineNs() {
    Long next = null;
    for (Peer peer : peers.values()) {
      next = earlier(next, peer.suspicionEndsNs);
      next = earlier(next, peer.recordsGiveUpNs);
    }
    return next == null ? OptionalLong.empty() : OptionalLong.of(next);
  }

  /** Returns the key of somebody, if it has ever been proven here. */
  public Optional<Bytes> key(MeshAddress address) {
    return trust.key(address, peers.get(address));
  }

  /** Returns the people as they are now. */
  public Snapshot snapshot() {
    Snapshot current = snapshot;
    if (current == null) {
      current = Snapshot.of(peers.values());
      snapshot = current;
    }
    return current;
  }

  /** Says once whether the known peers have changed since it was last asked. */
  public boolean pollKnownPeersChanged() {
    return trust.pollChanged();
  }

  /** Returns what was dropped. */
  public Counters counters() {
    return new Counters(malformedAnnouncements, contradictedRecords, refusedPeers);
  }

  // ---- hello ----

  private void heard(Moment now, PeerInfo info, String evidence) {
    Peer peer = admit(now, info.address(), true);
    if (peer == null) {
      return;
    }
    PeerInfo before = peer.info();
    boolean restarted = before != null && info.epoch() > before.epoch();
    Announcement previous = before == null || restarted ? Announcement.NONE : peer.announcement();
    peer.lastEvidenceNs = now.ns();
    peer.heard(info, announcement(info, previous));
    int dropped = peer.dropContradictions(Fingerprint.of(info.signingKey()));
    contradictedRecords += dropped;
    trust.greet(now, peer);
    publish(now, peer, evidence, restarted);
    if (dropped > 0) {
      recordOwners.keySet().removeIf(key -> isStaleOwner(key, peer));
    }
  }

  private boolean isStaleOwner(String key, Peer peer) {
    return peer.address().equals(recordOwners.get(key)) && !peer.hasRecord(key);
  }

  private void reachable(Moment now, LinkEvent.PeerReachable reachable) {
    Peer peer = peers.get(reachable.peer());
    if (peer != null && peer.isProven() && peer.hello() != Peer.Hello.GOODBYE) {
      peer.lastEvidenceNs = now.ns();
      peer.heardAgain();
      publish(now, peer, reachable.evidence(), false);
    }
  }

  private void lost(Moment now, MeshAddress address, Peer.Hello how, String evidence) {
    Peer peer = peers.get(address);
    if (peer != null && peer.isProven()) {
      peer.lost(how);
      if (how == Peer.Hello.SILENT) {
        doubtRecords(peer);
      }
      publish(now, peer, evidence, false);
    }
  }

  private void doubtRecords(Peer peer) {
    for (String key : peer.recordKeys()) {
      if (doubtedRecords.size() < MAX_PEOPLE) {
        doubtedRecords.add(key);
      }
    }
  }

  /** Reads the announcement; a damaged one leaves what was announced before. */
  private Announcement announcement(PeerInfo info, Announcement previous) {
    if (info.announcement().length() == 0) {
      return Announcement.NONE;
    }
    return AnnouncementCodec.decode(info.announcement())
        .orElseGet(
            () -> {
              malformedAnnouncements++;
              return previous;
            });
  }

  // ---- mDNS ----

  private static void recordsGone(Moment now, Peer peer) {
    if (!peer.isProven()) {
      peer.recordsGiveUpNs = now.ns() + RECORD_GRACE_NS;
    }
  }

  // ---- people ----

  /** Finds or makes the peer; null if there is no room for it. */
  private @Nullable Peer admit(Moment now, MeshAddress address, boolean proven) {
    Peer peer = peers.get(address);
    if (peer != null) {
      return peer;
    }
    if (address.equals(self) || !makeRoom(now, proven)) {
      refusedPeers += address.equals(self) ? 0 : 1;
      return null;
    }
    Peer admitted = new Peer(address, trust.acquaintance(address));
    peers.put(address, admitted);
    return admitted;
  }

  private boolean makeRoom(Moment now, boolean proven) {
    if (peers.size() < MAX_PEOPLE) {
      return true;
    }
    Peer victim =
        peers.values().stream()
            .min(
                EXPENDABLE_FIRST.thenComparing(
                    (a, b) -> Long.signum(a.lastEvidenceNs - b.lastEvidenceNs)))
            .orElseThrow();
    boolean expendable =
        victim.presence() == Presence.OFFLINE
            ? proven || !victim.isProven()
            : proven && !victim.isProven();
    if (!expendable) {
      return false;
    }
    peers.remove(victim.address());
    recordOwners.values().removeIf(victim.address()::equals);
    snapshot = null;
    Person gone = victim.person();
    if (gone != null && gone.presence() != Presence.OFFLINE) {
      events.add(new RosterEvent.Offline(asOffline(gone, now), "forgotten: the roster is full"));
    }
    return true;
  }

  private static Person asOffline(Person person, Moment now) {
    return new Person(
        person.address(),
        person.name(),
        Presence.OFFLINE,
        person.colours(),
        person.status(),
        person.epoch(),
        person.activities(),
        person.sources(),
        now.wall(),
        person.keyChanged(),
        person.acquaintance());
  }

  private void publish(Moment now, Peer peer, String evidence, boolean restarted) {
    Person before = peer.person();
    Person after = peer.refresh(now.wall());
    snapshot = null;
    if (restarted) {
      events.add(new RosterEvent.Restarted(after, evidence));
    }
    if (before == null || before.presence() != after.presence()) {
      events.add(
          switch (after.presence()) {
            case ONLINE -> new RosterEvent.Online(after, evidence);
            case SUSPECT -> new RosterEvent.Suspect(after, evidence);
            case OFFLINE -> new RosterEvent.Offline(after, evidence);
          });
    }
    if (before != null && describesAnew(before, after)) {
      events.add(new RosterEvent.Updated(after));
    }
    if (after.keyChanged() && (before == null || !before.keyChanged())) {
      events.add(new RosterEvent.KeyChanged(after, "this name was first used with another key"));
    }
  }

  private static boolean describesAnew(Person before, Person after) {
    return !before.name().equals(after.name())
        || !before.colours().equals(after.colours())
        || !before.status().equals(after.status())
        || !before.activities().equals(after.activities())
        || before.acquaintance() != after.acquaintance();
  }

  private static @Nullable Long earlier(@Nullable Long a, @Nullable Long b) {
    if (a == null || b == null) {
      return a == null ? b : a;
    }
    return a - b <= 0 ? a : b;
  }

  private static String say(Duration duration) {
    return String.format(Locale.ROOT, "%.1f s", duration.toMillis() / 1000.0);
  }
}
