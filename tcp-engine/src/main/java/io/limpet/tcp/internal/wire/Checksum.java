package io.limpet.tcp.internal.wire;

import io.limpet.link.MeshAddress;
import java.nio.ByteBuffer;

/** The Internet checksum over the IPv6 pseudo-header (RFC 8200 section 8.1) and a TCP segment. */
final class Checksum {
  private static final int PROTOCOL_TCP = 6;

  private Checksum() {}

  /** Returns the one's complement sum of pseudo-header and bytes, folded to 16 bits. */
  static int sum(ByteBuffer in, int from, int to, MeshAddress source, MeshAddress destination) {
    long sum = (long) to - from + PROTOCOL_TCP;
    sum += words(source.high()) + words(source.low());
    sum += words(destination.high()) + words(destination.low());
    int at = from;
    // 2^16 is 1 modulo 2^16-1, so that wider words may be added and folded at the end.
    for (; at + 8 <= to; at += 8) {
      sum += words(in.getLong(at));
    }
    if (at + 4 <= to) {
      sum += in.getInt(at) & 0xFFFF_FFFFL;
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

  private static long words(long value) {
    return (value >>> 32) + (value & 0xFFFF_FFFFL);
  }
}
