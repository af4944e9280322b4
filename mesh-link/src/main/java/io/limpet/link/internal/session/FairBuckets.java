package io.limpet.link.internal.session;

import java.util.random.RandomGenerator;

/**
 * A budget shared among senders by chance of a secret hash: whoever sends much exhausts the share
 * of the few that fall into the same bucket, and no other. As many buckets as there are, whatever
 * arrives. Not thread-safe.
 */
final class FairBuckets {
  private static final int BITS = 10;

  static final int COUNT = 1 << BITS;

  private final TokenBucket[] buckets = new TokenBucket[COUNT];
  private final long multiplier;

  FairBuckets(int perSecondEach, int burstEach, RandomGenerator random) {
    multiplier = random.nextLong() | 1;
    for (int i = 0; i < COUNT; i++) {
      buckets[i] = new TokenBucket(perSecondEach, burstEach);
    }
  }

  /** Takes one token of the sender's bucket if there is one. */
  boolean tryTake(long nowNs, long sender) {
    long mixed = sender * multiplier;
    mixed = (mixed ^ (mixed >>> 32)) * multiplier;
    return buckets[(int) (mixed >>> (Long.SIZE - BITS))].tryTake(nowNs);
  }
}
