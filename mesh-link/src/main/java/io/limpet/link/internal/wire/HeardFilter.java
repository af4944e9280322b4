package io.limpet.link.internal.wire;

import io.limpet.link.Bytes;
import java.util.Collection;

/**
 * Whom a node hears, in six bits a peer: a Bloom filter over the lower halves of their addresses.
 * Whoever is heard is always in it; one who is not is missing from it in eleven cases of twelve,
 * and because the salt changes with each hello, soon in one of them. Immutable.
 *
 * @param salt the sequence of the hello that carries it
 * @param bits none means that nothing is stated, 1..{@link #MAX_BYTES} bytes otherwise
 */
public record HeardFilter(long salt, Bytes bits) {
  /** Most bytes of a filter. */
  public static final int MAX_BYTES = 96;

  private static final int HASHES = 2;

  /** Returns a filter that states nothing. */
  public static HeardFilter silent() {
    return new HeardFilter(0, Bytes.EMPTY);
  }

  /** Makes the filter of these peers; of none, it states that none is heard. */
  public static HeardFilter of(long salt, Collection<Long> peers) {
    byte[] bits = new byte[Math.max(1, Math.min(MAX_BYTES, (3 * peers.size() + 3) / 4))];
    for (long peer : peers) {
      for (int i = 0; i < HASHES; i++) {
        int bit = place(salt, peer, i, bits.length);
        bits[bit >> 3] |= (byte) (1 << (bit & 7));
      }
    }
    return new HeardFilter(salt, Bytes.of(bits));
  }

  /** Says whether anything is stated at all. */
  public boolean states() {
    return bits.length() > 0;
  }

  /** Says that a peer is certainly not heard. */
  public boolean lacks(long peer) {
    byte[] bytes = bits.toArray();
    for (int i = 0; i < HASHES && bytes.length > 0; i++) {
      int bit = place(salt, peer, i, bytes.length);
      if ((bytes[bit >> 3] & 1 << (bit & 7)) == 0) {
        return true;
      }
    }
    return false;
  }

  // The finaliser of SplitMix64: any mixer does, for nobody gains by a collision with himself.
  private static int place(long salt, long peer, int index, int bytes) {
    long mixed = peer + (salt * HASHES + index + 1) * 0x9E3779B97F4A7C15L;
    mixed = (mixed ^ mixed >>> 30) * 0xBF58476D1CE4E5B9L;
    mixed = (mixed ^ mixed >>> 27) * 0x94D049BB133111EBL;
    return (int) Long.remainderUnsigned(mixed ^ mixed >>> 31, bytes * 8L);
  }
}
