package io.limpet.link.internal.beacon;

import java.util.HashMap;
import java.util.Map;

/**
 * How improbable it is that one of few nodes lives and yet answered none of the questions that were
 * put to it. Everything is natural logarithms of probabilities; not thread-safe.
 *
 * <p>Let each reception be lost with probability l. A question fails when the peer does not hear
 * it, or when its answer, a multicast hello, is heard neither here nor by any of the v others who
 * have said since that they miss the peer: p(v) = 1 - (1 - l)(1 - l^(v+1)). At 30 % that is 0.51
 * alone, 0.36 with one other and 0.31 with three. Questions are counted only when they are so far
 * apart that each has an answer of its own, so n of them fail with p^n.
 *
 * <p>What has to be outdone: at 30 % loss each of four peers says some 21,600 hellos a day, and of
 * those about a fifth are lost and followed by no other before questions begin: 16,000 times a day
 * and node. That none of them ends in a false verdict but once in 10^9 days takes e^-30.4: 46
 * questions alone, 26 when three others miss the peer as well. That its regular hellos are lost
 * meanwhile, too, is not counted, nor that it is heard by other means.
 */
final class Unanswered {
  /** Once in a billion days, see above. */
  static final double IMPROBABLE = Math.log(1e-9 / 16_000);

  /** Until then the answer has come, and whoever heard it no longer says that it misses anybody. */
  private static final long ANSWERED_NS = 300_000_000L;

  /** Less is not believed of any air: what is measured is of the past, and of others as well. */
  private static final double LEAST_LOSS = 0.3;

  private static final double MOST_LOSS = 0.5;
  private static final double LOSS_MARGIN = 0.03;
  private static final int MAX_QUESTIONS = 192;
  private static final int MAX_WITNESSES = 8;

  private final Map<Long, Long> missedAtNs = new HashMap<>();
  private final long[] askedNs = new long[MAX_QUESTIONS];
  private int asked;

  /** The peer was asked; the caller sees to it that the answer to the last question came before. */
  void onAsked(long nowNs) {
    if (asked < MAX_QUESTIONS) {
      askedNs[asked++] = nowNs;
    }
  }

  /** Another node says that it misses the peer, too, or that it does not. */
  void onOpinion(long nowNs, long witness, boolean misses) {
    if (!misses) {
      missedAtNs.remove(witness);
    } else if (missedAtNs.size() < MAX_WITNESSES || missedAtNs.containsKey(witness)) {
      missedAtNs.put(witness, nowNs);
    }
  }

  /**
   * Returns the logarithm of the probability that all questions of a living peer failed.
   *
   * @param loss the measured share of receptions that are lost, 0..1
   */
  double chance(double loss) {
    double lost = Math.min(MOST_LOSS, Math.max(LEAST_LOSS, loss + LOSS_MARGIN));
    double sum = 0;
    for (int i = 0; i < asked; i++) {
      sum += Math.log(1 - (1 - lost) * (1 - Math.pow(lost, 1 + witnesses(askedNs[i]))));
    }
    return sum;
  }

  private int witnesses(long questionNs) {
    int witnesses = 0;
    for (long atNs : missedAtNs.values()) {
      if (atNs - questionNs >= ANSWERED_NS) {
        witnesses++;
      }
    }
    return witnesses;
  }

  /** The peer was heard. */
  void clear() {
    asked = 0;
    missedAtNs.clear();
  }
}
