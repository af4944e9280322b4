package io.limpet.link.internal.engine;

import io.limpet.link.Carrier;
import io.limpet.link.Diagnosis;
import io.limpet.link.LinkEvent;
import io.limpet.link.internal.path.OutboundPath;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What was last said of one peer and of each link to it: a change is told once, with its evidence.
 * Not thread-safe.
 */
final class PeerVerdicts {
  private static final long MS = 1_000_000L;

  private final EngineContext context;
  private final Peer peer;
  private final Map<Place, Diagnosis> links = new HashMap<>();
  private Diagnosis whole = Diagnosis.NONE;

  /** One link in one direction. */
  private record Place(String interfaceName, Carrier carrier, boolean outbound) {}

  PeerVerdicts(EngineContext context, Peer peer) {
    this.context = context;
    this.peer = peer;
  }

  /** Compares what is believed now with what was told. */
  void update(long nowNs) {
    List<LinkEvent> changes = new ArrayList<>(0);
    for (OutboundPath path : peer.paths().outbound()) {
      Diagnosis now = peer.repair().diagnosis(path);
      if (now != Diagnosis.NONE || !links.isEmpty()) {
        compare(nowNs, path, now, changes);
      }
    }
    Diagnosis now = peer.diagnosis();
    if (now != whole) {
      changes.add(new LinkEvent.PeerDiagnosed(peer.address(), whole, now, evidence(nowNs)));
      whole = now;
    }
    changes.forEach(context.output::emit);
  }

  private void compare(long nowNs, OutboundPath path, Diagnosis now, List<LinkEvent> changes) {
    Place place = new Place(path.interfaceName(), path.carrier(), true);
    Diagnosis before = links.getOrDefault(place, Diagnosis.NONE);
    if (now == before) {
      return;
    }
    if (now == Diagnosis.NONE) {
      links.remove(place);
    } else {
      links.put(place, now);
    }
    changes.add(
        new LinkEvent.LinkDiagnosed(
            peer.address(),
            place.interfaceName(),
            place.carrier(),
            true,
            before,
            now,
            evidence(nowNs, path)));
  }

  private Map<String, String> evidence(long nowNs) {
    Map<String, String> evidence = new LinkedHashMap<>();
    evidence.put("path", peer.selector().state().name());
    evidence.put("heardAgeMs", Long.toString((nowNs - peer.lastHeardNs()) / MS));
    return evidence;
  }

  private static Map<String, String> evidence(long nowNs, OutboundPath path) {
    Map<String, String> evidence = new LinkedHashMap<>();
    long proofAgeNs = path.proofAgeNs(nowNs);
    evidence.put(
        "proofAgeMs", proofAgeNs == Long.MAX_VALUE ? "never" : Long.toString(proofAgeNs / MS));
    evidence.put("unconfirmed", Integer.toString(path.unconfirmed()));
    evidence.put("unconfirmedForMs", Long.toString(Math.max(0, path.unconfirmedForNs(nowNs)) / MS));
    if (path.loss().isKnown()) {
      evidence.put("loss", String.format(Locale.ROOT, "%.2f", path.loss().loss()));
    }
    return evidence;
  }
}
