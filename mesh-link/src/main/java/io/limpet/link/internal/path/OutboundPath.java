package io.limpet.link.internal.path;

import io.limpet.link.Carrier;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * One way to reach a peer, and the evidence that it passes datagrams. Not thread-safe.
 *
 * <p>A proof is a report or an answer of the peer that names a datagram sent on this path: nothing
 * else says that the path works in this direction.
 */
public final class OutboundPath {
  private static final int RING = 1024;
  private static final int MAX_CHALLENGES = 8;
  private static final int MAX_UNPROVEN = 48;

  /** So few to an address that a peer moves to, however often it moves. */
  private static final int MAX_UNPROVEN_AFTER_MOVE = 4;

  private static final int IPV4_AND_UDP_BYTES = 28;
  private static final int IPV6_AND_UDP_BYTES = 48;
  private static final long NEVER = Long.MIN_VALUE;
  private static final long FEW_DATAGRAMS_BITS = 16_384 * 8;
  private static final long USUAL_RADIO_BITS_PER_SECOND = 50_000_000;

  private final int number;
  private final int interfaceIndex;
  private final String interfaceName;
  private final Carrier carrier;
  // Made when something is sent: of most peers in a large mesh nothing but hellos is ever heard.
  private long[] sentNs = {};
  private boolean[] eliciting = {};
  private final RttEstimator rtt = new RttEstimator();
  private final DelayFloor floor = new DelayFloor();
  private final LossEstimator loss = new LossEstimator();
  private int[] sentBytes = {};
  private final PathMtu mtu;

  private final long[] challengeToken = new long[MAX_CHALLENGES];
  private final long[] challengeSentNs = new long[MAX_CHALLENGES];
  private final long[] challengeCounter = new long[MAX_CHALLENGES];
  private int challenges;

  private @Nullable InetSocketAddress destination;
  private long nextCounter;
  private long firstCounter = NEVER;
  private long confirmed = -1;
  private long reportedHighest = -1;
  private long reportedReceived;
  private int unconfirmed;
  private long oldestUnconfirmedNs;
  private long lastProofNs = NEVER;
  private long confirmedSentNs;
  private long hintNs = NEVER;
  private long lastRoundTripNs = NEVER;
  private long lastAnswerHereNs = NEVER;
  private long lastProbeNs = NEVER;
  private int proofs;
  private int sentSinceProof;
  private double inboundLoss;
  private boolean lossBaseline;
  private long rateBitsPerSecond = USUAL_RADIO_BITS_PER_SECOND;

  /**
   * Makes a path of which nothing is known.
   *
   * @param number this side's number of the path, 0..255
   * @param destination where unicast goes; null for multicast
   */
  public OutboundPath(
      int number,
      int interfaceIndex,
      String interfaceName,
      Carrier carrier,
      @Nullable InetSocketAddress destination) {
    this.number = number;
    this.interfaceIndex = interfaceIndex;
    this.interfaceName = interfaceName;
    this.carrier = carrier;
    this.destination = destination;
    this.mtu = new PathMtu(headerBytes(carrier));
  }

  /** Returns what IP and UDP add to a datagram, in bytes. */
  public static int headerBytes(Carrier carrier) {
    return carrier.isIpv6() ? IPV6_AND_UDP_BYTES : IPV4_AND_UDP_BYTES;
  }

  /** Notes one datagram of so many bytes sent with this counter. */
  public void onSent(long nowNs, long counter, int bytes, boolean ackEliciting) {
    if (counter < nextCounter) {
      restart(); // a new association counts from zero
    }
    if (firstCounter == NEVER) {
      firstCounter = counter;
    }
    int slot = (int) (counter & (RING - 1));
    if (sentNs.length == 0) {
      sentNs = new long[RING];
      eliciting = new boolean[RING];
      sentBytes = new int[RING];
    }
    sentNs[slot] = nowNs;
    eliciting[slot] = ackEliciting;
    sentBytes[slot] = bytes;
    mtu.onSent(nowNs, bytes);
    nextCounter = counter + 1;
    sentSinceProof++;
    if (ackEliciting) {
      if (unconfirmed++ == 0) {
        oldestUnconfirmedNs = nowNs;
      }
    }
  }

  private void restart() {
    nextCounter = 0;
    firstCounter = NEVER;
    confirmed = -1;
    reportedHighest = -1;
    reportedReceived = 0;
    lossBaseline = false;
    unconfirmed = 0;
    challenges = 0;
    mtu.onCountersRestarted();
  }

  /** Notes that the datagram with this counter carries a challenge. */
  public void onChallengeSent(long nowNs, long counter, long token) {
    int slot = challenges++ % MAX_CHALLENGES;
    challengeToken[slot] = token;
    challengeSentNs[slot] = nowNs;
    challengeCounter[slot] = counter;
    lastProbeNs = nowNs;
  }

  /** Notes that a probe could not be sent at all, so that the next one waits its time. */
  public void onProbeFailed(long nowNs) {
    lastProbeNs = nowNs;
  }

  /**
   * Takes a report about this path.
   *
   * @return whether it proves anything new
   */
  public boolean onReport(long nowNs, long highest, long received, long ackDelayNs) {
    if (highest >= nextCounter || highest < 0 || received < 0 || received > highest + 1) {
      return false; // about an association that is gone, or nonsense
    }
    if (firstCounter == NEVER || highest < firstCounter) {
      return false; // about another destination, or an earlier path of the same number
    }
    if (highest > reportedHighest) {
      if (lossBaseline && received >= reportedReceived) {
        onRun(highest, received - reportedReceived);
      }
      lossBaseline = true;
      reportedHighest = highest;
      reportedReceived = received;
    }
    if (highest <= confirmed) {
      return false;
    }
    if (nextCounter - highest <= RING) {
      long sample = nowNs - sentNs[(int) (highest & (RING - 1))] - ackDelayNs;
      if (sample > 0) {
        onRoundTripTime(nowNs, sample);
      }
      mtu.onPassed(nowNs, sentBytes[(int) (highest & (RING - 1))]);
    }
    confirm(nowNs, highest);
    return true;
  }

  /** What is lost for its size says nothing of what is lost by chance. */
  private void onRun(long highest, long received) {
    if (!mtu.isSuspected()) {
      long probes = mtu.probesBetween(reportedHighest, highest);
      loss.onSample(highest - reportedHighest - probes, received);
    }
  }

  /**
   * Takes the answer to a challenge.
   *
   * @param onThisPath whether the answer came by the same carrier and interface: a round trip
   * @return whether it answers a challenge of this path
   */
  public boolean onResponse(long nowNs, long token, boolean onThisPath) {
    long probe = mtu.counterOfProbe(token);
    if (probe >= 0) {
      mtu.onAnswer(nowNs, token);
      if (onThisPath) {
        lastRoundTripNs = nowNs;
        lastAnswerHereNs = nowNs;
      }
      confirm(nowNs, Math.max(confirmed, probe));
      return true;
    }
    for (int i = 0; i < Math.min(challenges, MAX_CHALLENGES); i++) {
      if (challengeToken[i] == token && challengeSentNs[i] != NEVER) {
        if (onThisPath) {
          onRoundTripTime(nowNs, nowNs - challengeSentNs[i]);
          onRoundTrip(nowNs);
        }
        challengeSentNs[i] = NEVER;
        confirm(nowNs, Math.max(confirmed, challengeCounter[i]));
        return true;
      }
    }
    return false;
  }

  /** An answer came by the way that the question went. */
  public void onRoundTrip(long nowNs) {
    lastRoundTripNs = nowNs;
    lastAnswerHereNs = nowNs;
  }

  private void onRoundTripTime(long nowNs, long sampleNs) {
    rtt.onSample(sampleNs);
    floor.onSample(nowNs, sampleNs);
  }

  private void confirm(long nowNs, long counter) {
    mtu.onConfirmed(nowNs, counter);
    confirmed = counter;
    if (nextCounter - counter <= RING) {
      confirmedSentNs = sentNs[(int) (counter & (RING - 1))];
    }
    lastProofNs = nowNs;
    proofs++;
    sentSinceProof = (int) Math.min(Integer.MAX_VALUE, nextCounter - 1 - counter);
    unconfirmed = 0;
    long first = Math.max(counter + 1, nextCounter - RING);
    for (long c = nextCounter - 1; c >= first; c--) {
      int slot = (int) (c & (RING - 1));
      if (eliciting[slot]) {
        unconfirmed++;
        oldestUnconfirmedNs = sentNs[slot];
      }
    }
  }

  /** Changes where unicast goes: what was proven about the old destination is void. */
  public void setDestination(InetSocketAddress newDestination) {
    if (!newDestination.equals(destination)) {
      int moved = MAX_UNPROVEN - MAX_UNPROVEN_AFTER_MOVE;
      sentSinceProof = isProven() ? moved : Math.max(moved, sentSinceProof);
      destination = newDestination;
      firstCounter = NEVER;
      lastProofNs = NEVER;
      lastRoundTripNs = NEVER;
      lastAnswerHereNs = NEVER;
      proofs = 0;
      unconfirmed = 0;
      challenges = 0;
      restartLoss();
      mtu.doubt();
    }
  }

  /** Voids what was proven (the peer restarted, or a mapping is known to be wrong). */
  public void distrust() {
    lastProofNs = NEVER;
    lastRoundTripNs = NEVER;
    proofs = 0;
    mtu.doubt();
  }

  /** Returns the size of datagram to probe now, or 0: what time demands of the path's MTU. */
  public int pollMtu(long nowNs) {
    int before = mtu.bytes();
    int probe = mtu.poll(nowNs, rtt.upperBoundNs(0), Patience.verifyAfterNs(this), roundTripLoss());
    if (mtu.bytes() < before) {
      restartLoss(); // it was lost for its size
    }
    return probe;
  }

  /** Returns when {@link #pollMtu} wants to be called, as of the last call. */
  public long mtuDeadlineNs() {
    return mtu.nextDeadlineNs();
  }

  /** Regards what is unconfirmed as forgotten: used when a peer is back after an outage. */
  public void forgive() {
    unconfirmed = 0;
  }

  /** Leaves what was lost so far out of the loss: it belongs to an outage that is over. */
  public void restartLoss() {
    loss.restart();
    lossBaseline = false;
  }

  /** Sets the loss measured on the way back, which costs confirmations. */
  public void setInboundLoss(double share) {
    inboundLoss = share;
  }

  /** Returns the share of datagrams whose confirmation does not come, 0..1. */
  public double roundTripLoss() {
    return 1 - (1 - loss.loss()) * (1 - inboundLoss);
  }

  /** The peer says that it hears us here, or might: weaker than a proof. */
  public void onHint(long nowNs) {
    hintNs = nowNs;
  }

  /**
   * Returns what is known of the path.
   *
   * @param inUse whether payloads go this way now
   */
  public LinkFacts facts(long nowNs, boolean inUse) {
    long restNs = PathTiming.restNs(carrier);
    return new LinkFacts(
        proofAgeNs(nowNs),
        hintNs != NEVER && nowNs - hintNs <= restNs,
        unconfirmed,
        unconfirmedForNs(nowNs),
        carrier.isMulticast() ? Patience.enough(loss.loss()) : PathTiming.MIN_UNCONFIRMED,
        Patience.suspectAfterNs(this),
        Patience.deadAfterNs(this),
        inUse,
        PathTiming.ACTIVE_TRUST_NS,
        restNs);
  }

  /**
   * Says whether a datagram that was sent after the oldest unconfirmed one of another path has been
   * confirmed on this one: the peer answers, and not because it was merely slow.
   */
  public boolean outdoes(long nowNs, OutboundPath other) {
    long waitedNs = other.unconfirmedForNs(nowNs);
    return waitedNs >= 0 && isProven() && nowNs - confirmedSentNs < waitedNs;
  }

  /** Returns how long the oldest unconfirmed datagram has waited, or -1 when none has. */
  public long unconfirmedForNs(long nowNs) {
    return unconfirmed == 0 ? -1 : nowNs - oldestUnconfirmedNs;
  }

  /** Says whether a confirmation is overdue, given the round trip and the loss of the path. */
  public boolean isLate(long nowNs) {
    return Patience.isLate(nowNs, this);
  }

  /** Returns how many datagrams that want confirmation have none. */
  public int unconfirmed() {
    return unconfirmed;
  }

  /** Says whether anything ever proved this path. */
  public boolean isProven() {
    return lastProofNs != NEVER;
  }

  /** Returns the time since the last proof, or {@link Long#MAX_VALUE} without any. */
  public long proofAgeNs(long nowNs) {
    return lastProofNs == NEVER ? Long.MAX_VALUE : nowNs - lastProofNs;
  }

  /** Returns the time since the last round trip, or {@link Long#MAX_VALUE} without any. */
  public long roundTripAgeNs(long nowNs) {
    return lastRoundTripNs == NEVER ? Long.MAX_VALUE : nowNs - lastRoundTripNs;
  }

  /**
   * Returns the time since the peer last answered a challenge sent to this destination, or {@link
   * Long#MAX_VALUE} if it never did. Unlike a round trip this outlives a restart of the peer: it
   * says whose the address was, not that the path works.
   */
  public long answerAgeNs(long nowNs) {
    return lastAnswerHereNs == NEVER ? Long.MAX_VALUE : nowNs - lastAnswerHereNs;
  }

  /** Returns the time since the last probe, or {@link Long#MAX_VALUE} without any. */
  public long probeAgeNs(long nowNs) {
    return lastProbeNs == NEVER ? Long.MAX_VALUE : nowNs - lastProbeNs;
  }

  /** Returns how many proofs there were since this destination was set. */
  public int proofs() {
    return proofs;
  }

  /**
   * Says whether payloads may go this way: a destination that has proven nothing gets a few
   * datagrams and no more, so that nobody can be flooded by naming its address.
   */
  public boolean mayCarryPayload() {
    return carrier.isMulticast() || isProven() || sentSinceProof < MAX_UNPROVEN;
  }

  /** Returns this side's number of the path. */
  public int number() {
    return number;
  }

  /** Returns the kernel's index of the interface. */
  public int interfaceIndex() {
    return interfaceIndex;
  }

  /** Returns the name of the interface. */
  public String interfaceName() {
    return interfaceName;
  }

  /** Returns the carrier. */
  public Carrier carrier() {
    return carrier;
  }

  /** Returns where unicast goes; null for multicast. */
  public @Nullable InetSocketAddress destination() {
    return destination;
  }

  /** Returns what is known of the size of datagrams that pass. */
  public PathMtu mtu() {
    return mtu;
  }

  /** Returns the round-trip time. */
  public RttEstimator rtt() {
    return rtt;
  }

  /** Returns the shortest round trip of late. */
  DelayFloor floor() {
    return floor;
  }

  /** Sets what the interface transmits, in bits per second; 0 or less when nobody knows. */
  public void setRate(long bitsPerSecond) {
    rateBitsPerSecond = bitsPerSecond > 0 ? bitsPerSecond : USUAL_RADIO_BITS_PER_SECOND;
  }

  /** Returns how long the interface needs for a few datagrams, in nanoseconds. */
  long serialisationNs() {
    return FEW_DATAGRAMS_BITS * 1_000_000_000L / rateBitsPerSecond;
  }

  /** Says whether the datagram of this counter was confirmed, or one that was sent after it. */
  public boolean isConfirmed(long counter) {
    return counter <= confirmed;
  }

  /** Returns the share lost on the way to the peer. */
  public LossEstimator loss() {
    return loss;
  }

  @Override
  public String toString() {
    return carrier + "@" + interfaceName;
  }
}
