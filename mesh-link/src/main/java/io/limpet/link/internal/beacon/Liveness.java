package io.limpet.link.internal.beacon;

import java.util.HashSet;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * Whether a peer is there, from authentic evidence only. Quiet is not dead: silence is first
 * answered with questions, and how many of them must stay unanswered depends on the measured loss.
 * Sans-IO; not thread-safe.
 *
 * <p>There are two ways to ask. A peer with an association that is used is probed on its paths. Any
 * other is asked in a hello, one question for all who miss it: when those whose hellos are heard
 * miss it too, or when several of its own hellos did not come. Among few nodes, whose word is
 * little to go by, questions begin half a promise after a hello is overdue, and go on until it is
 * beyond all probability that a living peer would not have been heard: see {@link Unanswered}.
 */
public final class Liveness {
  private static final long MS = 1_000_000L;
  private static final long MISSED_AFTER_PROBE_NS = 1_200 * MS;
  private static final long SILENT_AFTER_PROBE_NS = 5_000 * MS;
  private static final long PROBE_EVERY_NS = 250 * MS;
  private static final long SILENT_AFTER_ASK_NS = 4_000 * MS;
  private static final int LEAST_ASKS = 2;
  private static final long FIRST_PROMISE_NS = 6_000 * MS;
  private static final long SLACK_NS = 500 * MS;

  /** Whoever was heard by other means is not overdue at once. */
  private static final long QUIET_NS = 3_000 * MS;

  /** So long a silent peer is named among the missed, for those who have not noticed. */
  private static final long REMEMBERED_NS = 120_000 * MS;

  private static final long ASK_EVERY_NS = 1_200 * MS;
  private static final int MOST_ROUNDS = 8;

  /** What is called silent is that much less probable still than what is called missed. */
  private static final double SILENT_FACTOR = 1.25;

  private static final double LOSS_GAIN = 1.0 / 128;
  private static final double IMPROBABLE = Math.log(0.005);
  private static final double UNLIKELY = Math.log(0.001);
  private static final double VERY_UNLIKELY = Math.log(0.000_01);
  private static final long NEVER = Long.MAX_VALUE;

  /** What is believed of a peer. */
  public enum Verdict {
    /** Evidence is recent, or nothing more was expected yet. */
    HEARD,
    /** Expected evidence and several answers are missing. */
    MISSED,
    /** Nothing for long enough, given the loss. */
    SILENT
  }

  /** How many nodes are in reach. */
  public enum Mesh {
    /** Hardly anybody whose word could be waited for. */
    TINY,
    /**
     * So few that the word of the others takes long to be proof, and that questions cost little.
     */
    FEW,
    /** So many that one question must do for all. */
    MANY
  }

  private final RandomGenerator random;
  private final Doubt doubt = new Doubt();
  private final Set<Long> voters = new HashSet<>();
  private long votingSinceNs;
  private Verdict verdict = Verdict.HEARD;
  private long lastHeardNs;
  private long silentSinceNs;
  private long listeningSinceNs;

  private long firstProbeNs;
  private long nextProbeNs;
  private int unanswered;
  private double loss;

  private long promisedNs = FIRST_PROMISE_NS;
  private long helloDueNs;
  private Mesh mesh = Mesh.TINY;
  private double helloLoss;
  private double ownLoss;
  private final Unanswered unansweredAsks = new Unanswered();
  private long spreadNs = 20 * MS;
  private long jitterNs;
  private boolean alarmed;
  private long alarmedNs;
  private int asks;
  private long firstAskNs;
  private long lastAskNs;

  /** Begins with a peer that was heard just now. */
  public Liveness(long nowNs, RandomGenerator random) {
    this.random = random;
    lastHeardNs = nowNs;
    listeningSinceNs = nowNs - promisedNs;
    nextProbeNs = nowNs;
    helloDueNs = nowNs + promisedNs;
  }

  // ---- evidence ----

  /** This process did not run for a while: what it did not hear in that time says nothing. */
  public void onResumed(long nowNs) {
    listeningSinceNs = nowNs;
    unanswered = 0;
    asks = 0;
    unansweredAsks.clear();
    nextProbeNs = nowNs;
  }

  /**
   * Anything authentic arrived.
   *
   * @return what was believed before
   */
  public Verdict onHeard(long nowNs) {
    Verdict before = verdict;
    lastHeardNs = nowNs;
    unanswered = 0;
    asks = 0;
    alarmed = false;
    doubt.clear();
    voters.clear();
    unansweredAsks.clear();
    verdict = Verdict.HEARD;
    return before;
  }

  /** A hello came and says within what time the next one will. */
  public void onPromise(long nowNs, long withinNs) {
    promisedNs = withinNs + SLACK_NS + withinNs / 16;
    helloDueNs = nowNs + promisedNs;
    jitterNs = random.nextLong(spreadNs);
  }

  /**
   * Sets what is known of the mesh.
   *
   * @param size how many nodes are in reach
   * @param lossOfHellos the share of hellos that do not arrive, 0..1
   * @param askSpreadNs over what time nodes spread their questions
   */
  public void setMesh(Mesh size, double lossOfHellos, long askSpreadNs) {
    mesh = size;
    helloLoss = lossOfHellos;
    spreadNs = Math.max(1, askSpreadNs);
  }

  /** So many hellos of this peer were lost before the one that came now. */
  public void onLost(long hellos) {
    double share = hellos / (hellos + 1.0);
    ownLoss += (share - ownLoss) * Math.min(1, LOSS_GAIN * (hellos + 1));
  }

  /** Sets the measured share of probes that stay unanswered by chance, 0..1. */
  public void setLoss(double roundTripLoss) {
    loss = roundTripLoss;
  }

  /**
   * Another node says that it misses the peer, too, or that it does not. It has one vote until the
   * peer's next hello would be due: saying it again is no more evidence.
   */
  public void onOpinion(long nowNs, long voter, boolean misses) {
    if (!isOverdue(nowNs)) {
      return;
    }
    if (mesh == Mesh.FEW) {
      unansweredAsks.onOpinion(nowNs, voter, misses);
      return;
    }
    if (alarmed) {
      return;
    }
    if (voters.isEmpty() || nowNs - votingSinceNs >= promisedNs) {
      voters.clear();
      votingSinceNs = nowNs;
    }
    if (voters.add(voter)) {
      doubt.onOpinion(misses, helloLoss);
      alarmed = doubt.isAlarmed();
      alarmedNs = nowNs;
    }
  }

  /** The peer was asked in a hello, ours or another's. */
  public void onAsked(long nowNs) {
    long apartNs = mesh == Mesh.FEW ? spreadNs : ASK_EVERY_NS / 2;
    if (!isOverdue(nowNs) || (asks > 0 && nowNs - lastAskNs < apartNs)) {
      return;
    }
    if (asks++ == 0) {
      firstAskNs = nowNs;
    }
    lastAskNs = nowNs;
    if (mesh == Mesh.FEW) {
      unansweredAsks.onAsked(nowNs);
      jitterNs = random.nextLong(spreadNs);
    }
  }

  /** A probe, or another datagram that wants an answer, was sent. */
  public void onProbeSent(long nowNs) {
    if (unanswered == 0) {
      firstProbeNs = nowNs;
      unanswered = 1;
      nextProbeNs = nowNs + PROBE_EVERY_NS;
    } else if (nowNs - nextProbeNs >= 0) {
      // Datagrams of one burst share one fate: they count as one.
      unanswered++;
      long everyNs = verdict == Verdict.HEARD ? PROBE_EVERY_NS : 2 * PROBE_EVERY_NS;
      nextProbeNs = nowNs + everyNs;
    }
  }

  /** Says goodbye to the peer at its own word. */
  public void onGoodbye(long nowNs) {
    silence(nowNs);
  }

  // ---- questions ----

  /** Says whether a hello is overdue, and nothing else was heard either. */
  public boolean isOverdue(long nowNs) {
    return nowNs - overdueNs() >= 0;
  }

  private long overdueNs() {
    long quietNs = lastHeardNs + QUIET_NS;
    return later(later(helloDueNs, quietNs), listeningSinceNs + promisedNs);
  }

  /** Says whether the peer is missed here: overdue, or silent since no more than two minutes. */
  public boolean isMissed(long nowNs) {
    return verdict == Verdict.SILENT ? nowNs - silentSinceNs < REMEMBERED_NS : isOverdue(nowNs);
  }

  /** Says whether the peer shall be probed now because it is overdue. */
  public boolean wantsProbe(long nowNs) {
    return verdict != Verdict.SILENT
        && isOverdue(nowNs)
        && (unanswered == 0 || nowNs - nextProbeNs >= 0);
  }

  /** Says whether the peer shall be asked in our next hello, which shall be soon. */
  public boolean wantsAsk(long nowNs) {
    return verdict != Verdict.SILENT && isOverdue(nowNs) && nowNs - askNs() >= 0;
  }

  private long askNs() {
    long suspectNs = suspectNs() + jitterNs;
    long everyNs = mesh == Mesh.FEW ? spreadNs : ASK_EVERY_NS;
    return asks > 0 ? later(suspectNs, lastAskNs + everyNs + jitterNs) : suspectNs;
  }

  /** That others ask is no reason of our own. */
  private boolean isSuspected(long nowNs) {
    return nowNs - suspectNs() >= 0;
  }

  private long suspectNs() {
    if (mesh == Mesh.FEW) {
      return overdueNs() + promisedNs / 2;
    }
    return alarmed ? alarmedNs : overdueNs() + (rounds() - 1) * promisedNs;
  }

  /** A question and its answer may both be lost. */
  private int asksNeeded() {
    double lost = 1 - (1 - helloLoss) * (1 - helloLoss);
    double chance = Math.min(0.6, Math.max(0.05, lost));
    return Math.max(LEAST_ASKS, (int) Math.ceil(IMPROBABLE / Math.log(chance)));
  }

  /** With nobody else's word to go by, so many hellos in a row are not lost by chance. */
  private int rounds() {
    if (mesh == Mesh.TINY) {
      return 1;
    }
    double chance = Math.min(0.9, Math.max(0.05, helloLoss));
    return Math.min(MOST_ROUNDS, (int) Math.ceil(VERY_UNLIKELY / Math.log(chance)));
  }

  // ---- what follows ----

  /**
   * Returns the verdict of this moment.
   *
   * @param canProbe whether the peer is probed on its paths; otherwise it is asked in hellos
   */
  public Verdict judge(long nowNs, boolean canProbe) {
    if (verdict == Verdict.SILENT) {
      return verdict;
    }
    if (canProbe && unanswered > 0) {
      long probedForNs = nowNs - firstProbeNs;
      step(
          nowNs,
          probedForNs >= MISSED_AFTER_PROBE_NS && unanswered >= needed(),
          probedForNs >= SILENT_AFTER_PROBE_NS && unanswered >= 2 * needed());
    }
    if (asks > 0 && mesh == Mesh.FEW) {
      double chance = unansweredAsks.chance(Math.max(helloLoss, ownLoss));
      step(nowNs, chance <= Unanswered.IMPROBABLE, chance <= SILENT_FACTOR * Unanswered.IMPROBABLE);
    } else if (asks > 0 && isSuspected(nowNs)) {
      long askedForNs = nowNs - firstAskNs;
      step(
          nowNs,
          askedForNs >= MISSED_AFTER_PROBE_NS,
          askedForNs >= SILENT_AFTER_ASK_NS && asks >= asksNeeded());
    }
    return verdict;
  }

  private void step(long nowNs, boolean missed, boolean silent) {
    if (silent) {
      silence(nowNs);
    } else if (missed && verdict == Verdict.HEARD) {
      verdict = Verdict.MISSED;
    }
  }

  private void silence(long nowNs) {
    verdict = Verdict.SILENT;
    silentSinceNs = nowNs;
  }

  private int needed() {
    double chance = Math.min(0.9, Math.max(0.1, loss));
    return Math.max(3, (int) Math.ceil(UNLIKELY / Math.log(chance)));
  }

  /** Returns when {@link #wantsProbe}, {@link #wantsAsk} or {@link #judge} may change. */
  public long nextDeadlineNs(long nowNs, boolean canProbe) {
    if (verdict == Verdict.SILENT) {
      return NEVER;
    }
    // A question that is wanted already waits for airtime, and not for us.
    long next = canProbe ? probeDeadlineNs(nowNs) : wantsAsk(nowNs) ? NEVER : laterAskNs();
    if (asks > 0 && mesh != Mesh.FEW) {
      long afterNs =
          verdict == Verdict.HEARD || asks < asksNeeded()
              ? MISSED_AFTER_PROBE_NS
              : SILENT_AFTER_ASK_NS;
      long stepNs = firstAskNs + afterNs;
      return stepNs - nowNs > 0 && (next == NEVER || stepNs - next < 0) ? stepNs : next;
    }
    return next;
  }

  private long laterAskNs() {
    return later(overdueNs(), askNs());
  }

  private long probeDeadlineNs(long nowNs) {
    if (unanswered == 0) {
      return overdueNs();
    }
    long probe = later(overdueNs(), nextProbeNs);
    long afterNs = verdict == Verdict.HEARD ? MISSED_AFTER_PROBE_NS : SILENT_AFTER_PROBE_NS;
    long step = firstProbeNs + afterNs;
    return step - nowNs > 0 && step - probe < 0 ? step : probe;
  }

  private static long later(long a, long b) {
    return a - b > 0 ? a : b;
  }

  /** Returns what was last judged. */
  public Verdict verdict() {
    return verdict;
  }

  /** Returns when anything authentic last arrived. */
  public long lastHeardNs() {
    return lastHeardNs;
  }

  /** Returns the time within which something is heard of a live peer but for loss. */
  public long promisedNs() {
    return promisedNs;
  }
}
