package io.limpet.invitation.internal.service;

import io.limpet.link.MeshAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * The slow net beneath the events: whoever is here and owes us an answer is asked again after a
 * while that doubles, and that starts anew when something is heard from them. Who is not here is
 * not asked: an event tells when they are back. Who is here and does not answer is asked so many
 * times, and then left alone until they are heard, or are back from somewhere.
 *
 * <p>Sans-IO: is given the time.
 */
final class SafetyRetry {
  static final long FIRST_NS = 5_000_000_000L;
  static final long LAST_NS = 60_000_000_000L;

  /** How often in a row somebody who is here is asked in vain: for some 17 minutes. */
  static final int MAX_ROUNDS = 20;

  private static final class Owing {
    long sinceNs;
    long intervalNs = FIRST_NS;
    int rounds;
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

  /** Something came from this person, or they are back from silence or a restart. */
  void onHeard(MeshAddress peer, long nowNs) {
    Owing known = owing.get(peer);
    if (known != null) {
      known.sinceNs = nowNs;
      known.intervalNs = FIRST_NS;
      known.rounds = 0;
    }
  }

  /**
   * Returns whether nobody needs to be watched: those who are here owe nothing, or are left alone.
   */
  boolean isIdle(Predicate<MeshAddress> isHere) {
    return owing.entrySet().stream()
        .noneMatch(e -> e.getValue().rounds < MAX_ROUNDS && isHere.test(e.getKey()));
  }

  /** Asks again whom it is time to ask; forgets who owes nothing. */
  void onTick(
      long nowNs,
      Predicate<MeshAddress> hasWork,
      Predicate<MeshAddress> isHere,
      Consumer<MeshAddress> resend) {
    owing.keySet().removeIf(peer -> !hasWork.test(peer));
    for (MeshAddress peer : List.copyOf(owing.keySet())) {
      Owing known = owing.get(peer);
      if (known != null
          && known.rounds < MAX_ROUNDS
          && nowNs - known.sinceNs >= known.intervalNs
          && isHere.test(peer)) {
        known.sinceNs = nowNs;
        known.intervalNs = Math.min(2 * known.intervalNs, LAST_NS);
        known.rounds++;
        resend.accept(peer);
      }
    }
  }
}
