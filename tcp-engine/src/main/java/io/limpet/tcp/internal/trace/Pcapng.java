package io.limpet.tcp.internal.trace;

import io.limpet.link.MeshAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Blocks of a pcapng file (draft-ietf-opsawg-pcapng) with one interface, whose packets begin with
 * an IPv6 header: the one that the checksum of each segment is computed with.
 */
final class Pcapng {
  private static final int SECTION_HEADER = 0x0A0D_0D0A;
  private static final int INTERFACE_DESCRIPTION = 1;
  private static final int INTERFACE_STATISTICS = 5;
  private static final int ENHANCED_PACKET = 6;

  /** Type and length before what a block says, and its length again after it. */
  private static final int FRAME_BYTES = 12;

  private static final int BYTE_ORDER_MAGIC = 0x1A2B_3C4D;
  private static final long LENGTH_UNKNOWN = -1;

  /** LINKTYPE_RAW: packets begin with an IP header. */
  private static final short LINK_TYPE = 101;

  private static final int END_OF_OPTIONS_BYTES = 4;
  private static final short OPTION_APPLICATION = 4;
  private static final short OPTION_INTERFACE_NAME = 2;
  private static final short OPTION_TIME_RESOLUTION = 9;
  private static final short OPTION_FLAGS = 2;
  private static final short OPTION_RECEIVED = 4;
  private static final short OPTION_DROPPED = 5;
  private static final byte NANOSECONDS = 9;
  private static final int INBOUND = 1;
  private static final int OUTBOUND = 2;

  static final int IP_HEADER_BYTES = 40;
  private static final int PROTOCOL_TCP = 6;
  private static final int HOP_LIMIT = 64;
  private static final int DATA_OFFSET_AT = 12;
  private static final int LEAST_HEADER_BYTES = 20;
  private static final int MOST_HEADER_BYTES = 60;

  /** Interface, time, two lengths; then the packet, the option of flags, the end of options. */
  private static final int PACKET_FIELD_BYTES = 20;

  private static final int PACKET_TIME_AT = 12;
  private static final int PACKET_OPTION_BYTES = 8 + END_OF_OPTIONS_BYTES;

  /** Length of what {@link #statistics} makes. */
  static final int STATISTICS_BYTES = FRAME_BYTES + 12 + 2 * 12 + END_OF_OPTIONS_BYTES;

  private Pcapng() {}

  /**
   * Returns what a file begins with.
   *
   * @param dataBytes most that is kept of each segment's data
   */
  static byte[] beginning(int dataBytes) {
    byte[] application = "Limpet".getBytes(StandardCharsets.US_ASCII);
    byte[] name = "mesh".getBytes(StandardCharsets.US_ASCII);
    ByteBuffer out = ByteBuffer.allocate(128);
    int start = begin(out, SECTION_HEADER);
    out.putInt(BYTE_ORDER_MAGIC).putShort((short) 1).putShort((short) 0).putLong(LENGTH_UNKNOWN);
    option(out, OPTION_APPLICATION, application);
    end(out, start);
    start = begin(out, INTERFACE_DESCRIPTION);
    out.putShort(LINK_TYPE).putShort((short) 0);
    out.putInt(IP_HEADER_BYTES + MOST_HEADER_BYTES + dataBytes);
    option(out, OPTION_INTERFACE_NAME, name);
    option(out, OPTION_TIME_RESOLUTION, new byte[] {NANOSECONDS});
    end(out, start);
    byte[] bytes = new byte[out.position()];
    out.flip().get(bytes);
    return bytes;
  }

  /**
   * Returns a segment as a packet.
   *
   * @param epochNs when it was sent or received, in nanoseconds since 1970
   * @param segment as it is on the wire from {@code at} on
   * @param outbound whether this node sent it
   * @param dataBytes most that is kept of its data
   */
  static byte[] packet(
      long epochNs,
      MeshAddress from,
      MeshAddress to,
      ByteBuffer segment,
      int at,
      int segmentBytes,
      boolean outbound,
      int dataBytes) {
    int kept = Math.min(segmentBytes, headerBytes(segment, at, segmentBytes) + dataBytes);
    int captured = IP_HEADER_BYTES + kept;
    ByteBuffer out =
        ByteBuffer.allocate(
            FRAME_BYTES + PACKET_FIELD_BYTES + padded(captured) + PACKET_OPTION_BYTES);
    int start = begin(out, ENHANCED_PACKET);
    out.putInt(0).putLong(epochNs);
    out.putInt(captured).putInt(IP_HEADER_BYTES + segmentBytes);
    out.putInt(6 << 28).putShort((short) segmentBytes);
    out.put((byte) PROTOCOL_TCP).put((byte) HOP_LIMIT);
    from.write(out);
    to.write(out);
    out.put(out.position(), segment, at, kept);
    out.position(out.position() + padded(captured) - IP_HEADER_BYTES);
    option(out, OPTION_FLAGS, outbound ? OUTBOUND : INBOUND);
    end(out, start);
    return out.array();
  }

  /** A header that lies about its length gives away no more than any header may. */
  private static int headerBytes(ByteBuffer segment, int at, int segmentBytes) {
    if (segmentBytes <= DATA_OFFSET_AT) {
      return LEAST_HEADER_BYTES;
    }
    return Math.max(LEAST_HEADER_BYTES, (segment.get(at + DATA_OFFSET_AT) >>> 4 & 0xF) * 4);
  }

  /** Returns the time of what {@link #packet} made. */
  static long epochNs(byte[] packet) {
    return ByteBuffer.wrap(packet).getLong(PACKET_TIME_AT);
  }

  /**
   * Returns what a file ends with.
   *
   * @param epochNs when it was so
   * @param received segments, in the file or not
   * @param dropped segments that are not there
   */
  static byte[] statistics(long epochNs, long received, long dropped) {
    ByteBuffer out = ByteBuffer.allocate(STATISTICS_BYTES);
    int start = begin(out, INTERFACE_STATISTICS);
    out.putInt(0).putLong(epochNs);
    option(out, OPTION_RECEIVED, received);
    option(out, OPTION_DROPPED, dropped);
    end(out, start);
    return out.array();
  }

  private static int begin(ByteBuffer out, int type) {
    int start = out.position();
    out.putInt(type).putInt(0);
    return start;
  }

  private static void end(ByteBuffer out, int start) {
    out.putInt(0);
    int length = out.position() + 4 - start;
    out.putInt(length).putInt(start + 4, length);
  }

  private static void option(ByteBuffer out, short code, byte[] value) {
    out.putShort(code).putShort((short) value.length).put(value);
    out.position(padded(out.position()));
  }

  private static void option(ByteBuffer out, short code, int value) {
    out.putShort(code).putShort((short) Integer.BYTES).putInt(value);
  }

  private static void option(ByteBuffer out, short code, long value) {
    out.putShort(code).putShort((short) Long.BYTES).putLong(value);
  }

  /** Everything in a file begins at a multiple of four. */
  private static int padded(int bytes) {
    return (bytes + 3) & ~3;
  }
}
