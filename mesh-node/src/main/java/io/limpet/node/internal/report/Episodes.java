package io.limpet.node.internal.report;

import io.limpet.link.Diagnosis;
import io.limpet.node.internal.explain.DiagnosisWords;
import io.limpet.node.internal.journal.JournalEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds in one laptop's journal when something was wrong with a peer. The peer's verdict comes last
 * and not at all where repair is quick; repair and the verdicts on links come first.
 */
final class Episodes {
  /** Whoever said goodbye is not missed. */
  private static final Duration GOODBYE = Duration.ofSeconds(10);

  /** What comes back so soon was not over. */
  private static final Duration FLAPPING = Duration.ofSeconds(2);

  private final List<Episode> all = new ArrayList<>();
  private final Map<String, Map<Diagnosis, Episode>> open = new HashMap<>();

  /** What was over last, by whom it was about and what it was. */
  private final Map<String, Episode> closed = new HashMap<>();

  private final Map<String, Entry> goodbyes = new HashMap<>();

  private Episodes() {}

  /** Returns what was wrong by one laptop's journal, in order of its beginning. */
  static List<Episode> of(List<Entry> journal) {
    Episodes episodes = new Episodes();
    journal.forEach(episodes::take);
    episodes.settle(null);
    return episodes.all;
  }

  /**
   * Ends what no verdict of the peer and no repair has ended: where it was soon over, or repair had
   * been given up, its links alone tell.
   *
   * @param rest what ends all others, or null when they go on
   */
  private void settle(@Nullable Entry rest) {
    for (Map<Diagnosis, Episode> of : open.values()) {
      for (Episode episode : of.values()) {
        episode.end = isOver(episode) ? episode.linksEnd : rest;
      }
    }
  }

  private static boolean isOver(Episode episode) {
    return !episode.isOfPeer && episode.linksEnd != null && episode.links.isEmpty();
  }

  private void take(Entry entry) {
    if (entry.event() instanceof JournalEvent.Repair e) {
      repair(entry, e);
    } else if (entry.event() instanceof JournalEvent.Diagnosed e) {
      switch (e.subject()) {
        case "link" -> link(entry, e);
        case "peer", "interface" -> verdict(entry, e);
        default -> {
          // Of another version.
        }
      }
    } else if (entry.event() instanceof JournalEvent.PeerPresence e) {
      if (e.evidence().contains("goodbye")) {
        goodbyes.put(e.peer(), entry);
      }
    } else if (entry.event() instanceof JournalEvent.NodeReady) {
      // What an earlier life found is over with it, however it ended.
      settle(entry);
      open.clear();
    }
  }

  private void repair(Entry entry, JournalEvent.Repair e) {
    Diagnosis diagnosis = DiagnosisWords.of(e.diagnosis());
    // Its end comes once for each way that was repaired, and later than that of the first.
    Episode episode =
        e.change().equals("started")
            ? begun(entry, e.peer(), diagnosis)
            : of(e.peer()).get(diagnosis);
    if (episode != null) {
      episode.events.add(entry);
      if (e.change().equals("succeeded")) {
        close(entry, e.peer(), episode.diagnosis);
      }
    }
  }

  private void link(Entry entry, JournalEvent.Diagnosed e) {
    String peer = String.valueOf(e.peer());
    String link = e.interfaceName() + " " + e.carrier() + " " + e.direction();
    Diagnosis before = DiagnosisWords.of(e.from());
    Episode left = of(peer).get(before);
    if (left != null && left.links.remove(link)) {
      left.events.add(entry);
      left.linksEnd = entry;
    }
    // A link that nobody needed stays as it was found; only a change of it is news.
    Episode episode = begun(entry, peer, DiagnosisWords.of(e.to()));
    if (episode != null) {
      episode.links.add(link);
      episode.events.add(entry);
    }
  }

  private void verdict(Entry entry, JournalEvent.Diagnosed e) {
    String about =
        e.peer() == null ? "interface " + e.interfaceName() + " " + e.carrier() : e.peer();
    Diagnosis before = DiagnosisWords.of(e.from());
    Diagnosis now = DiagnosisWords.of(e.to());
    Episode left = of(about).get(before);
    if (left != null) {
      left.events.add(entry);
      close(entry, about, before);
    }
    Entry goodbye = goodbyes.get(about);
    boolean said =
        now == Diagnosis.PEER_GONE
            && goodbye != null
            && Duration.between(goodbye.at(), entry.at()).compareTo(GOODBYE) < 0;
    Episode episode = said ? null : begun(entry, about, now);
    if (episode != null) {
      episode.isOfPeer = true;
      episode.events.add(entry);
    }
  }

  private Map<Diagnosis, Episode> of(String about) {
    return open.computeIfAbsent(about, any -> new EnumMap<>(Diagnosis.class));
  }

  /** Returns the episode that goes on or begins; one that was over for a moment goes on. */
  private @Nullable Episode begun(Entry entry, String about, Diagnosis diagnosis) {
    // That somebody restarted is news, and no failure.
    if (diagnosis == Diagnosis.NONE || diagnosis == Diagnosis.PEER_RESTARTED) {
      return null;
    }
    Episode present = of(about).get(diagnosis);
    Entry linksEnd = present == null || !isOver(present) ? null : present.linksEnd;
    if (linksEnd != null && Duration.between(linksEnd.at(), entry.at()).compareTo(FLAPPING) >= 0) {
      close(linksEnd, about, diagnosis);
    }
    return of(about)
        .computeIfAbsent(
            diagnosis,
            what -> {
              Episode before = closed.remove(about + " " + what);
              Entry end = before == null ? null : before.end;
              if (before != null
                  && end != null
                  && Duration.between(end.at(), entry.at()).compareTo(FLAPPING) < 0) {
                before.end = null;
                before.linksEnd = null;
                return before;
              }
              Episode episode = new Episode(entry.laptop(), about, what, entry);
              all.add(episode);
              return episode;
            });
  }

  private void close(Entry entry, String about, Diagnosis diagnosis) {
    Episode episode = of(about).remove(diagnosis);
    if (episode != null) {
      episode.end = entry;
      episode.isOfPeer = false;
      closed.put(about + " " + diagnosis, episode);
    }
  }
}
