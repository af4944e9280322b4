package io.limpet.tcp.internal.engine;

import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * What a bad wire does to a segment: bits that flip, bytes that are others, an end that is missing
 * or one too many. Always such that the Internet checksum shows it, which one change in 65,536 of
 * this kind would not.
 */
final class Damage {
  private static final int MAX_RUN = 16;

  private Damage() {}

  /** Returns a damaged copy. */
  static byte[] of(byte[] segment, RandomGenerator random) {
    byte[] damaged =
        switch (random.nextInt(4)) {
          case 0 -> flipOneBit(segment.clone(), random);
          case 1 -> overwrite(segment.clone(), random);
          case 2 -> Arrays.copyOf(segment, random.nextInt(segment.length));
          default -> Arrays.copyOf(segment, segment.length + 1 + random.nextInt(MAX_RUN));
        };
    return sum(damaged) == sum(segment) ? flipOneBit(segment.clone(), random) : damaged;
  }

  private static byte[] flipOneBit(byte[] bytes, RandomGenerator random) {
    bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
    return bytes;
  }

  private static byte[] overwrite(byte[] bytes, RandomGenerator random) {
    int from = random.nextInt(bytes.length);
    int to = Math.min(bytes.length, from + 1 + random.nextInt(MAX_RUN));
    for (int i = from; i < to; i++) {
      bytes[i] = (byte) random.nextInt(256);
    }
    return bytes;
  }

  /**
   * The one's complement sum of the bytes and their number, from 0 to 65,534: what the checksum of
   * a segment sees of it, addresses apart.
   */
  static int sum(byte[] bytes) {
    long sum = bytes.length;
    for (int i = 0; i < bytes.length; i++) {
      sum += (bytes[i] & 0xFF) << (i % 2 == 0 ? 8 : 0);
    }
    return (int) (sum % 0xFFFF);
  }
}
