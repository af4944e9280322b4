package io.limpet.invitation.internal.service;

import io.limpet.link.MeshAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * The slow net beneath the events: whoever owes us an answer is asked again after a while that
 * doubles, and that starts anew when something is heard from them.
 *
 * <p>Sans-IO: is given the time.
 */
final class SafetyRetry {
  static final long FIRST_NS = 5_000_000_000L;
  static final long LAST_NS = 60_000_000_000L;

  private static final class Owing {
    long sinceNs;
    long intervalNs = FIRST_NS;
  }

  private final Map<MeshAddress, Owing> owing = new HashMap<>();

  /** Something was said to this person. */
  void onSent(MeshAddress peer, long nowNs) {
    owing.computeIfAbsent(
        peer,
        p -> {
          Owing fresh = new Owing();
          fresh.sinceNs = nowNs;
          return fresh;
        });
  }

  /** Something came from this person. */
  void onHeard(MeshAddress peer, long nowNs) {
    Owing known = owing.get(peer);
    if (known != null) {
      known.sinceNs = nowNs;
      known.intervalNs = FIRST_NS;
    }
  }

  /** Returns whether there is anybody to watch. */
  boolean isIdle() {
    return owing.isEmpty();
  }

  /** Asks again whom it is time to ask; forgets who owes nothing. */
  void onTick(long nowNs, Predicate<MeshAddress> hasWork, Consumer<MeshAddress> resend) {
    owing.keySet().removeIf(peer -> !hasWork.test(peer));
    for (MeshAddress peer : List.copyOf(owing.keySet())) {
      Owing known = owing.get(peer);
      if (known != null && nowNs - known.sinceNs >= known.intervalNs) {
        known.sinceNs = nowNs;
        known.intervalNs = Math.min(2 * known.intervalNs, LAST_NS);
        resend.accept(peer);
      }
    }
  }
}
