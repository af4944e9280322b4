package io.limpet.link.internal.engine;

import io.limpet.link.Diagnosis;
import io.limpet.link.LinkEvent;
import io.limpet.link.internal.path.InboundLink;
import io.limpet.link.internal.path.OutboundPath;
import io.limpet.link.internal.repair.Situation;
import io.limpet.link.internal.wire.Frames;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What this node does when a peer's datagrams do not reach it though its own reach the peer: only
 * the peer can see to that, so it is told; and our own mapping, which may be what it has wrong, is
 * announced. Each rung is told as a step of repair, and it is over when a unicast round trip shows
 * it. Not thread-safe.
 */
final class PeerNotices {
  private static final long MS = 1_000_000L;
  private static final long FIRST_GAP_NS = 2_500 * MS;
  private static final long LONGEST_GAP_NS = 60_000 * MS;
  private static final int MOST_STEPS = 4;
  private static final long CHECK_NS = 100 * MS;
  private static final long NEVER = Long.MAX_VALUE;

  private final EngineContext context;
  private final Peer peer;
  private final Map<InboundLink, Notice> multicast = new HashMap<>();
  private final Notice unicast = new Notice();
  private boolean repairing;
  private long startedNs;
  private final LookGap gap = new LookGap();

  /** A thing that is said again and again, more and more seldom. */
  private static final class Notice {
    private int said;
    private long nextNs;

    boolean isDue(long nowNs) {
      return said == 0 || nowNs - nextNs >= 0;
    }

    void onSaid(long nowNs) {
      nextNs = nowNs + Math.min(LONGEST_GAP_NS, FIRST_GAP_NS << Math.min(said, 10));
      said++;
    }

    void rest() {
      said = 0;
    }

    long nextDeadlineNs() {
      return said == 0 ? NEVER : nextNs;
    }
  }

  PeerNotices(EngineContext context, Peer peer) {
    this.context = context;
    this.peer = peer;
  }

  void poll(long nowNs) {
    if (!peer.isReady() || !peer.isHeard()) {
      return;
    }
    if (!gap.tryLook(nowNs)) {
      peer.wakeAt(gap.nextNs());
      return;
    }
    OutboundPath active = peer.selector().activeUnicast();
    if (active != null && peer.verdicts().inbound(nowNs, link(active)) == Diagnosis.ASYMMETRIC) {
      tellUnicast(nowNs, active);
    } else if (repairing) {
      settle(nowNs, active);
    } else {
      unicast.rest();
    }
    multicast.keySet().retainAll(peer.paths().links());
    for (InboundLink link : List.copyOf(peer.paths().links())) {
      if (link.carrier().isMulticast()) {
        tellMulticast(nowNs, link);
      }
    }
  }

  private InboundLink link(OutboundPath path) {
    return peer.paths().link(path.interfaceIndex(), path.carrier());
  }

  private void tellUnicast(long nowNs, OutboundPath active) {
    if (!unicast.isDue(nowNs)) {
      return;
    }
    if (unicast.said == 0) {
      repairing = true;
      startedNs = nowNs;
      context.output.emit(
          new LinkEvent.RepairStarted(
              peer.address(), Diagnosis.ASYMMETRIC, evidence(nowNs, active)));
    }
    if (unicast.said == MOST_STEPS) {
      repairing = false;
      context.output.emit(
          new LinkEvent.RepairGaveUp(
              peer.address(),
              Diagnosis.ASYMMETRIC,
              Duration.ofNanos(nowNs - startedNs),
              evidence(nowNs, active)));
    }
    unicast.onSaid(nowNs);
    LinkPort port = context.ports.get(active.interfaceIndex());
    if (repairing && port != null) {
      boolean announced = PeerFavours.Announcer.announce(context.control, port) > 0;
      step(nowNs, active, "announce", announced);
    }
    boolean told = tell(nowNs, active.interfaceIndex(), false);
    if (repairing) {
      step(nowNs, active, "tell-peer", told);
    }
  }

  private void step(long nowNs, OutboundPath active, String step, boolean done) {
    context.output.emit(
        new LinkEvent.RepairStep(
            peer.address(),
            Diagnosis.ASYMMETRIC,
            step,
            done ? "done" : "denied",
            evidence(nowNs, active)));
  }

  /** The peer's unicast is heard again, or ours has failed as well. */
  private void settle(long nowNs, @Nullable OutboundPath active) {
    if (active == null) {
      return;
    }
    InboundLink link = link(active);
    if (link.missed() > 0) {
      repairing = false; // no longer one way only: that is for the ladder
      return;
    }
    if (active.roundTripAgeNs(nowNs) < nowNs - startedNs) {
      repairing = false;
      unicast.rest();
      context.output.emit(
          new LinkEvent.RepairSucceeded(
              peer.address(),
              Diagnosis.ASYMMETRIC,
              Duration.ofNanos(nowNs - startedNs),
              evidence(nowNs, active)));
    } else if (active.probeAgeNs(nowNs) >= CHECK_NS) {
      peer.probe(nowNs, active);
    }
  }

  private void tellMulticast(long nowNs, InboundLink link) {
    boolean dead = peer.verdicts().inbound(nowNs, link) == Diagnosis.MULTICAST_DEAD;
    Notice notice = multicast.computeIfAbsent(link, l -> new Notice());
    if (!dead) {
      notice.rest();
    } else if (notice.isDue(nowNs) && tell(nowNs, link.interfaceIndex(), true)) {
      notice.onSaid(nowNs);
    }
  }

  /** Says on every path of an interface what is not heard there. */
  private boolean tell(long nowNs, int interfaceIndex, boolean multicastUnheard) {
    boolean told = false;
    for (OutboundPath path : List.copyOf(peer.paths().outbound())) {
      if (path.interfaceIndex() == interfaceIndex) {
        Frames.writeUnheard(context.sender.begin(nowNs, peer, 8), multicastUnheard);
        told |= context.sender.send(nowNs, peer, path, true) >= 0;
      }
    }
    return told;
  }

  private Map<String, String> evidence(long nowNs, OutboundPath active) {
    Map<String, String> evidence = new LinkedHashMap<>();
    evidence.put("interface", active.interfaceName());
    evidence.put("direction", "in");
    evidence.putAll(Evidence.inbound(nowNs, link(active)));
    evidence.put("ourUnicastProofAgeMs", Situation.age(active.proofAgeNs(nowNs)));
    return evidence;
  }

  /** Forgets everything: the peer is gone or began anew. */
  void cancel() {
    repairing = false;
    unicast.rest();
    multicast.clear();
  }

  /** Wants to be polled when there is something to say again. */
  void plan(long nowNs) {
    peer.wakeAt(unicast.nextDeadlineNs());
    multicast.values().forEach(notice -> peer.wakeAt(notice.nextDeadlineNs()));
    if (repairing) {
      peer.wakeAt(nowNs + CHECK_NS);
    }
  }
}
