package io.limpet.link.internal.engine;

import io.limpet.link.Carrier;
import io.limpet.link.Diagnosis;
import io.limpet.link.LinkEvent;
import io.limpet.link.LinkReport;
import io.limpet.link.PathState;
import io.limpet.link.internal.beacon.Liveness;
import io.limpet.link.internal.path.InboundLink;
import io.limpet.link.internal.path.LinkState;
import io.limpet.link.internal.path.OutboundPath;
import io.limpet.link.internal.repair.Situation;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is believed of one peer and of each link to and from it: a pure consequence of the facts. A
 * change of mind is told once, with its evidence. Not thread-safe.
 */
final class PeerVerdicts {
  private static final int MAX_REMEMBERED = 256;

  private final EngineContext context;
  private final Peer peer;
  private final Map<Place, Diagnosis> told = new LinkedHashMap<>();
  private Diagnosis toldOfAll = Diagnosis.NONE;
  private final LookGap gap = new LookGap();
  private @Nullable Cause cause;

  /** One link in one direction. */
  private record Place(String interfaceName, Carrier carrier, boolean outbound) {}

  /** Something that happened, and explains what is seen until a path has proven itself since. */
  private record Cause(long sinceNs, Diagnosis diagnosis, Map<String, String> evidence) {}

  PeerVerdicts(EngineContext context, Peer peer) {
    this.context = context;
    this.peer = peer;
  }

  // ---- what happened ----

  /** An address of ours, or its interface, is gone that the path in use needed. */
  void onAddressGone(long nowNs, OutboundPath path, @Nullable InetAddress address) {
    Map<String, String> evidence = new LinkedHashMap<>();
    evidence.put("interface", path.interfaceName());
    evidence.put("carrier", path.carrier().name());
    evidence.put("address", address == null ? "none" : address.getHostAddress());
    evidence.put("proofAgeMs", Situation.age(path.proofAgeNs(nowNs)));
    cause = new Cause(nowNs, Diagnosis.ADDRESS_GONE, evidence);
    Place place = new Place(path.interfaceName(), path.carrier(), true);
    tell(place, Diagnosis.ADDRESS_GONE, evidence);
    lookAgain(nowNs);
  }

  /** The peer came back with a higher epoch. */
  void onRestarted(long nowNs, long previousEpoch, long epoch) {
    Map<String, String> evidence = new LinkedHashMap<>();
    evidence.put("previousEpoch", Long.toString(previousEpoch));
    evidence.put("epoch", Long.toString(epoch));
    cause = new Cause(nowNs, Diagnosis.PEER_RESTARTED, evidence);
    lookAgain(nowNs);
  }

  private void lookAgain(long nowNs) {
    gap.reset();
    update(nowNs);
  }

  // ---- verdicts ----

  /** Returns what is wrong with the way to the peer. */
  Diagnosis outbound(long nowNs, OutboundPath path) {
    if (isSilent()) {
      return Diagnosis.PEER_GONE;
    }
    if (!path.carrier().isMulticast()) {
      Diagnosis known = peer.repair().diagnosis(path);
      boolean alone = known == Diagnosis.NONE && isDeadAlone(nowNs, path);
      return alone ? peer.repair().explain(nowNs, path) : known;
    }
    boolean dead = isDead(nowNs, path);
    return dead ? Diagnosis.MULTICAST_DEAD : Diagnosis.NONE;
  }

  /** While nothing at all is heard of the peer it is not this path that is to blame. */
  private boolean isDeadAlone(long nowNs, OutboundPath path) {
    return path.facts(nowNs, false).state() == LinkState.DEAD
        && nowNs - peer.lastHeardNs() < path.unconfirmedForNs(nowNs);
  }

  /** Multicast is at fault only where unicast of the same interface passes meanwhile. */
  boolean isDead(long nowNs, OutboundPath multicast) {
    if (multicast.facts(nowNs, false).state() != LinkState.DEAD) {
      return false;
    }
    for (OutboundPath unicast : peer.selector().unicastPaths()) {
      if (unicast.interfaceIndex() == multicast.interfaceIndex()
          && unicast.outdoes(nowNs, multicast)) {
        return true;
      }
    }
    return false;
  }

  /** Returns what is wrong with a way from the peer. */
  Diagnosis inbound(long nowNs, InboundLink link) {
    if (isSilent()) {
      return Diagnosis.PEER_GONE;
    }
    LinkPort port = context.ports.get(link.interfaceIndex());
    if (port == null || state(nowNs, link) != LinkState.DEAD) {
      return Diagnosis.NONE;
    }
    if (link.carrier().isMulticast()) {
      return context.echo.judge(nowNs, port, link.carrier(), link.missedSinceNs());
    }
    int number = context.ports.pathNumber(link.interfaceIndex(), link.carrier());
    OutboundPath ours = peer.paths().outbound(number);
    if (ours == null) {
      return Diagnosis.UNICAST_BLACKHOLE;
    }
    LinkState there = ours.facts(nowNs, false).state();
    boolean fails = there == LinkState.DEAD || there == LinkState.SUSPECT || !ours.isProven();
    return fails ? Diagnosis.UNICAST_BLACKHOLE : Diagnosis.ASYMMETRIC;
  }

  private LinkState state(long nowNs, InboundLink link) {
    double loss = peer.paths().inboundLoss(link.interfaceIndex(), link.carrier());
    return link.facts(nowNs, Double.isNaN(loss) ? 0 : loss).state();
  }

  private boolean isSilent() {
    return peer.liveness().verdict() == Liveness.Verdict.SILENT;
  }

  /** Returns what is wrong with the peer as a whole. */
  Diagnosis whole(long nowNs) {
    if (isSilent()) {
      return Diagnosis.PEER_GONE;
    }
    Cause known = cause;
    if (known != null && !isOver(nowNs, known)) {
      return known.diagnosis();
    }
    cause = null;
    OutboundPath active = peer.selector().activeUnicast();
    if (active == null) {
      return Diagnosis.NONE;
    }
    if (peer.selector().state() != PathState.UNICAST) {
      Diagnosis why = peer.repair().diagnosis(active);
      if (why != Diagnosis.NONE) {
        return why;
      }
    }
    Diagnosis back = inbound(nowNs, peer.paths().link(active.interfaceIndex(), active.carrier()));
    return back == Diagnosis.NONE ? multicast(nowNs, active.interfaceIndex()) : back;
  }

  private boolean isOver(long nowNs, Cause known) {
    PathState state = peer.selector().state();
    OutboundPath path =
        state == PathState.MULTICAST
            ? peer.selector().activeMulticast()
            : peer.selector().activeUnicast();
    return (state == PathState.UNICAST || state == PathState.MULTICAST)
        && path != null
        && path.proofAgeNs(nowNs) < nowNs - known.sinceNs();
  }

  private Diagnosis multicast(long nowNs, int interfaceIndex) {
    for (InboundLink link : peer.paths().links()) {
      if (link.interfaceIndex() == interfaceIndex && link.carrier().isMulticast()) {
        Diagnosis verdict = inbound(nowNs, link);
        if (verdict != Diagnosis.NONE) {
          return verdict;
        }
      }
    }
    for (OutboundPath path : peer.selector().multicastPaths()) {
      if (path.interfaceIndex() == interfaceIndex && isDead(nowNs, path)) {
        return Diagnosis.MULTICAST_DEAD;
      }
    }
    return Diagnosis.NONE;
  }

  // ---- telling ----

  /** Compares what is believed now with what was told; looks now and then is enough. */
  void update(long nowNs) {
    if (!gap.tryLook(nowNs)) {
      peer.wakeAt(gap.nextNs());
      return;
    }
    for (OutboundPath path : peer.paths().outbound()) {
      Place place = new Place(path.interfaceName(), path.carrier(), true);
      Diagnosis now = outbound(nowNs, path);
      if (isNews(place, now)) {
        tell(place, now, Evidence.outbound(nowNs, path));
      }
    }
    for (InboundLink link : peer.paths().links()) {
      LinkPort port = context.ports.get(link.interfaceIndex());
      Diagnosis now = inbound(nowNs, link);
      if (port != null) {
        Place place = new Place(port.nif().name(), link.carrier(), false);
        if (isNews(place, now)) {
          tell(place, now, Evidence.inbound(nowNs, link));
        }
      }
    }
    Diagnosis now = whole(nowNs);
    if (now != toldOfAll) {
      LinkEvent event =
          new LinkEvent.PeerDiagnosed(peer.address(), toldOfAll, now, evidence(nowNs, now));
      toldOfAll = now;
      context.output.emit(event);
    }
  }

  /** That a peer is gone is told once, and not of each link as well. */
  private boolean isNews(Place place, Diagnosis now) {
    return now != Diagnosis.PEER_GONE && told.getOrDefault(place, Diagnosis.NONE) != now;
  }

  private void tell(Place place, Diagnosis now, Map<String, String> evidence) {
    Diagnosis before = told.getOrDefault(place, Diagnosis.NONE);
    if (now == Diagnosis.NONE) {
      told.remove(place);
    } else {
      told.put(place, now);
    }
    if (told.size() > MAX_REMEMBERED) {
      told.remove(told.keySet().iterator().next());
    }
    context.output.emit(
        new LinkEvent.LinkDiagnosed(
            peer.address(),
            place.interfaceName(),
            place.carrier(),
            place.outbound(),
            before,
            now,
            evidence));
  }

  private Map<String, String> evidence(long nowNs, Diagnosis now) {
    Map<String, String> evidence = new LinkedHashMap<>();
    evidence.put("path", peer.selector().state().name());
    evidence.put("heardAgeMs", Situation.age(nowNs - peer.lastHeardNs()));
    OutboundPath active = peer.selector().activeUnicast();
    if (active != null) {
      int index = active.interfaceIndex();
      evidence.put("interface", active.interfaceName());
      evidence.put("unicastOut", active.facts(nowNs, false).state().word());
      evidence.put("unicastIn", word(nowNs, index, active.carrier()));
      Carrier group = Carrier.multicast(active.carrier().isIpv6());
      evidence.put("multicastIn", word(nowNs, index, group));
    }
    OutboundPath multicast = peer.selector().activeMulticast();
    if (multicast != null) {
      evidence.put("multicastOut", multicast.facts(nowNs, false).state().word());
    }
    Cause known = cause;
    if (known != null && known.diagnosis() == now) {
      evidence.putAll(known.evidence());
    }
    return evidence;
  }

  private String word(long nowNs, int interfaceIndex, Carrier carrier) {
    return state(nowNs, peer.paths().link(interfaceIndex, carrier)).word();
  }

  // ---- on request ----

  /** Returns what is known of each link, both directions. */
  List<LinkReport> report(long nowNs) {
    List<LinkReport> links = new ArrayList<>();
    for (OutboundPath path : peer.paths().outbound()) {
      boolean inUse = peer.selector().carries(nowNs, path);
      links.add(
          new LinkReport(
              peer.address(),
              path.interfaceName(),
              path.carrier(),
              true,
              path.facts(nowNs, inUse).state().word(),
              age(path.proofAgeNs(nowNs)),
              path.loss().isKnown() ? path.loss().loss() : Double.NaN,
              path.rtt().isKnown() ? Duration.ofNanos(path.rtt().smoothedNs()) : null,
              path.mtu().mtuBytes(),
              outbound(nowNs, path)));
    }
    for (InboundLink link : peer.paths().links()) {
      LinkPort port = context.ports.get(link.interfaceIndex());
      if (port != null) {
        links.add(
            new LinkReport(
                peer.address(),
                port.nif().name(),
                link.carrier(),
                false,
                state(nowNs, link).word(),
                age(link.heardAgeNs(nowNs)),
                peer.paths().inboundLoss(link.interfaceIndex(), link.carrier()),
                null,
                0,
                inbound(nowNs, link)));
      }
    }
    return links;
  }

  private static @Nullable Duration age(long ageNs) {
    return ageNs == Long.MAX_VALUE ? null : Duration.ofNanos(ageNs);
  }
}
