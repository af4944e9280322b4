package io.limpet.link.internal.engine;

import io.limpet.link.Bytes;
import io.limpet.link.Diagnosis;
import io.limpet.link.LinkEvent;
import io.limpet.link.PathState;
import io.limpet.link.internal.os.LinkControl;
import io.limpet.link.internal.os.LinkControl.Capability;
import io.limpet.link.internal.os.LinkControl.Outcome;
import io.limpet.link.internal.os.NeighbourEntry;
import io.limpet.link.internal.path.OutboundPath;
import io.limpet.link.internal.path.PathSelector;
import io.limpet.link.internal.repair.Claim;
import io.limpet.link.internal.repair.Diagnoser;
import io.limpet.link.internal.repair.RepairEngine;
import io.limpet.link.internal.repair.Situation;
import io.limpet.link.internal.repair.Step;
import io.limpet.link.internal.wire.Frames;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Repair of unicast to one peer: evidence in, steps out. Not thread-safe. */
final class PeerRepair {
  private static final long MS = 1_000_000L;
  private static final long DOUBT_NS = 100 * MS;
  private static final long MISMATCH_NS = 120 * MS;
  private static final long ANSWER_COUNTS_NS = 600_000 * MS;
  private static final long LOOK_AGAIN_NS = 1_000 * MS;
  private static final long NEVER = Long.MAX_VALUE;
  private static final int MIN_UNCONFIRMED = 3;

  /** Whoever is asked does nothing sooner either. */
  private static final long ASK_GAP_NS = 2_500 * MS;

  /** The same plea may be lost: it is said so often, this long after each other. */
  private static final int PLEAS = 3;

  private static final long PLEA_GAP_NS = 150 * MS;

  private final EngineContext context;
  private final Peer peer;
  private final Map<OutboundPath, Tended> tended = new HashMap<>();
  private boolean contrasted;
  private long contrastNs;
  private boolean asked;
  private long askedNs;
  private int pleas = PLEAS;
  private int pleaInterface;

  PeerRepair(EngineContext context, Peer peer) {
    this.context = context;
    this.peer = peer;
  }

  /** One unicast path under observation. */
  private final class Tended implements RepairEngine.Host {
    private final OutboundPath path;
    private final RepairEngine engine;
    private boolean mismatched;
    private long mismatchedSinceNs;

    Tended(OutboundPath path) {
      this.path = path;
      this.engine = new RepairEngine(peer.address(), this);
    }

    /** Once the time for a round trip is over, a look now and then is enough. */
    long nextLookNs(long nowNs) {
      long due = mismatchedSinceNs + MISMATCH_NS;
      return due - nowNs > 0 ? due : nowNs + LOOK_AGAIN_NS;
    }

    @Override
    public Outcome perform(long nowNs, Situation situation, Step step) {
      return PeerRepair.this.perform(nowNs, path, situation, step);
    }

    @Override
    public void challenge(long nowNs) {
      peer.probe(nowNs, path);
    }

    @Override
    public void emit(LinkEvent event) {
      context.output.emit(event);
    }

    @Override
    public Set<Capability> able() {
      return PeerRepair.this.able(path);
    }

    @Override
    public void wakeAt(long atNs) {
      peer.wakeAt(atNs);
    }
  }

  /** A hello came: the MAC it names may differ from the kernel's entry. */
  void onMacEvidence(long nowNs, InetAddress ip, boolean macChanged) {
    for (OutboundPath path : peer.paths().outbound()) {
      InetSocketAddress destination = path.destination();
      if (destination == null || !destination.getAddress().equals(ip)) {
        continue;
      }
      Tended it = tend(path);
      if (macChanged) {
        it.engine.onNewEvidence();
      }
      if (observeMismatch(nowNs, it, macChanged)) {
        peer.probe(nowNs, path);
        poll(nowNs);
      } else if (macChanged) {
        observeCure(nowNs, it);
      }
    }
  }

  private Tended tend(OutboundPath path) {
    return tended.computeIfAbsent(path, Tended::new);
  }

  private void observeCure(long nowNs, Tended it) {
    Situation now = situation(nowNs, it.path, false);
    if (now != null && now.isMatched() && peer.isReady()) {
      it.engine.onCuredByPeer(nowNs, now);
    }
  }

  /** Returns whether a mismatch has newly come to light. */
  private boolean observeMismatch(long nowNs, Tended it, boolean macChanged) {
    Situation now = situation(nowNs, it.path, false);
    if (now == null || !now.isMismatched()) {
      it.mismatched = false;
      return false;
    }
    if (it.mismatched) {
      return false;
    }
    it.mismatched = true;
    // A MAC that changed in the signed hello is proof enough; one that never matched may be a
    // relay that translates, and has MISMATCH_NS to show a round trip.
    it.mismatchedSinceNs = macChanged ? nowNs - MISMATCH_NS : nowNs;
    return true;
  }

  void onRepairDone(long nowNs) {
    pleas = PLEAS;
    tended.values().forEach(it -> it.engine.onRepairDone(nowNs));
  }

  void onAbilitiesChanged(long nowNs) {
    tended.values().forEach(it -> it.engine.onAbilitiesChanged(nowNs));
  }

  void onNewEvidence() {
    tended.values().forEach(it -> it.engine.onNewEvidence());
  }

  /** Looks at every path that is in doubt. */
  void poll(long nowNs) {
    OutboundPath active = peer.selector().activeUnicast();
    contrast(nowNs, active);
    pleadAgain(nowNs);
    if (active != null && isDoubtful(nowNs, active)) {
      tend(active);
    }
    tended.keySet().removeIf(path -> peer.paths().outbound(path.number()) != path);
    for (Tended it : tended.values()) {
      Situation now = situation(nowNs, it.path, isFailing(nowNs, it));
      if (now != null) {
        it.engine.poll(nowNs, now);
      }
    }
  }

  private boolean isFailing(long nowNs, Tended it) {
    if (!peer.isReady() || !peer.isHeard()) {
      return false;
    }
    if (it.mismatched) {
      observeMismatch(nowNs, it, false);
    }
    boolean active = it.path == peer.selector().activeUnicast();
    // A path that stands by is mended when that takes no more than writing what was signed.
    if (it.mismatched && (active || able(it.path).contains(Capability.WRITE_NEIGHBOURS))) {
      long sinceNs = nowNs - it.mismatchedSinceNs;
      return sinceNs >= MISMATCH_NS && it.path.roundTripAgeNs(nowNs) > sinceNs;
    }
    return active && isDoubtful(nowNs, it.path);
  }

  private Set<Capability> able(OutboundPath path) {
    LinkPort port = context.ports.get(path.interfaceIndex());
    return port == null ? Set.of() : context.control.capabilities(port.nif());
  }

  /** Says why a path fails that no ladder is climbed for. */
  Diagnosis explain(long nowNs, OutboundPath path) {
    Situation now = situation(nowNs, path, true);
    return now == null ? Diagnosis.NONE : Diagnoser.diagnose(now);
  }

  /**
   * Slow is not dead: a peer that was held up answers by every way when it runs again. So unicast
   * is not blamed before multicast has passed what was sent later, and some time has gone by since.
   */
  private void contrast(long nowNs, @Nullable OutboundPath unicast) {
    OutboundPath multicast = peer.selector().activeMulticast();
    boolean now =
        unicast != null
            && multicast != null
            && unicast.unconfirmed() >= MIN_UNCONFIRMED
            && multicast.outdoes(nowNs, unicast);
    if (now && !contrasted) {
      contrastNs = nowNs;
      peer.wakeAt(nowNs + DOUBT_NS);
    }
    contrasted = now;
  }

  private boolean isContrasted(long nowNs) {
    return contrasted && nowNs - contrastNs >= DOUBT_NS;
  }

  private boolean isDoubtful(long nowNs, OutboundPath path) {
    PathSelector selector = peer.selector();
    if (!peer.isReady() || !peer.isHeard() || path.roundTripAgeNs(nowNs) < 2 * DOUBT_NS) {
      return false;
    }
    if (selector.state() == PathState.MULTICAST) {
      return isContrasted(nowNs);
    }
    return selector.state() == PathState.SUSPECT
        && isContrasted(nowNs)
        && nowNs - selector.stateSinceNs() >= DOUBT_NS
        && peer.lastHeardNs() - selector.stateSinceNs() > 0
        && path.unconfirmed() >= MIN_UNCONFIRMED
        && path.unconfirmedForNs(nowNs) >= 2 * DOUBT_NS;
  }

  private @Nullable Situation situation(long nowNs, OutboundPath path, boolean failing) {
    LinkPort port = context.ports.get(path.interfaceIndex());
    InetSocketAddress destination = path.destination();
    if (port == null || destination == null) {
      return null;
    }
    InetAddress ip = destination.getAddress();
    NeighbourEntry entry = context.neighbours.neighbour(path.interfaceIndex(), ip).orElse(null);
    OutboundPath multicast = peer.selector().activeMulticast();
    long rttNs = path.rtt().smoothedNs();
    if (rttNs < 0 && multicast != null) {
      rttNs = multicast.rtt().smoothedNs();
    }
    return new Situation(
        port.nif(),
        ip,
        entry,
        context.neighbours.seesNeighbours(),
        peer.paths().macOf(ip),
        failing,
        path.roundTripAgeNs(nowNs),
        path.proofAgeNs(nowNs),
        multicast == null ? NEVER : multicast.proofAgeNs(nowNs),
        peer.paths().heardAgeNs(nowNs, path.interfaceIndex(), path.carrier()),
        rttNs,
        new Claim(
            path.answerAgeNs(nowNs) < ANSWER_COUNTS_NS, context.claims.rival(peer.address(), ip)));
  }

  private Outcome perform(long nowNs, OutboundPath path, Situation now, Step step) {
    LinkControl control = context.control;
    LinkPort port = context.ports.get(path.interfaceIndex());
    boolean ipv6 = now.ip() instanceof Inet6Address;
    InetAddress own = port == null ? null : port.ownAddress(ipv6);
    if (own == null) {
      return new Outcome(false, "no address of our own on " + now.on().name());
    }
    Bytes mac = now.helloMac();
    return switch (step) {
      case REPLACE_ENTRY ->
          mac == null
              ? new Outcome(false, "the peer's MAC is not known")
              : control.replaceNeighbour(now.on(), now.ip(), mac);
      case FLUSH_ENTRY -> {
        Outcome flushed = control.flushNeighbour(now.on(), now.ip());
        control.nudge(now.on(), now.ip());
        yield flushed;
      }
      case PROBE_ENTRY -> control.probeNeighbour(now.on(), now.ip());
      case REQUEST -> control.requestNeighbour(now.on(), own, now.ip());
      case ANNOUNCE -> control.announce(now.on(), own);
      case PROVOKE -> control.provokeRequest(now.on(), own);
      case NUDGE -> control.nudge(now.on(), now.ip());
      case ASK_PEER -> askPeer(nowNs, path);
      case SITE_HOOK -> runSiteHook(now);
    };
  }

  private Outcome runSiteHook(Situation now) {
    NeighbourEntry entry = now.entry();
    Bytes mac = now.helloMac() != null || entry == null ? now.helloMac() : entry.mac();
    return mac == null
        ? new Outcome(false, "the peer's MAC is not known")
        : context.control.runSiteHook(now.on(), now.ip(), mac, peer.address());
  }

  /** Asks once in a while and no more often, whatever number of paths is broken. */
  private Outcome askPeer(long nowNs, OutboundPath broken) {
    if (asked && nowNs - askedNs < ASK_GAP_NS) {
      return new Outcome(false, "asked " + (nowNs - askedNs) / MS + " ms ago");
    }
    pleaInterface = broken.interfaceIndex();
    if (!plead(nowNs)) {
      return new Outcome(false, "no multicast path to ask on");
    }
    asked = true;
    askedNs = nowNs;
    pleas = 1;
    return new Outcome(true, "asked by multicast");
  }

  private boolean plead(long nowNs) {
    boolean sent = false;
    for (OutboundPath path : List.copyOf(peer.selector().multicastPaths())) {
      if (path.interfaceIndex() == pleaInterface) {
        Frames.writePleaseRepair(context.sender.begin(nowNs, peer, Frames.HEADER_BYTES));
        sent |= context.sender.send(nowNs, peer, path, true) >= 0;
      }
    }
    return sent;
  }

  private void pleadAgain(long nowNs) {
    if (pleas < PLEAS && nowNs - askedNs >= pleas * PLEA_GAP_NS) {
      pleas++;
      plead(nowNs);
    }
  }

  /** Everything that runs is void: the peer is gone or began anew. */
  void cancel() {
    tended.values().forEach(it -> it.engine.cancel());
    pleas = PLEAS;
  }

  /** Returns why one path fails, {@link Diagnosis#NONE} when it does not. */
  Diagnosis diagnosis(@Nullable OutboundPath path) {
    Tended it = path == null ? null : tended.get(path);
    return it == null ? Diagnosis.NONE : it.engine.diagnosis();
  }

  long nextDeadlineNs(long nowNs) {
    long next = pleas < PLEAS ? askedNs + pleas * PLEA_GAP_NS : NEVER;
    for (Tended it : tended.values()) {
      long at = it.engine.nextDeadlineNs();
      if (it.mismatched && at == NEVER) {
        at = it.nextLookNs(nowNs);
      }
      if (at != NEVER && (next == NEVER || at - next < 0)) {
        next = at;
      }
    }
    return next;
  }
}
