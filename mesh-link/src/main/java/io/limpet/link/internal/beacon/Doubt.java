package io.limpet.link.internal.beacon;

/**
 * Whether a peer is overdue because it is gone or because its hello was lost here: a sequential
 * test over what others say of it (Page's CUSUM of Wald's likelihood ratio). Those who hear a live
 * peer miss its hello as often as there is loss; a dead one is missed by most. Not thread-safe.
 */
final class Doubt {
  /**
   * A false alarm is harmless, for it costs one question and its answer; but in a large mesh there
   * are a thousand chances of one each second.
   */
  private static final double ALARM = Math.log(30_000);

  /** Of those who say anything, so many miss a dead peer; the others never heard it. */
  private static final double MISSED_WHEN_DEAD = 0.7;

  private static final double LEAST_LOSS = 0.12;
  private static final double MOST_LOSS = 0.5;

  private double evidence;

  /** Another node misses the peer, or does not. */
  void onOpinion(boolean misses, double loss) {
    double missedByChance = Math.min(MOST_LOSS, Math.max(LEAST_LOSS, loss));
    double ratio =
        misses ? MISSED_WHEN_DEAD / missedByChance : (1 - MISSED_WHEN_DEAD) / (1 - missedByChance);
    evidence = Math.max(0, evidence + Math.log(ratio));
  }

  boolean isAlarmed() {
    return evidence >= ALARM;
  }

  void clear() {
    evidence = 0;
  }
}
