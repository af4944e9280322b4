package io.limpet.link.internal.session;

import io.limpet.link.Bytes;
import io.limpet.link.MeshAddress;
import io.limpet.link.internal.limit.TokenBucket;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What this node shares with one other: its keys, its associations, and what is under way. */
final class Peer {
  /** How many initiations may wait for an answer at once. */
  static final int MAX_PENDING = 3;

  /**
   * How many associations of each kind, confirmed and not, are kept: one more than a peer can have
   * initiations under way, so that whichever answer it accepts, its association is still here.
   */
  static final int MAX_SESSIONS_OF_A_KIND = MAX_PENDING + 1;

  private static final int HANDSHAKES_PER_SECOND = 5;
  private static final int HANDSHAKE_BURST = 8;

  final MeshAddress address;

  /** Whether an earlier record of this peer, with its newest timestamp, may have been forgotten. */
  final boolean mayBeForgotten;

  private final List<Session> sessions = new ArrayList<>(2 * MAX_SESSIONS_OF_A_KIND);
  private final Deque<Pending> pending = new ArrayDeque<>(MAX_PENDING);
  private final long[] counters = new long[Session.MAX_PATHS + 1];
  private final TokenBucket handshakeBudget =
      new TokenBucket(HANDSHAKES_PER_SECOND, HANDSHAKE_BURST);
  private byte @Nullable [] noiseKey;
  private byte @Nullable [] pairKey;
  private @Nullable Bytes signingKey;
  private long epoch;
  private long newestSequence = -1;
  private int generation;
  private int attempts;
  private long nextAttemptNs;
  private @Nullable Session current;

  /**
   * Makes the record of a peer of whom nothing is known yet.
   *
   * @param firstCounter where the counters of paths begin: above all that a forgotten record of
   *     this peer can have used, so that to the peer they never go back
   */
  Peer(MeshAddress address, boolean mayBeForgotten, long firstCounter) {
    this.address = address;
    this.mayBeForgotten = mayBeForgotten;
    Arrays.fill(counters, firstCounter);
  }

  byte @Nullable [] noiseKey() {
    return noiseKey;
  }

  /** Returns the key that proves handshake messages between this node and the peer. */
  byte @Nullable [] pairKey() {
    return pairKey;
  }

  void setNoiseKey(byte[] key, byte[] keyOfPair) {
    noiseKey = key;
    pairKey = keyOfPair;
  }

  /** Says whether the peer, which has proven to be itself, may cost one more Diffie-Hellman now. */
  boolean mayShakeHands(long nowNs) {
    return handshakeBudget.tryTake(nowNs);
  }

  /** Says whether a handshake has already proven this pair of keys to be this peer's. */
  boolean hasProven(Bytes signing, byte[] noise) {
    return signingKey != null && signingKey.equals(signing) && Arrays.equals(noise, noiseKey);
  }

  void setProven(Bytes signing) {
    signingKey = signing;
  }

  /** Says whether a handshake has ever proven the peer's identity. */
  boolean isProven() {
    return signingKey != null;
  }

  /** Says whether the peer has used an association that is still good. */
  boolean isAssociated(long nowNs, SessionConfig config) {
    for (Session session : sessions) {
      if (session.isConfirmed() && session.canOpen(nowNs, config)) {
        return true;
      }
    }
    return false;
  }

  long epoch() {
    return epoch;
  }

  /** Enters a new life of the peer: its handshake timestamps begin anew. */
  void setEpoch(long newEpoch) {
    epoch = newEpoch;
    newestSequence = -1;
  }

  long newestSequence() {
    return newestSequence;
  }

  void setNewestSequence(long sequence) {
    newestSequence = sequence;
  }

  boolean hasHandshakeMemory() {
    return newestSequence >= 0;
  }

  int generation() {
    return generation;
  }

  void raiseGeneration(int atLeast) {
    generation = Math.max(generation, atLeast);
  }

  List<Session> sessions() {
    return sessions;
  }

  Deque<Pending> pending() {
    return pending;
  }

  /** Returns the highest counter that any path will use next. */
  long highestCounter() {
    return Arrays.stream(counters).max().orElse(0);
  }

  long nextCounter(int pathNumber) {
    return counters[pathNumber]++;
  }

  void attempted(long nextNs) {
    attempts = Math.min(attempts + 1, Integer.SIZE);
    nextAttemptNs = nextNs;
  }

  void resetAttempts() {
    attempts = 0;
  }

  int attempts() {
    return attempts;
  }

  boolean mayAttempt(long nowNs) {
    return attempts == 0 || nowNs - nextAttemptNs >= 0;
  }

  /**
   * Returns the association to seal with: the highest that is confirmed; without one, the highest
   * that may be used unconfirmed. As in WireGuard, a responder so keeps to an association that it
   * knows the peer to have, until the peer has used the new one.
   */
  @Nullable Session current() {
    return current;
  }

  /** Chooses the current association anew among those that can still seal. */
  void choose(long nowNs, SessionConfig config) {
    Session best = null;
    for (Session session : sessions) {
      if (session.canSeal(nowNs, config) && session.isPreferredTo(best)) {
        best = session;
      }
    }
    current = best;
  }
}
