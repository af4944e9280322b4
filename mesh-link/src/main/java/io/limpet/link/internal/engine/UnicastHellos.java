package io.limpet.link.internal.engine;

import io.limpet.link.internal.beacon.Liveness;
import io.limpet.link.internal.path.LinkState;
import io.limpet.link.internal.path.OutboundPath;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * To whom a hello goes by unicast as well: known peers that our multicast does not reach, those
 * that greeted us in that way, and, more and more seldom, those that are gone, for they may be back
 * where multicast does not carry. Not thread-safe.
 */
final class UnicastHellos {
  private static final long MS = 1_000_000L;
  private static final int MOST_GONE = 8;
  private static final long FIRST_GAP_NS = 2_000 * MS;
  private static final long LONGEST_GAP_NS = 60_000 * MS;
  private static final long REMEMBERED_NS = 3_600_000 * MS;

  private final PeerTable peers;

  UnicastHellos(PeerTable peers) {
    this.peers = peers;
  }

  /** Returns the paths on which this hello goes too; regards it as sent. */
  List<OutboundPath> targets(long nowNs, LinkPort port) {
    List<OutboundPath> targets = new ArrayList<>();
    List<Peer> gone = new ArrayList<>();
    for (Peer peer : peers.all()) {
      if (peer.info() == null || peer.hasLeft()) {
        continue;
      }
      if (peer.liveness().verdict() == Liveness.Verdict.SILENT) {
        gone.add(peer);
      } else if (peer.greeting().isOwed() || isDeafToMulticast(nowNs, peer, port)) {
        OutboundPath path = best(nowNs, peer, port);
        if (path != null) {
          targets.add(path);
          peer.greeting().onSaid();
        }
      }
    }
    gone.sort(Comparator.comparingLong(peer -> nowNs - peer.lastHeardNs()));
    for (Peer peer : gone.subList(0, Math.min(MOST_GONE, gone.size()))) {
      OutboundPath path = best(nowNs, peer, port);
      if (path != null && peer.greeting().isDueToGone(nowNs, nowNs - peer.lastHeardNs())) {
        targets.add(path);
      }
    }
    return targets;
  }

  private static boolean isDeafToMulticast(long nowNs, Peer peer, LinkPort port) {
    boolean any = false;
    for (OutboundPath path : peer.selector().multicastPaths()) {
      if (path.interfaceIndex() == port.nif().index()) {
        if (!peer.verdicts().isDead(nowNs, path)) {
          return false;
        }
        any = true;
      }
    }
    return any;
  }

  private static @Nullable OutboundPath best(long nowNs, Peer peer, LinkPort port) {
    OutboundPath best = null;
    for (OutboundPath path : peer.selector().unicastPaths()) {
      boolean here = path.interfaceIndex() == port.nif().index();
      if (here && (best == null || best.facts(nowNs, false).state() == LinkState.DEAD)) {
        best = path;
      }
    }
    return best;
  }

  /** Whether one peer is to be greeted by unicast. */
  static final class Greeting {
    private boolean owed;
    private long gapNs = FIRST_GAP_NS;
    private long goneSaidNs;
    private boolean saidToGone;

    /** It greeted us by unicast and we are new to each other. */
    void owe() {
      owed = true;
    }

    boolean isOwed() {
      return owed;
    }

    void onSaid() {
      owed = false;
      saidToGone = false;
      gapNs = FIRST_GAP_NS;
    }

    private boolean isDueToGone(long nowNs, long goneForNs) {
      if (goneForNs > REMEMBERED_NS || (saidToGone && nowNs - goneSaidNs < gapNs)) {
        return false;
      }
      gapNs = saidToGone ? Math.min(LONGEST_GAP_NS, 2 * gapNs) : FIRST_GAP_NS;
      saidToGone = true;
      goneSaidNs = nowNs;
      return true;
    }

    /** It is heard. */
    void onHeard() {
      saidToGone = false;
      gapNs = FIRST_GAP_NS;
    }
  }
}
