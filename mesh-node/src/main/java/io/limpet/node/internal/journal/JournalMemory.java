package io.limpet.node.internal.journal;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What has happened lately on the way to each peer, and to this machine's own network: bounded, and
 * there without reading a file. Safe for any thread.
 */
public final class JournalMemory {
  private static final int PEERS = 256;
  private static final int EVENTS_PER_PEER = 128;
  private static final String NOTHING = "NONE";

  /** By peer, the longest untouched first; what concerns no one peer has the empty name. */
  private final Map<String, Deque<Moment>> byPeer = new LinkedHashMap<>(16, 0.75f, true);

  /** What is wrong with this machine's interfaces now, by interface and carrier. */
  private final Map<String, Moment> verdicts = new TreeMap<>();

  /** Keeps an event if it helps to explain how a peer is reached. */
  synchronized void keep(Moment moment) {
    if (!isTelling(moment.event())) {
      return;
    }
    if (moment.event() instanceof JournalEvent.Diagnosed verdict && verdict.peer() == null) {
      String place = verdict.interfaceName() + " " + verdict.carrier();
      if (verdict.to().equals(NOTHING)) {
        verdicts.remove(place);
      } else {
        verdicts.put(place, moment);
      }
    }
    Deque<Moment> kept =
        byPeer.computeIfAbsent(key(moment.event()), any -> new ArrayDeque<>(EVENTS_PER_PEER));
    if (kept.size() == EVENTS_PER_PEER) {
      kept.removeFirst();
    }
    kept.addLast(moment);
    if (byPeer.size() > PEERS + 1) {
      byPeer.keySet().stream().filter(key -> !key.isEmpty()).findFirst().ifPresent(byPeer::remove);
    }
  }

  /**
   * Returns what concerns a peer or all peers, oldest first.
   *
   * @param peer its address
   */
  public synchronized List<Moment> of(String peer) {
    List<Moment> moments = new ArrayList<>();
    for (String key : List.of("", peer)) {
      Deque<Moment> kept = byPeer.get(key);
      if (kept != null) {
        moments.addAll(kept);
      }
    }
    moments.sort(Comparator.comparing(Moment::time));
    return moments;
  }

  /** Returns what is wrong with this machine's interfaces now, whoever the peers. */
  public synchronized List<Moment> interfaceVerdicts() {
    return List.copyOf(verdicts.values());
  }

  private static String key(JournalEvent event) {
    String peer = event.peer();
    return peer == null ? "" : peer;
  }

  /** A busy application's connections, lines and invitations would push out all the rest. */
  static boolean isTelling(JournalEvent event) {
    if (event instanceof JournalEvent.Connection connection) {
      return connection.change().equals("suspect") || connection.change().equals("resumed");
    }
    return event instanceof JournalEvent.PeerPresence
        || event instanceof JournalEvent.PathChanged
        || event instanceof JournalEvent.PathMtuChanged
        || event instanceof JournalEvent.Diagnosed
        || event instanceof JournalEvent.Repair
        || event instanceof JournalEvent.Address
        || event instanceof JournalEvent.NodeReady
        || event instanceof JournalEvent.NodeResumed
        || event instanceof JournalEvent.NodeStopped;
  }
}
