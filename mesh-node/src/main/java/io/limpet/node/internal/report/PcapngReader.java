package io.limpet.node.internal.report;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the captures that {@code limpet trace} writes: pcapng, packets that begin with an IPv6
 * header. Whatever else is in a file is passed over; a file that is cut ends there. Bounded.
 */
final class PcapngReader {
  static final int MOST_SEGMENTS = 200_000;
  private static final int MOST_BLOCK_BYTES = 1 << 20;
  private static final int SECTION_HEADER = 0x0A0D_0D0A;
  private static final int INTERFACE_DESCRIPTION = 1;
  private static final int ENHANCED_PACKET = 6;
  private static final int BYTE_ORDER_MAGIC = 0x1A2B_3C4D;
  private static final int RAW_IP = 101;
  private static final int IPV6_BYTES = 40;
  private static final int TCP = 6;
  private static final int TCP_BYTES = 20;
  private static final int OPTION_TIME_RESOLUTION = 9;
  private static final int OPTION_FLAGS = 2;
  private static final int OUTBOUND = 2;

  private final DataInputStream in;
  private final List<TraceSegment> segments = new ArrayList<>();
  private ByteOrder order = ByteOrder.BIG_ENDIAN;
  private boolean isRaw;
  private double nsPerUnit = 1_000;

  private PcapngReader(InputStream in) {
    this.in = new DataInputStream(in);
  }

  /** Returns the segments of a capture, in its order. */
  static List<TraceSegment> read(InputStream in) throws IOException {
    PcapngReader reader = new PcapngReader(in);
    try {
      while (reader.segments.size() < MOST_SEGMENTS && reader.block()) {
        // One after the other.
      }
    } catch (EOFException e) {
      // Whoever wrote it was interrupted: what is there counts.
      return List.copyOf(reader.segments);
    }
    return List.copyOf(reader.segments);
  }

  private boolean block() throws IOException {
    byte[] head = new byte[8];
    in.readFully(head);
    int type = ByteBuffer.wrap(head).order(order).getInt();
    byte[] first = new byte[4];
    if (type == SECTION_HEADER) {
      in.readFully(first);
      order =
          ByteBuffer.wrap(first).getInt() == BYTE_ORDER_MAGIC
              ? ByteOrder.BIG_ENDIAN
              : ByteOrder.LITTLE_ENDIAN;
    }
    int read = type == SECTION_HEADER ? first.length : 0;
    int length = ByteBuffer.wrap(head, 4, 4).order(order).getInt();
    if (length < 12 + read || length > MOST_BLOCK_BYTES || length % 4 != 0) {
      return false;
    }
    byte[] body = new byte[length - 12 - read];
    in.readFully(body);
    in.readFully(first);
    ByteBuffer block = ByteBuffer.wrap(body).order(order);
    if (type == INTERFACE_DESCRIPTION && body.length >= 8) {
      describe(block);
    } else if (type == ENHANCED_PACKET && body.length >= 20 && isRaw) {
      TraceSegment segment = packet(block);
      if (segment != null) {
        segments.add(segment);
      }
    }
    return true;
  }

  private void describe(ByteBuffer block) {
    isRaw = (block.getShort(0) & 0xFFFF) == RAW_IP;
    int resolution = option(block, 8, OPTION_TIME_RESOLUTION, 1);
    // The highest bit means powers of two, which nobody here writes.
    nsPerUnit = resolution < 0 || resolution > 9 ? 1_000 : Math.pow(10, 9 - resolution);
  }

  /** Returns an option's value, or -1. */
  private int option(ByteBuffer block, int from, int wanted, int bytes) {
    int at = from;
    while (at + 4 <= block.limit()) {
      int code = block.getShort(at) & 0xFFFF;
      int length = block.getShort(at + 2) & 0xFFFF;
      if (code == 0 || at + 4 + length > block.limit()) {
        return -1;
      }
      if (code == wanted && length == bytes) {
        return bytes == 1 ? block.get(at + 4) & 0xFF : block.getInt(at + 4);
      }
      at += 4 + ((length + 3) & ~3);
    }
    return -1;
  }

  private @Nullable TraceSegment packet(ByteBuffer block) {
    long units = ((long) block.getInt(4) << 32) | (block.getInt(8) & 0xFFFF_FFFFL);
    int captured = block.getInt(12);
    if (captured < IPV6_BYTES + TCP_BYTES || captured > block.limit() - 20) {
      return null;
    }
    ByteBuffer ip = block.slice(20, captured).order(ByteOrder.BIG_ENDIAN);
    if (ip.get(0) >>> 4 != 6 || ip.get(6) != TCP) {
      return null;
    }
    int segmentBytes = ip.getShort(4) & 0xFFFF;
    int headerBytes = ((ip.get(IPV6_BYTES + 12) >>> 4) & 0xF) * 4;
    if (headerBytes < TCP_BYTES || headerBytes > segmentBytes) {
      return null;
    }
    boolean outbound = (option(block, 20 + ((captured + 3) & ~3), OPTION_FLAGS, 4) & 3) == OUTBOUND;
    int source = ip.getShort(IPV6_BYTES) & 0xFFFF;
    int destination = ip.getShort(IPV6_BYTES + 2) & 0xFFFF;
    int scale = -1;
    List<long[]> sacked = new ArrayList<>();
    int end = Math.min(captured, IPV6_BYTES + headerBytes);
    int at = IPV6_BYTES + TCP_BYTES;
    while (at < end && ip.get(at) != 0) {
      int kind = ip.get(at);
      int length = kind == 1 ? 1 : at + 1 < end ? ip.get(at + 1) & 0xFF : 0;
      if (length == 0 || at + length > end) {
        break;
      }
      if (kind == 3 && length == 3) {
        scale = Math.min(14, ip.get(at + 2) & 0xFF);
      } else if (kind == 5) {
        for (int i = at + 2; i + 8 <= at + length; i += 8) {
          sacked.add(new long[] {unsigned(ip, i), unsigned(ip, i + 4)});
        }
      }
      at += length;
    }
    byte[] address = new byte[16];
    ip.get(outbound ? 24 : 8, address);
    return new TraceSegment(
        (long) (units * nsPerUnit),
        outbound,
        HexFormat.of().formatHex(address),
        outbound ? source : destination,
        outbound ? destination : source,
        unsigned(ip, IPV6_BYTES + 4),
        unsigned(ip, IPV6_BYTES + 8),
        ip.get(IPV6_BYTES + 13) & 0xFF,
        ip.getShort(IPV6_BYTES + 14) & 0xFFFF,
        scale,
        segmentBytes - headerBytes,
        sacked);
  }

  private static long unsigned(ByteBuffer in, int at) {
    return in.getInt(at) & 0xFFFF_FFFFL;
  }
}
