package io.limpet.link.internal.session;

import io.limpet.link.internal.limit.FairBuckets;
import io.limpet.link.internal.limit.TokenBucket;
import io.limpet.link.internal.session.Sessions.Arrival;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * Decides which first datagrams are worth a Diffie-Hellman. Four budgets, none of which a flood
 * from below can touch:
 *
 * <ol>
 *   <li>peers that have made a handshake before, known by a proof that nobody else can make;
 *   <li>peers whose signed hello was heard, by the same proof;
 *   <li>strangers that have proven that they hear at their address;
 *   <li>strangers, as long as there are few. When there are many, this node is under load, and asks
 *       them for the proof of 3.
 * </ol>
 *
 * <p>Who sends on multicast proves nothing about an address: everybody in reach hears the answer.
 * All of them share what one unicast address has. Keeps no memory of any sender. Not thread-safe.
 */
final class Admission {
  /** What is to be done about a first datagram. */
  enum Decision {
    ADMIT,
    DEMAND_COOKIE,
    REFUSE
  }

  static final long LOAD_LASTS_NS = TimeUnit.SECONDS.toNanos(1);

  /**
   * Cookies to all the world. Each may go to an address that nobody has, and so cost the kernel a
   * neighbour entry for a few seconds, of which it has a thousand.
   */
  private static final int COOKIES_PER_SECOND = 200;

  private static final int COOKIE_BURST = 100;
  private static final int COOKIES_PER_SOURCE = 4;
  private static final int COOKIE_BURST_PER_SOURCE = 4;
  private static final int HANDSHAKES_PER_SECOND = 2;
  private static final int HANDSHAKE_BURST = 4;

  private final Cookies cookies;
  private final TokenBucket known;
  private final TokenBucket introduced;
  private final TokenBucket proven;
  private final TokenBucket unproven;
  private final TokenBucket cookiesToAll = new TokenBucket(COOKIES_PER_SECOND, COOKIE_BURST);
  private final FairBuckets cookiesBySource;
  private final FairBuckets handshakesBySource;
  private boolean loaded;
  private long loadedSinceNs;

  Admission(SessionConfig config, Cookies cookies, RandomGenerator random) {
    this.cookies = cookies;
    int eighth = Math.max(1, config.handshakesPerSecond() / 8);
    int eighthBurst = Math.max(1, config.handshakeBurst() / 8);
    this.known = new TokenBucket(2 * eighth, 2 * eighthBurst);
    this.introduced = new TokenBucket(3 * eighth, 3 * eighthBurst);
    this.proven = new TokenBucket(2 * eighth, 2 * eighthBurst);
    this.unproven = new TokenBucket(eighth, eighthBurst);
    this.cookiesBySource = new FairBuckets(COOKIES_PER_SOURCE, COOKIE_BURST_PER_SOURCE, random);
    this.handshakesBySource = new FairBuckets(HANDSHAKES_PER_SECOND, HANDSHAKE_BURST, random);
  }

  /** Decides about a peer that has proven to be the one it names. */
  Decision decidePeer(long nowNs, Peer peer) {
    boolean granted =
        peer.mayShakeHands(nowNs)
            && ((peer.isProven() && known.tryTake(nowNs)) || introduced.tryTake(nowNs));
    return granted ? Decision.ADMIT : Decision.REFUSE;
  }

  /** Decides about a sender of whom nothing is known. */
  Decision decideStranger(long nowNs, byte[] init, Arrival arrival) {
    if (!isUnderLoad(nowNs) && unproven.tryTake(nowNs)) {
      return Decision.ADMIT;
    }
    long sender = senderOf(arrival);
    if (cookies.isProven(nowNs, init, arrival.place(), arrival.source())) {
      boolean granted = handshakesBySource.tryTake(nowNs, sender) && proven.tryTake(nowNs);
      return granted ? Decision.ADMIT : Decision.REFUSE;
    }
    loaded = true;
    loadedSinceNs = nowNs;
    boolean told = cookiesBySource.tryTake(nowNs, sender) && cookiesToAll.tryTake(nowNs);
    return told ? Decision.DEMAND_COOKIE : Decision.REFUSE;
  }

  private boolean isUnderLoad(long nowNs) {
    loaded &= nowNs - loadedSinceNs < LOAD_LASTS_NS;
    return loaded;
  }

  private static long senderOf(Arrival arrival) {
    if (arrival.overMulticast()) {
      return arrival.place();
    }
    return FairBuckets.sender(arrival.source().getAddress());
  }
}
