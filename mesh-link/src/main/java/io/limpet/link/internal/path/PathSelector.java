package io.limpet.link.internal.path;

import io.limpet.link.PathState;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Decides from evidence which paths carry the datagrams of one peer. Sans-IO; not thread-safe.
 *
 * <p>Random loss is not death: how long unconfirmed datagrams are tolerated grows with the loss
 * that was measured, and before a path is suspected it is probed several times. Switching never
 * delays a datagram: in doubt it is doubled.
 */
public final class PathSelector {
  private static final long MS = 1_000_000L;
  private static final long NEVER = Long.MAX_VALUE;
  private static final OutboundPath[] NONE = {};

  /** What the selector asks of its peer. */
  public interface Host {
    /** Sends a challenge on this path and no other. */
    void probe(long nowNs, OutboundPath path);

    /** The state, or the path of the same state, has changed. */
    void onPathChanged(
        long nowNs, PathState from, PathState to, @Nullable OutboundPath path, String reason);
  }

  private final Host host;
  private final RandomGenerator random;
  private final List<OutboundPath> unicast = new ArrayList<>();
  private final List<OutboundPath> multicast = new ArrayList<>();

  private PathState state = PathState.UNKNOWN;
  private long stateSinceNs;
  private boolean started;
  private @Nullable OutboundPath activeUnicast;
  private @Nullable OutboundPath activeMulticast;
  private OutboundPath[] targets = NONE;
  private OutboundPath[] both = NONE;
  private int heardInterface = -1;
  private boolean heardIpv6;
  private long probeIntervalNs;
  private long nextProbeNs;
  private int probesInState;
  private int returnProofs;
  private long returnSinceNs;
  private long lastUseNs;
  private boolean used;
  private boolean lossy;
  private long idleCheckNs = PathTiming.IDLE_CHECK_PER_NODE_NS;
  private long nextNs = NEVER;

  /** Makes a selector without any path. */
  public PathSelector(Host host, RandomGenerator random) {
    this.host = host;
    this.random = random;
  }

  /** Begins to find out: called when the association with the peer is usable. */
  public void start(long nowNs) {
    started = true;
    enter(nowNs, PathState.UNKNOWN, "association made");
  }

  /** Adds a path. */
  public void add(long nowNs, OutboundPath path) {
    (path.carrier().isMulticast() ? multicast : unicast).add(path);
    choose(nowNs);
    if (!path.carrier().isMulticast() && started) {
      host.probe(nowNs, path);
    }
    wakeAt(nowNs);
  }

  /** Removes a path: its interface or address has vanished. */
  public void remove(long nowNs, OutboundPath path) {
    unicast.remove(path);
    multicast.remove(path);
    boolean wasActive = path == activeUnicast || path == activeMulticast;
    if (path == activeUnicast) {
      activeUnicast = null;
    }
    if (path == activeMulticast) {
      activeMulticast = null;
    }
    choose(nowNs);
    if (wasActive && (state == PathState.UNICAST || state == PathState.MULTICAST)) {
      enter(nowNs, PathState.SUSPECT, "the path's interface or address is gone");
    }
    wakeAt(nowNs);
  }

  /** Notes where the peer was heard: multicast to it goes there. */
  public void onHeard(long nowNs, int interfaceIndex, boolean ipv6) {
    if (heardInterface != interfaceIndex || heardIpv6 != ipv6) {
      OutboundPath current = activeMulticast;
      if (current == null || current.proofAgeNs(nowNs) > 2_000 * MS) {
        heardInterface = interfaceIndex;
        heardIpv6 = ipv6;
        choose(nowNs);
      }
    }
    if (state == PathState.SILENT) {
      enter(nowNs, PathState.UNKNOWN, "heard again");
    }
  }

  /** A hello came: whatever is in doubt is probed at once. */
  public void onHello(long nowNs) {
    if (state != PathState.UNICAST) {
      probeIntervalNs = Math.min(probeIntervalNs, 200 * MS);
      nextProbeNs = nowNs;
      wakeAt(nowNs);
    }
  }

  /** Nothing is heard from the peer on any carrier. */
  public void onSilent(long nowNs) {
    enter(nowNs, PathState.SILENT, "nothing heard on any carrier");
  }

  /** Everything known is void: the peer restarted. */
  public void reset(long nowNs, String reason) {
    unicast.forEach(OutboundPath::distrust);
    multicast.forEach(OutboundPath::distrust);
    enter(nowNs, PathState.UNKNOWN, reason);
  }

  /** Sets how many nodes are in reach: the more, the more seldom unused paths are checked. */
  public void setPopulation(int nodes) {
    idleCheckNs =
        Math.min(
            PathTiming.IDLE_CHECK_MAX_NS,
            Math.max(PathTiming.IDLE_CHECK_MIN_NS, nodes * PathTiming.IDLE_CHECK_PER_NODE_NS));
  }

  /** A payload is sent to the peer or came from it. */
  public void onUse(long nowNs) {
    if (!used || nowNs - lastUseNs > 1_000 * MS) {
      wakeAt(nowNs + 10 * MS);
    }
    used = true;
    lastUseNs = nowNs;
  }

  /** A datagram that wants confirmation went out on this path. */
  public void onSent(long nowNs, OutboundPath path) {
    wakeAt(nowNs + Patience.verifyAfterNs(path));
  }

  /** Says whether the peer was used within the last minute. */
  public boolean isInUse(long nowNs) {
    return used && nowNs - lastUseNs < PathTiming.IN_USE_NS;
  }

  /** A report or answer proves that this path passes datagrams. */
  public void onProof(long nowNs, OutboundPath path) {
    if (path.carrier().isMulticast()) {
      if (state == PathState.SILENT) {
        enter(nowNs, PathState.UNKNOWN, "multicast confirmed");
      }
      if (activeMulticast != path && !isFresh(nowNs, activeMulticast)) {
        activeMulticast = path;
        retarget();
      }
      wakeAt(nowNs);
      return;
    }
    switch (state) {
      case UNKNOWN, SILENT -> enterUnicast(nowNs, path, "unicast confirmed");
      case SUSPECT -> {
        if (!lossy || path != activeUnicast) {
          enterUnicast(nowNs, path, "unicast confirmed again");
        }
      }
      case MULTICAST -> onReturnProof(nowNs, path);
      case UNICAST -> considerBetter(nowNs, path);
    }
  }

  /** Out of MULTICAST one lucky datagram is not enough: three proofs within a short while. */
  private void onReturnProof(long nowNs, OutboundPath path) {
    if (returnProofs == 0 || nowNs - returnSinceNs > PathTiming.RETURN_WINDOW_NS) {
      returnProofs = 0;
      returnSinceNs = nowNs;
      path.restartLoss();
    }
    if (++returnProofs >= PathTiming.RETURN_PROOFS) {
      enterUnicast(nowNs, path, "unicast confirmed again");
    } else {
      host.probe(nowNs, path);
      probeIntervalNs = PathTiming.RETURN_PROBE_NS;
      nextProbeNs = nowNs + probeIntervalNs;
      wakeAt(nextProbeNs);
    }
  }

  private void enterUnicast(long nowNs, OutboundPath path, String reason) {
    activeUnicast = path;
    path.restartLoss(); // what was lost so far belongs to the outage
    enter(nowNs, PathState.UNICAST, reason);
  }

  private void considerBetter(long nowNs, OutboundPath path) {
    OutboundPath current = activeUnicast;
    if (current == null || path == current || nowNs - stateSinceNs < PathTiming.SETTLE_NS) {
      return;
    }
    boolean cleaner = path.loss().isKnown() && path.loss().loss() + 0.15 < current.loss().loss();
    boolean faster =
        path.rtt().isKnown()
            && path.loss().loss() <= current.loss().loss() + 0.05
            && current.rtt().smoothedNs() - 2 * path.rtt().smoothedNs() > 20 * MS;
    if (cleaner || faster) {
      activeUnicast = path;
      stateSinceNs = nowNs;
      retarget();
      host.onPathChanged(nowNs, state, state, path, "a better path");
    }
  }

  /** Returns the paths for the next payload; the array is shared and must not be changed. */
  public OutboundPath[] targets(long nowNs) {
    if (state == PathState.UNICAST
        && activeUnicast != null
        && activeUnicast.proofAgeNs(nowNs) > PathTiming.TRUST_NS) {
      return both; // trust has expired: doubled until there is a new proof
    }
    return targets;
  }

  /** Returns the paths that carry payloads as the state has it; not to be changed. */
  public OutboundPath[] carrying() {
    return targets;
  }

  /** Returns the paths for what must arrive although unicast may not work. */
  public OutboundPath[] everyPath() {
    return both;
  }

  /** Returns when {@link #poll} wants to be called. */
  public long nextDeadlineNs() {
    return nextNs;
  }

  /** Does what time demands. */
  public void poll(long nowNs) {
    nextNs = NEVER;
    if (!started) {
      return;
    }
    switch (state) {
      case UNICAST -> pollUnicast(nowNs);
      case MULTICAST -> pollMulticast(nowNs);
      case UNKNOWN, SUSPECT -> pollDoubt(nowNs);
      case SILENT -> pollSilent(nowNs);
    }
  }

  private void pollUnicast(long nowNs) {
    OutboundPath path = activeUnicast;
    if (path == null) {
      enter(nowNs, PathState.SUSPECT, "the path is gone");
      return;
    }
    if (Patience.isSuspicious(nowNs, path)) {
      enter(
          nowNs,
          PathState.SUSPECT,
          path.unconfirmed()
              + " datagrams unconfirmed for "
              + path.unconfirmedForNs(nowNs) / MS
              + " ms");
      return;
    }
    lossy = path.loss().isSettled() && path.loss().loss() > PathTiming.UNUSABLE_LOSS;
    if (lossy && activeMulticast != null) {
      enter(
          nowNs,
          PathState.SUSPECT,
          String.format(Locale.ROOT, "unicast loses %.0f %%", path.loss().loss() * 100));
      return;
    }
    verify(nowNs, path);
    keepCheck(nowNs, path, isInUse(nowNs) ? PathTiming.KEEP_CHECK_NS : idleCheckNs);
    for (OutboundPath other : unicast) {
      if (other != path) {
        keepCheck(nowNs, other, 2 * idleCheckNs);
      }
    }
    if (activeMulticast != null && isInUse(nowNs)) {
      keepCheck(nowNs, activeMulticast, 4 * idleCheckNs);
    }
  }

  private void pollMulticast(long nowNs) {
    OutboundPath path = activeMulticast;
    if (path == null || Patience.isSuspicious(nowNs, path)) {
      enter(nowNs, PathState.SUSPECT, "multicast is not confirmed either");
      return;
    }
    verify(nowNs, path);
    keepCheck(nowNs, path, idleCheckNs);
    long capNs =
        isInUse(nowNs)
            ? PathTiming.PROBE_CAP_NS
            : PathTiming.PROBE_CAP_NS + PathTiming.PROBE_CAP_NS / 2;
    probeAll(nowNs, unicast, capNs);
  }

  private void pollDoubt(long nowNs) {
    OutboundPath byMulticast = provenMulticastSince(nowNs);
    if (byMulticast != null && (unicast.isEmpty() || lossy || isUnicastGivenUp(nowNs))) {
      activeMulticast = byMulticast;
      enter(
          nowNs,
          PathState.MULTICAST,
          unicast.isEmpty() ? "no unicast path" : "only multicast is confirmed");
      return;
    }
    probeAll(nowNs, all(), PathTiming.PROBE_CAP_NS);
  }

  private @Nullable OutboundPath provenMulticastSince(long nowNs) {
    for (OutboundPath path : multicast) {
      if (path.proofAgeNs(nowNs) <= nowNs - stateSinceNs) {
        return path;
      }
    }
    return null;
  }

  private boolean isUnicastGivenUp(long nowNs) {
    double share = activeUnicast == null ? 0 : activeUnicast.roundTripLoss();
    // At first the kernel has to resolve the address, and nothing is lost by doubling meanwhile.
    long baseNs =
        state == PathState.UNKNOWN ? PathTiming.GIVE_UP_UNKNOWN_NS : PathTiming.GIVE_UP_NS;
    long patienceNs = (long) (baseNs * (1 + 3 * share));
    int probesNeeded = 3 + (int) (8 * share);
    return nowNs - stateSinceNs >= patienceNs && probesInState >= probesNeeded;
  }

  private void pollSilent(long nowNs) {
    if (!isInUse(nowNs)) {
      return;
    }
    probeAll(nowNs, all(), PathTiming.SILENT_CAP_NS);
  }

  private List<OutboundPath> all() {
    List<OutboundPath> all = new ArrayList<>(unicast);
    all.addAll(multicast);
    return all;
  }

  /** Probes early when confirmations stay out, so that a verdict rests on several datagrams. */
  private void verify(long nowNs, OutboundPath path) {
    long waitedNs = path.unconfirmedForNs(nowNs);
    if (waitedNs < 0) {
      return;
    }
    long afterNs = Patience.verifyAfterNs(path);
    if (waitedNs < afterNs) {
      wakeAt(nowNs + afterNs - waitedNs);
      return;
    }
    long everyNs = Math.max(50 * MS, path.rtt().upperBoundNs(50 * MS));
    if (path.probeAgeNs(nowNs) >= everyNs) {
      host.probe(nowNs, path);
    }
    wakeAt(nowNs + everyNs);
  }

  private void keepCheck(long nowNs, OutboundPath path, long everyNs) {
    long dueInNs = everyNs - Math.min(path.proofAgeNs(nowNs), path.probeAgeNs(nowNs));
    if (dueInNs <= 0) {
      host.probe(nowNs, path);
      wakeAt(nowNs + Patience.verifyAfterNs(path));
    } else {
      wakeAt(nowNs + dueInNs + random.nextLong(everyNs / 16));
    }
  }

  private void probeAll(long nowNs, List<OutboundPath> paths, long capNs) {
    if (nowNs - nextProbeNs >= 0) {
      for (OutboundPath path : List.copyOf(paths)) {
        host.probe(nowNs, path);
      }
      probesInState++;
      long floorNs = paths.isEmpty() ? 0 : Patience.minimumRttNs(paths) / 2;
      nextProbeNs = nowNs + Math.max(floorNs, probeIntervalNs);
      if (probesInState >= PathTiming.FAST_PROBES) {
        probeIntervalNs = Math.min(capNs, probeIntervalNs * 3 / 2);
      }
    }
    wakeAt(nextProbeNs);
  }

  private static boolean isFresh(long nowNs, @Nullable OutboundPath path) {
    return path != null && path.proofAgeNs(nowNs) < PathTiming.TRUST_NS;
  }

  private void enter(long nowNs, PathState next, String reason) {
    PathState previous = state;
    state = next;
    stateSinceNs = nowNs;
    probesInState = 0;
    returnProofs = 0;
    probeIntervalNs = next == PathState.SILENT ? 2_000 * MS : PathTiming.FIRST_PROBE_NS;
    nextProbeNs = nowNs;
    if (next == PathState.UNICAST) {
      lossy = false;
    }
    choose(nowNs);
    wakeAt(nowNs);
    if (previous != next) {
      host.onPathChanged(nowNs, previous, next, targets.length == 0 ? null : targets[0], reason);
    }
  }

  /** Picks candidates where nothing is active yet. */
  private void choose(long nowNs) {
    if (activeUnicast == null || !unicast.contains(activeUnicast)) {
      activeUnicast = bestCandidate(nowNs, unicast);
    }
    if (activeMulticast == null || !isFresh(nowNs, activeMulticast)) {
      activeMulticast = bestCandidate(nowNs, multicast);
    }
    retarget();
  }

  private @Nullable OutboundPath bestCandidate(long nowNs, List<OutboundPath> candidates) {
    OutboundPath best = null;
    for (OutboundPath path : candidates) {
      if (best == null || rank(nowNs, path) < rank(nowNs, best)) {
        best = path;
      }
    }
    return best;
  }

  private int rank(long nowNs, OutboundPath path) {
    int rank = isFresh(nowNs, path) ? 0 : 4;
    rank += path.interfaceIndex() == heardInterface ? 0 : 2;
    return rank + (path.carrier().isIpv6() == heardIpv6 ? 0 : 1);
  }

  private void retarget() {
    both = array(activeUnicast, activeMulticast);
    targets =
        switch (state) {
          case UNICAST -> array(activeUnicast, null);
          case MULTICAST -> array(activeMulticast, null);
          default -> both;
        };
  }

  private static OutboundPath[] array(@Nullable OutboundPath one, @Nullable OutboundPath two) {
    if (one == null) {
      return two == null ? NONE : new OutboundPath[] {two};
    }
    return two == null ? new OutboundPath[] {one} : new OutboundPath[] {one, two};
  }

  private void wakeAt(long atNs) {
    if (nextNs == NEVER || atNs - nextNs < 0) {
      nextNs = atNs;
    }
  }

  /** Returns the state. */
  public PathState state() {
    return state;
  }

  /** Returns since when the state has been so. */
  public long stateSinceNs() {
    return stateSinceNs;
  }

  /** Returns the unicast path in use or next in line, or null without any. */
  public @Nullable OutboundPath activeUnicast() {
    return activeUnicast;
  }

  /** Returns the multicast path in use or next in line, or null without any. */
  public @Nullable OutboundPath activeMulticast() {
    return activeMulticast;
  }

  /** Returns every unicast path; a view. */
  public List<OutboundPath> unicastPaths() {
    return unicast;
  }

  /** Returns every multicast path; a view. */
  public List<OutboundPath> multicastPaths() {
    return multicast;
  }
}
