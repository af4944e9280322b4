package io.limpet.tcp.internal.wire;

/** Sequence number arithmetic modulo 2^32 (RFC 9293 section 3.4). */
public final class SeqNum {
  private SeqNum() {}

  /** Says whether {@code a} comes before {@code b}. */
  public static boolean lt(int a, int b) {
    return a - b < 0;
  }

  /** Says whether {@code a} comes before {@code b} or equals it. */
  public static boolean le(int a, int b) {
    return a - b <= 0;
  }

  /** Says whether {@code a} comes after {@code b}. */
  public static boolean gt(int a, int b) {
    return a - b > 0;
  }

  /** Says whether {@code a} comes after {@code b} or equals it. */
  public static boolean ge(int a, int b) {
    return a - b >= 0;
  }

  /** Returns the later of two. */
  public static int max(int a, int b) {
    return a - b >= 0 ? a : b;
  }

  /** Returns the earlier of two. */
  public static int min(int a, int b) {
    return a - b <= 0 ? a : b;
  }

  /** Says whether {@code seq} lies in the {@code size} numbers from {@code start} on. */
  public static boolean inWindow(int seq, int start, int size) {
    return Integer.compareUnsigned(seq - start, size) < 0;
  }
}
