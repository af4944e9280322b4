package io.limpet.link.internal.limit;

import java.net.InetAddress;
import java.util.random.RandomGenerator;

/**
 * A budget shared among senders by chance of a secret hash: whoever sends much exhausts the share
 * of the few that fall into the same bucket, and no other. As many buckets as there are, whatever
 * arrives. Sans-IO; not thread-safe.
 */
public final class FairBuckets {
  private static final int BITS = 10;

  /** How many buckets there are. */
  public static final int COUNT = 1 << BITS;

  private final TokenBucket[] buckets = new TokenBucket[COUNT];
  private final long multiplier;

  /**
   * Makes full ones.
   *
   * @param random where the secret of the hash comes from
   */
  public FairBuckets(int perSecondEach, int burstEach, RandomGenerator random) {
    multiplier = random.nextLong() | 1;
    for (int i = 0; i < COUNT; i++) {
      buckets[i] = new TokenBucket(perSecondEach, burstEach);
    }
  }

  /** Returns an address as a sender. */
  public static long sender(InetAddress address) {
    long folded = 0;
    for (byte b : address.getAddress()) {
      folded = Long.rotateLeft(folded, Byte.SIZE) ^ (b & 0xFF);
    }
    return folded;
  }

  /** Takes one token of the sender's bucket if there is one. */
  public boolean tryTake(long nowNs, long sender) {
    long mixed = sender * multiplier;
    mixed = (mixed ^ (mixed >>> 32)) * multiplier;
    return buckets[(int) (mixed >>> (Long.SIZE - BITS))].tryTake(nowNs);
  }
}
