package io.limpet.link.internal.session;

import java.util.concurrent.TimeUnit;

/**
 * Times and bounds of the associations. Immutable.
 *
 * @param retryNs wait before a second initiation
 * @param maxRetryNs the wait doubles up to this
 * @param pendingLifetimeNs how long an answer to an initiation is accepted
 * @param rekeyAfterNs age at which the initiator of an association renews it
 * @param rekeySlackNs by how much later its responder renews it, so that both do not at once
 * @param rekeyAfterPackets datagrams sealed after which either side renews it
 * @param lifetimeNs age after which nothing more is sealed
 * @param graceNs how much longer datagrams are opened
 * @param lifetimePackets datagrams sealed after which nothing more is
 * @param unansweredNs how long to go on talking without an answer, over an association that the
 *     peer is known to have, before it is taken for lost
 * @param unconfirmedNs the same over one that the peer has never used
 * @param maxPeers most peers remembered
 * @param handshakesPerSecond most handshake messages that may cost cryptography
 * @param handshakeBurst most of them at once
 */
public record SessionConfig(
    long retryNs,
    long maxRetryNs,
    long pendingLifetimeNs,
    long rekeyAfterNs,
    long rekeySlackNs,
    long rekeyAfterPackets,
    long lifetimeNs,
    long graceNs,
    long lifetimePackets,
    long unansweredNs,
    long unconfirmedNs,
    int maxPeers,
    int handshakesPerSecond,
    int handshakeBurst) {

  /** What a node uses. */
  public static final SessionConfig DEFAULT =
      new SessionConfig(
          TimeUnit.MILLISECONDS.toNanos(250),
          TimeUnit.SECONDS.toNanos(4),
          TimeUnit.SECONDS.toNanos(15),
          TimeUnit.SECONDS.toNanos(120),
          TimeUnit.SECONDS.toNanos(20),
          1L << 32,
          TimeUnit.SECONDS.toNanos(600),
          TimeUnit.SECONDS.toNanos(30),
          1L << 33,
          TimeUnit.SECONDS.toNanos(5),
          TimeUnit.SECONDS.toNanos(1),
          1024,
          200,
          128);

  /** Returns the same with other bounds. */
  public SessionConfig withBounds(int peers, int perSecond, int burst) {
    return new SessionConfig(
        retryNs,
        maxRetryNs,
        pendingLifetimeNs,
        rekeyAfterNs,
        rekeySlackNs,
        rekeyAfterPackets,
        lifetimeNs,
        graceNs,
        lifetimePackets,
        unansweredNs,
        unconfirmedNs,
        peers,
        perSecond,
        burst);
  }

  /** Checks the ranges that the protocol depends on. */
  public SessionConfig {
    if (retryNs <= 0 || maxRetryNs < retryNs || maxPeers < 1 || handshakesPerSecond < 1) {
      throw new IllegalArgumentException("times and bounds are positive");
    }
    if (pendingLifetimeNs > graceNs) {
      // The responder counts the age from the first message, the initiator may accept the second
      // this much later; in between the older side must still open what the younger seals.
      throw new IllegalArgumentException("the grace covers the longest handshake");
    }
    if (lifetimePackets > 1L << 34) {
      throw new IllegalArgumentException("AES-GCM is not safe for so many datagrams of one key");
    }
  }
}
