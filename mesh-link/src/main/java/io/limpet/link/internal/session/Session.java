package io.limpet.link.internal.session;

import io.limpet.link.Bytes;
import io.limpet.link.MeshAddress;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** One association: the keys of both directions, and what has been sent and received under them. */
final class Session implements IndexSlot {
  /** Path numbers that can be sealed on, from 0. */
  static final int MAX_PATHS = 256;

  /** The path number of confirmations: outside the range of real ones, so that none is taken. */
  static final int CONFIRMATION_PATH = MAX_PATHS;

  final Peer peer;
  final int localIndex;
  final int remoteIndex;
  final long createdNs;
  final TransportCipher sending;
  final TransportCipher receiving;

  /** The datagram that this side received in the handshake, to know it again. */
  final SeenHandshake handshake;

  private final boolean initiator;
  private final Rank rank;
  private final @Nullable ReplayWindow[] windows = new ReplayWindow[MAX_PATHS + 1];
  private boolean confirmed;
  private final boolean usableUnconfirmed;
  private long sealed;
  private boolean awaitingAnswer;
  private long unansweredSinceNs;
  private long lastSealedNs;

  /** Takes the keys over, and overwrites the arrays that they came in. */
  Session(Role role, Peer peer, int localIndex, int remoteIndex, long createdNs, byte[][] keys) {
    this.peer = peer;
    this.localIndex = localIndex;
    this.remoteIndex = remoteIndex;
    this.createdNs = createdNs;
    this.initiator = role.initiator;
    this.rank = role.rank;
    this.handshake = role.handshake;
    this.confirmed = role.initiator;
    this.usableUnconfirmed = role.usableUnconfirmed;
    this.sending = TransportCipher.sealing(keys[initiator ? 0 : 1]);
    this.receiving = TransportCipher.opening(keys[initiator ? 1 : 0]);
    for (byte[] key : keys) {
      Arrays.fill(key, (byte) 0);
    }
  }

  /**
   * What an association is to this side.
   *
   * @param initiator whether this side began it; the answer then proves that the peer has it
   * @param usableUnconfirmed whether a responder may use it before the peer has
   * @param rank its place among those with the same peer
   * @param handshake the datagram received
   */
  record Role(boolean initiator, boolean usableUnconfirmed, Rank rank, SeenHandshake handshake) {}

  /**
   * A handshake datagram that was accepted.
   *
   * @param digest SHA-256 of the datagram
   * @param ephemeralPrefix the first bytes of its ephemeral key, to find it by
   * @param reply what answered it, or null for a second message
   */
  record SeenHandshake(Bytes digest, long ephemeralPrefix, @Nullable Bytes reply) {}

  /**
   * The order of the associations of one pair of nodes, the same on both sides: by generation,
   * which each handshake raises, then by who began, for those begun at once.
   *
   * @param generation as both sides agreed
   * @param initiator who began
   */
  record Rank(int generation, MeshAddress initiator) implements Comparable<Rank> {
    @Override
    public int compareTo(Rank other) {
      int byGeneration = Integer.compare(generation, other.generation);
      return byGeneration != 0 ? byGeneration : initiator.compareTo(other.initiator);
    }
  }

  boolean isConfirmed() {
    return confirmed;
  }

  boolean canSeal(long nowNs, SessionConfig config) {
    return (confirmed || usableUnconfirmed)
        && sealed < config.lifetimePackets()
        && nowNs - createdNs < config.lifetimeNs();
  }

  boolean canOpen(long nowNs, SessionConfig config) {
    return nowNs - createdNs < config.lifetimeNs() + config.graceNs();
  }

  boolean isRekeyDue(long nowNs, SessionConfig config) {
    long dueNs = config.rekeyAfterNs() + (initiator ? 0 : config.rekeySlackNs());
    return nowNs - createdNs >= dueNs || sealed >= config.rekeyAfterPackets();
  }

  /**
   * Says whether this side has talked for too long without an answer. The time is that from the
   * first to the last datagram without one: not every datagram asks for an answer, and the last
   * word of a conversation, which never gets any, must not start a handshake.
   */
  boolean isUnanswered(SessionConfig config) {
    long limitNs = confirmed ? config.unansweredNs() : config.unconfirmedNs();
    return awaitingAnswer && lastSealedNs - unansweredSinceNs >= limitNs;
  }

  /** Says whether to seal with this one rather than the other. */
  boolean isPreferredTo(@Nullable Session other) {
    if (other == null || confirmed != other.confirmed) {
      return other == null || confirmed;
    }
    return rank.compareTo(other.rank) > 0;
  }

  ReplayWindow.Verdict check(int pathNumber, long counter) {
    ReplayWindow window = windows[pathNumber];
    return window == null ? ReplayWindow.Verdict.FRESH : window.check(counter);
  }

  /** Records an authentic datagram, which proves that the peer has this association. */
  void received(int pathNumber, long counter) {
    ReplayWindow window = windows[pathNumber];
    if (window == null) {
      window = new ReplayWindow();
      windows[pathNumber] = window;
    }
    window.mark(counter);
    confirmed = true;
    awaitingAnswer = false;
  }

  void sealedOne(long nowNs) {
    sealed++;
    lastSealedNs = nowNs;
    if (!awaitingAnswer) {
      awaitingAnswer = true;
      unansweredSinceNs = nowNs;
    }
  }
}
