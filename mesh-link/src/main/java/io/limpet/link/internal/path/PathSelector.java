package io.limpet.link.internal.path;

import io.limpet.link.PathState;
import java.util.Arrays;
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

  /** What the selector asks of its peer. */
  public interface Host {
    /** Sends a challenge on this path and no other. */
    void probe(long nowNs, OutboundPath path);

    /**
     * Confirmations on this path are overdue, or it is gone: what it carried of late and nobody
     * confirmed goes out on the others as well.
     */
    void onLate(long nowNs, OutboundPath path);

    /** The state, or the path of the same state, has changed. */
    void onPathChanged(
        long nowNs, PathState from, PathState to, @Nullable OutboundPath path, String reason);
  }

  private final Host host;
  private final RandomGenerator random;
  private final PathChoice paths = new PathChoice();
  private final Pace pace = new Pace();

  private PathState state = PathState.UNKNOWN;
  private long stateSinceNs;
  private boolean started;
  private boolean late;
  private long probeIntervalNs;
  private long nextProbeNs;
  private int probesInState;
  private int returnProofs;
  private long returnSinceNs;
  private boolean lossy;
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
    paths.add(nowNs, path);
    if (!path.carrier().isMulticast() && started) {
      host.probe(nowNs, path);
    }
    wakeAt(nowNs);
  }

  /** Removes a path: its interface or address has vanished. */
  public void remove(long nowNs, OutboundPath path) {
    if (paths.remove(nowNs, path)) {
      enter(nowNs, PathState.SUSPECT, path + " is gone: its interface or address");
    }
    if (!path.carrier().isMulticast()) {
      host.onLate(nowNs, path);
    }
    wakeAt(nowNs);
  }

  /** Notes where the peer was heard: multicast to it goes there. */
  public void onHeard(long nowNs, int interfaceIndex, boolean ipv6) {
    paths.onHeard(nowNs, interfaceIndex, ipv6);
    if (state == PathState.SILENT) {
      enter(nowNs, PathState.UNKNOWN, "heard again");
    }
  }

  /** A hello came: whatever is in doubt is probed at once. */
  public void onHello(long nowNs) {
    if (state != PathState.UNICAST && pace.isHelloAReason(nowNs)) {
      probeIntervalNs = Math.min(probeIntervalNs, 200 * MS);
      nextProbeNs = nowNs;
      wakeAt(nowNs);
    }
  }

  /** This process did not run for a while: what it missed in that time says nothing. */
  public void onResumed(long nowNs) {
    for (OutboundPath path : paths.all()) {
      path.forgive();
      if (started && state != PathState.SILENT) {
        host.probe(nowNs, path);
      }
    }
    late = false;
    wakeAt(nowNs);
  }

  /** Nothing is heard from the peer on any carrier. */
  public void onSilent(long nowNs) {
    enter(nowNs, PathState.SILENT, "nothing heard on any carrier");
  }

  /** Everything known is void: the peer restarted. */
  public void reset(long nowNs, String reason) {
    paths.all().forEach(OutboundPath::distrust);
    enter(nowNs, PathState.UNKNOWN, reason);
  }

  /**
   * Sets how many nodes are in reach: the more, the more seldom unused paths are checked.
   *
   * @param tooMany whether there are so many that a hello is no reason to look at an unused path
   */
  public void setPopulation(int nodes, boolean tooMany) {
    pace.setPopulation(nodes, tooMany);
  }

  /** A payload is sent to the peer or came from it. */
  public void onUse(long nowNs) {
    if (pace.onUse(nowNs)) {
      wakeAt(nowNs + 10 * MS);
    }
  }

  /** A datagram that wants confirmation went out on this path. */
  public void onSent(long nowNs, OutboundPath path) {
    wakeAt(nowNs + Patience.lateAfterNs(path));
  }

  /** Says whether payloads flow, or are likely to. */
  public boolean isActive(long nowNs) {
    return pace.isActive(nowNs);
  }

  /** Says whether a path carries payloads now. */
  public boolean carries(long nowNs, OutboundPath path) {
    return isActive(nowNs) && isTarget(path);
  }

  /** Says whether payloads go, or would go, on a path. */
  public boolean isTarget(OutboundPath path) {
    return Arrays.asList(paths.first()).contains(path);
  }

  /** Says whether the peer was used within the last minute. */
  public boolean isInUse(long nowNs) {
    return pace.isInUse(nowNs);
  }

  /** A report or answer proves that this path passes datagrams. */
  public void onProof(long nowNs, OutboundPath path) {
    if (path.carrier().isMulticast()) {
      if (state == PathState.SILENT) {
        enter(nowNs, PathState.UNKNOWN, "multicast confirmed");
      }
      considerBetter(nowNs, path);
      wakeAt(nowNs);
      return;
    }
    switch (state) {
      case UNKNOWN, SILENT -> enterUnicast(nowNs, path, "unicast confirmed");
      case SUSPECT -> {
        if (!lossy || path != paths.activeUnicast()) {
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
    OutboundPath best = paths.orBetter(nowNs, path); // the first to answer need not be the best
    paths.useUnicast(nowNs, best);
    path.restartLoss(); // what was lost so far belongs to the outage
    enter(nowNs, PathState.UNICAST, reason);
  }

  private void considerBetter(long nowNs, OutboundPath path) {
    String why = paths.onProof(nowNs, path, stateSinceNs);
    if (why != null) {
      stateSinceNs = nowNs;
      late = false;
      host.onPathChanged(nowNs, state, state, path, why);
    }
  }

  /** Returns the paths for the next payload; the array is shared and must not be changed. */
  public OutboundPath[] targets(long nowNs) {
    return paths.targets(nowNs);
  }

  /** Returns the paths that carry payloads as the state has it; not to be changed. */
  public OutboundPath[] carrying() {
    return paths.first();
  }

  /** Returns the paths for what must arrive although unicast may not work. */
  public OutboundPath[] everyPath() {
    return paths.everywhere();
  }

  /** Says whether there is a path on another interface that would take over at once. */
  public boolean hasStandby() {
    return paths.hasStandby();
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
    OutboundPath path = paths.activeUnicast();
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
    if (isTrustExpired(nowNs, path)) {
      enter(
          nowNs,
          PathState.SUSPECT,
          "no proof for " + path.proofAgeNs(nowNs) / MS + " ms while in use");
      return;
    }
    lossy = path.loss().isSettled() && path.loss().loss() > PathTiming.UNUSABLE_LOSS;
    OutboundPath fallback = paths.activeMulticast();
    if (lossy && fallback != null) {
      enter(
          nowNs,
          PathState.SUSPECT,
          String.format(Locale.ROOT, "unicast loses %.0f %%", path.loss().loss() * 100));
      return;
    }
    verify(nowNs, path);
    keepCheck(nowNs, path, pace.checkEveryNs(nowNs));
    for (OutboundPath other : paths.unicast()) {
      if (other != path) {
        tendStandby(nowNs, other);
      }
    }
    if (fallback != null && isInUse(nowNs)) {
      keepCheck(nowNs, fallback, 4 * pace.idleCheckNs());
    }
  }

  /** What is used has to be proven, and not only to be free of complaints. */
  private boolean isTrustExpired(long nowNs, OutboundPath path) {
    if (!isActive(nowNs)) {
      return false;
    }
    long withoutNs = Math.min(path.proofAgeNs(nowNs), pace.activeForNs(nowNs));
    if (withoutNs > PathTiming.ACTIVE_TRUST_NS) {
      return true;
    }
    wakeAt(nowNs + PathTiming.ACTIVE_TRUST_NS + MS - withoutNs);
    return false;
  }

  private void pollMulticast(long nowNs) {
    OutboundPath path = paths.activeMulticast();
    if (path == null || Patience.isSuspicious(nowNs, path)) {
      enter(nowNs, PathState.SUSPECT, "multicast is not confirmed either");
      return;
    }
    verify(nowNs, path);
    keepCheck(nowNs, path, pace.idleCheckNs());
    for (OutboundPath other : paths.multicast()) {
      if (PathRanking.isElsewhere(other, path)) {
        tendStandby(nowNs, other);
      }
    }
    probeAll(nowNs, paths.unicast(), pace.probeCapNs(nowNs));
  }

  private void pollDoubt(long nowNs) {
    OutboundPath byMulticast = provenMulticastSince(nowNs);
    if (byMulticast != null && (paths.unicast().isEmpty() || lossy || isUnicastGivenUp(nowNs))) {
      paths.useMulticast(nowNs, byMulticast);
      enter(
          nowNs,
          PathState.MULTICAST,
          paths.unicast().isEmpty() ? "no unicast path" : "only multicast is confirmed");
      return;
    }
    probeAll(nowNs, paths.all(), pace.probeCapNs(nowNs));
  }

  private @Nullable OutboundPath provenMulticastSince(long nowNs) {
    for (OutboundPath path : paths.multicast()) {
      if (path.proofAgeNs(nowNs) <= nowNs - stateSinceNs) {
        return path;
      }
    }
    return null;
  }

  private boolean isUnicastGivenUp(long nowNs) {
    OutboundPath active = paths.activeUnicast();
    double share = active == null ? 0 : active.roundTripLoss();
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
    probeAll(nowNs, paths.all(), PathTiming.SILENT_CAP_NS);
  }

  /** Probes early when confirmations stay out, so that a verdict rests on several datagrams. */
  private void verify(long nowNs, OutboundPath path) {
    long waitedNs = path.unconfirmedForNs(nowNs);
    long afterNs = paths.hasStandby() ? Patience.lateAfterNs(path) : Patience.verifyAfterNs(path);
    if (waitedNs < afterNs) {
      late = false;
      if (waitedNs >= 0) {
        wakeAt(nowNs + afterNs - waitedNs);
      }
      return;
    }
    if (!late) {
      onLate(nowNs, path);
    }
    long everyNs = Math.max(50 * MS, path.rtt().upperBoundNs(50 * MS));
    if (path.probeAgeNs(nowNs) >= everyNs) {
      host.probe(nowNs, path);
    }
    wakeAt(nowNs + everyNs);
  }

  private void onLate(long nowNs, OutboundPath path) {
    late = true;
    paths.retarget(nowNs);
    host.onLate(nowNs, path);
    OutboundPath next = paths.standby();
    if (next != null && !path.carrier().isMulticast()) {
      host.probe(nowNs, next); // its answer is the proof to change on
    }
  }

  /** Keeps a path that carries nothing proven, at the price of a few small datagrams a minute. */
  private void tendStandby(long nowNs, OutboundPath path) {
    boolean inUse = isInUse(nowNs);
    long everyNs = inUse ? PathTiming.STANDBY_CHECK_NS : 2 * pace.idleCheckNs();
    int unanswered = path.unconfirmed();
    if (unanswered > 0 && inUse && Patience.isLate(nowNs, path)) {
      if (path == paths.standby() && !PathRanking.isAlive(nowNs, path)) {
        paths.retarget(nowNs);
      }
      long retryNs = PathTiming.STANDBY_RETRY_NS << Math.min(unanswered - 1, 8);
      long capNs = unanswered < PathTiming.STANDBY_RETRIES ? PathTiming.PROBE_CAP_NS : everyNs;
      everyNs = Math.min(capNs, retryNs);
      if (path.probeAgeNs(nowNs) >= everyNs) {
        host.probe(nowNs, path);
      }
      wakeAt(nowNs + Math.max(MS, everyNs - path.probeAgeNs(nowNs)));
      return;
    }
    keepCheck(nowNs, path, everyNs);
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

  private void probeAll(long nowNs, List<OutboundPath> probed, long capNs) {
    if (nowNs - nextProbeNs >= 0) {
      for (OutboundPath path : List.copyOf(probed)) {
        host.probe(nowNs, path);
      }
      probesInState++;
      long floorNs = probed.isEmpty() ? 0 : Patience.minimumRttNs(probed) / 2;
      nextProbeNs = nowNs + Math.max(floorNs, probeIntervalNs);
      if (probesInState >= PathTiming.FAST_PROBES) {
        probeIntervalNs = Math.min(capNs, probeIntervalNs * 3 / 2);
      }
    }
    wakeAt(nextProbeNs);
  }

  private void enter(long nowNs, PathState next, String reason) {
    PathState previous = state;
    state = next;
    stateSinceNs = nowNs;
    probesInState = 0;
    returnProofs = 0;
    probeIntervalNs = next == PathState.SILENT ? 2_000 * MS : PathTiming.FIRST_PROBE_NS;
    nextProbeNs = nowNs;
    late = false;
    if (next == PathState.UNICAST) {
      lossy = false;
    }
    paths.enter(nowNs, next);
    wakeAt(nowNs);
    OutboundPath[] targets = paths.first();
    if (previous != next) {
      host.onPathChanged(nowNs, previous, next, targets.length == 0 ? null : targets[0], reason);
    }
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
    return paths.activeUnicast();
  }

  /** Returns the multicast path in use or next in line, or null without any. */
  public @Nullable OutboundPath activeMulticast() {
    return paths.activeMulticast();
  }

  /** Returns every unicast path; a view. */
  public List<OutboundPath> unicastPaths() {
    return paths.unicast();
  }

  /** Returns every multicast path; a view. */
  public List<OutboundPath> multicastPaths() {
    return paths.multicast();
  }
}
