package io.limpet.tcp.internal.wire;

import io.limpet.link.MeshAddress;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The Internet checksum over the IPv6 pseudo-header (RFC 8200 section 8.1) and a TCP segment. */
final class Checksum {
  private static final int PROTOCOL_TCP = 6;
  private static final long LOW = 0xFFFF_FFFFL;
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private Checksum() {}

  /** Returns the one's complement sum of pseudo-header and bytes, folded to 16 bits. */
  static int sum(ByteBuffer in, int from, int to, MeshAddress source, MeshAddress destination) {
    long sum = (long) to - from + PROTOCOL_TCP;
    sum += words(source.high()) + words(source.low());
    sum += words(destination.high()) + words(destination.low());
    int at = from;
    // 2^16 is 1 modulo 2^16-1, so that wider words may be added and folded at the end.
    if (in.hasArray()) {
      int whole = (to - from) & ~7;
      sum += wholeWords(in.array(), in.arrayOffset() + from, whole);
      at += whole;
    }
    for (; at + 8 <= to; at += 8) {
      sum += words(in.getLong(at));
    }
    if (at + 4 <= to) {
      sum += in.getInt(at) & LOW;
      at += 4;
    }
    if (at + 2 <= to) {
      sum += in.getShort(at) & 0xFFFF;
      at += 2;
    }
    if (at < to) {
      sum += (in.get(at) & 0xFF) << 8;
    }
    while (sum >>> 16 != 0) {
      sum = (sum & 0xFFFF) + (sum >>> 16);
    }
    return (int) sum;
  }

  /** The same of whole words in an array: four at a time, and in sums that do not wait. */
  private static long wholeWords(byte[] in, int from, int length) {
    long first = 0;
    long second = 0;
    int at = from;
    int end = from + length;
    for (; at + 32 <= end; at += 32) {
      long a = (long) LONG.get(in, at);
      long b = (long) LONG.get(in, at + 8);
      long c = (long) LONG.get(in, at + 16);
      long d = (long) LONG.get(in, at + 24);
      first += (a >>> 32) + (b >>> 32) + (c >>> 32) + (d >>> 32);
      second += (a & LOW) + (b & LOW) + (c & LOW) + (d & LOW);
    }
    for (; at < end; at += 8) {
      first += words((long) LONG.get(in, at));
    }
    return first + second;
  }

  private static long words(long value) {
    return (value >>> 32) + (value & LOW);
  }
}
