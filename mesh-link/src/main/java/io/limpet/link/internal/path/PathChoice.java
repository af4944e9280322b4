package io.limpet.link.internal.path;

import io.limpet.link.PathState;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The paths to one peer, over every interface, carrier and family: which of them carries, which
 * takes over, and when another has proven so much better that it pays to change. Not thread-safe.
 */
final class PathChoice {
  private static final OutboundPath[] NONE = {};

  private final List<OutboundPath> unicast = new ArrayList<>();
  private final List<OutboundPath> multicast = new ArrayList<>();
  private PathState state = PathState.UNKNOWN;
  private @Nullable OutboundPath activeUnicast;
  private @Nullable OutboundPath activeMulticast;
  private @Nullable OutboundPath standby;
  private @Nullable OutboundPath otherMulticast;
  private OutboundPath[] targets = NONE;
  private OutboundPath[] both = NONE;
  private OutboundPath[] hedged = NONE;
  private OutboundPath[] everywhere = NONE;
  private int heardInterface = -1;
  private boolean heardIpv6;
  private int doubled;
  private long settleNs = PathTiming.SETTLE_NS;

  void add(long nowNs, OutboundPath path) {
    (path.carrier().isMulticast() ? multicast : unicast).add(path);
    choose(nowNs);
  }

  /** Returns whether the path carried in the present state. */
  boolean remove(long nowNs, OutboundPath path) {
    unicast.remove(path);
    multicast.remove(path);
    boolean carried =
        (state == PathState.UNICAST && path == activeUnicast)
            || (state == PathState.MULTICAST && path == activeMulticast);
    choose(nowNs);
    return carried;
  }

  /** The peer was heard on an interface: what is not known to be alive is tried there first. */
  void onHeard(long nowNs, int interfaceIndex, boolean ipv6) {
    if (heardInterface == interfaceIndex && heardIpv6 == ipv6) {
      return;
    }
    OutboundPath current = activeMulticast;
    if (current == null || !PathRanking.isAlive(nowNs, current)) {
      heardInterface = interfaceIndex;
      heardIpv6 = ipv6;
      choose(nowNs);
    }
  }

  /** Another state wants other targets. */
  void enter(long nowNs, PathState next) {
    state = next;
    choose(nowNs);
  }

  void useUnicast(long nowNs, OutboundPath path) {
    activeUnicast = path;
    retarget(nowNs);
  }

  /** Returns a path that is much better than one that has just been proven, or that one. */
  OutboundPath orBetter(long nowNs, OutboundPath proven) {
    OutboundPath best = proven;
    for (OutboundPath path : unicast) {
      if (PathRanking.whyBetter(nowNs, path, best) != null) {
        best = path;
      }
    }
    return best;
  }

  void useMulticast(long nowNs, OutboundPath path) {
    activeMulticast = path;
    retarget(nowNs);
  }

  /**
   * A path that does not carry was proven: it may take the place of one that does.
   *
   * @param sinceNs since when the present path has carried
   * @return why it has, or null when all stays as it was
   */
  @Nullable String onProof(long nowNs, OutboundPath path, long sinceNs) {
    boolean multi = path.carrier().isMulticast();
    OutboundPath current = multi ? activeMulticast : activeUnicast;
    if (path == current || current == null) {
      return null;
    }
    if (multi && !PathRanking.isAlive(nowNs, current)) {
      useMulticast(nowNs, path);
      return state == PathState.MULTICAST ? current + " is dead" : null;
    }
    boolean carries = state == (multi ? PathState.MULTICAST : PathState.UNICAST);
    String why =
        carries && nowNs - sinceNs >= settleNs ? PathRanking.whyBetter(nowNs, path, current) : null;
    if (why == null) {
      retarget(nowNs); // it may stand by from now on
      return null;
    }
    // Two paths of which now one and now the other seems better must not be changed every time.
    boolean soon = nowNs - sinceNs < PathTiming.RESTLESS_NS + 2 * settleNs;
    settleNs =
        soon
            ? Math.min(PathTiming.SETTLE_MAX_NS, 2 * settleNs)
            : Math.max(PathTiming.SETTLE_NS, settleNs / 2);
    if (multi) {
      useMulticast(nowNs, path);
    } else {
      useUnicast(nowNs, path);
    }
    return why;
  }

  /** Picks candidates where nothing that works is active. */
  private void choose(long nowNs) {
    if (activeUnicast == null || !unicast.contains(activeUnicast)) {
      activeUnicast = best(nowNs, unicast, null);
    }
    if (activeMulticast == null
        || !multicast.contains(activeMulticast)
        || !PathRanking.isAlive(nowNs, activeMulticast)) {
      activeMulticast = best(nowNs, multicast, null);
    }
    retarget(nowNs);
  }

  /** Returns the first by rank, of those on another interface than {@code apartFrom} if given. */
  private @Nullable OutboundPath best(
      long nowNs, List<OutboundPath> candidates, @Nullable OutboundPath apartFrom) {
    OutboundPath best = null;
    for (OutboundPath path : candidates) {
      if ((apartFrom == null || PathRanking.isElsewhere(path, apartFrom))
          && (best == null || rank(nowNs, path) < rank(nowNs, best))) {
        best = path;
      }
    }
    return best;
  }

  private int rank(long nowNs, OutboundPath path) {
    int rank = PathRanking.isAlive(nowNs, path) ? 0 : 4;
    rank += path.interfaceIndex() == heardInterface ? 0 : 2;
    return rank + (path.carrier().isIpv6() == heardIpv6 ? 0 : 1);
  }

  /** Looks anew what stands by, and what is sent where. */
  void retarget(long nowNs) {
    standby = PathRanking.standby(nowNs, unicast, activeUnicast);
    otherMulticast = activeMulticast == null ? null : best(nowNs, multicast, activeMulticast);
    both = array(activeUnicast, activeMulticast);
    everywhere = array(activeUnicast, standby, activeMulticast, otherMulticast);
    hedged =
        state == PathState.MULTICAST
            ? array(activeMulticast, otherMulticast)
            : array(activeUnicast, standby);
    targets =
        switch (state) {
          case UNICAST -> array(activeUnicast);
          case MULTICAST -> array(activeMulticast);
          case SUSPECT -> everywhere;
          case UNKNOWN, SILENT -> both;
        };
  }

  private static OutboundPath[] array(@Nullable OutboundPath... paths) {
    return Arrays.stream(paths).filter(Objects::nonNull).toArray(OutboundPath[]::new);
  }

  /** Returns the paths for the next payload. */
  OutboundPath[] targets(long nowNs) {
    if (state == PathState.UNICAST && activeUnicast != null) {
      if (isDoubled(activeUnicast.proofAgeNs(nowNs))) {
        return both; // trust has expired
      }
      if (Patience.isLate(nowNs, activeUnicast)) {
        return hedged; // no verdict yet, but nothing waits for one
      }
    } else if (state == PathState.MULTICAST
        && activeMulticast != null
        && Patience.isLate(nowNs, activeMulticast)) {
      return hedged;
    }
    return targets;
  }

  /** The first payloads after a rest are doubled: the path may have died in the meantime. */
  private boolean isDoubled(long proofAgeNs) {
    if (proofAgeNs <= PathTiming.ACTIVE_TRUST_NS) {
      doubled = 0;
      return false;
    }
    return proofAgeNs > PathTiming.TRUST_NS || doubled++ < PathTiming.DOUBLED_AFTER_REST;
  }

  OutboundPath[] first() {
    return targets;
  }

  OutboundPath[] everywhere() {
    return everywhere;
  }

  /** Says whether a path on another interface would take over at once. */
  boolean hasStandby() {
    return state == PathState.UNICAST && PathRanking.isElsewhere(standby, activeUnicast);
  }

  @Nullable OutboundPath standby() {
    return standby;
  }

  @Nullable OutboundPath activeUnicast() {
    return activeUnicast;
  }

  @Nullable OutboundPath activeMulticast() {
    return activeMulticast;
  }

  List<OutboundPath> unicast() {
    return unicast;
  }

  List<OutboundPath> multicast() {
    return multicast;
  }

  List<OutboundPath> all() {
    List<OutboundPath> all = new ArrayList<>(unicast);
    all.addAll(multicast);
    return all;
  }
}
