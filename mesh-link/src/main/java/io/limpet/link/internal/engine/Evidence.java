package io.limpet.link.internal.engine;

import io.limpet.link.internal.path.InboundLink;
import io.limpet.link.internal.path.OutboundPath;
import io.limpet.link.internal.repair.Situation;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** Facts as names and values fit to print. */
final class Evidence {
  private static final long MS = 1_000_000L;

  private Evidence() {}

  /** What speaks for or against a way to the peer. */
  static Map<String, String> outbound(long nowNs, OutboundPath path) {
    Map<String, String> evidence = new LinkedHashMap<>();
    evidence.put("proofAgeMs", Situation.age(path.proofAgeNs(nowNs)));
    evidence.put("unconfirmed", Integer.toString(path.unconfirmed()));
    evidence.put("unconfirmedForMs", Long.toString(Math.max(0, path.unconfirmedForNs(nowNs)) / MS));
    if (path.loss().isKnown()) {
      evidence.put("loss", share(path.loss().loss()));
    }
    return evidence;
  }

  /** What speaks for or against a way from the peer. */
  static Map<String, String> inbound(long nowNs, InboundLink link) {
    Map<String, String> evidence = new LinkedHashMap<>();
    evidence.put("heardAgeMs", Situation.age(link.heardAgeNs(nowNs)));
    evidence.put("testsMissed", Integer.toString(link.missed()));
    if (link.missed() > 0) {
      evidence.put("missedForMs", Long.toString((nowNs - link.missedSinceNs()) / MS));
    }
    return evidence;
  }

  static String share(double share) {
    return String.format(Locale.ROOT, "%.2f", share);
  }
}
