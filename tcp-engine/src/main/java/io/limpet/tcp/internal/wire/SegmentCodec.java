package io.limpet.tcp.internal.wire;

import io.limpet.link.MeshAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Reads and writes segments as RFC 9293 section 3.1 lays them out, with the checksum of a segment
 * inside IPv6 between the two mesh addresses, so that a packet tool dissects them.
 */
public final class SegmentCodec {
  /** Bytes of the header without options. */
  public static final int HEADER_BYTES = 20;

  /** Most bytes of options. */
  public static final int MAX_OPTION_BYTES = 40;

  /** Bytes that the timestamps option takes with its padding. */
  public static final int TIMESTAMP_BYTES = 12;

  private static final int OPTION_END = 0;
  private static final int OPTION_NOP = 1;
  private static final int OPTION_MSS = 2;
  private static final int OPTION_WINDOW_SCALE = 3;
  private static final int OPTION_SACK_PERMITTED = 4;
  private static final int OPTION_SACK = 5;
  private static final int OPTION_TIMESTAMPS = 8;
  private static final int OPTION_USER_TIMEOUT = 28;
  private static final int CHECKSUM_AT = 16;

  private SegmentCodec() {}

  /** What became of bytes from the network. */
  public enum ParseResult {
    /** A segment. */
    OK,
    /** Shorter than a header, or than the header it announces. */
    TRUNCATED,
    /** The checksum is wrong. */
    BAD_CHECKSUM,
    /** An option has an impossible length (RFC 9293 MUST-7). */
    BAD_OPTION,
    /** A port is zero, or the control bits contradict each other. */
    BAD_FIELD
  }

  /**
   * Reads a segment. Never throws; on success {@code out.payload} is {@code in} itself, from the
   * first byte of data to its limit.
   */
  public static ParseResult parse(
      ByteBuffer in, MeshAddress source, MeshAddress destination, Segment out) {
    out.clear();
    in.order(ByteOrder.BIG_ENDIAN);
    int start = in.position();
    if (in.remaining() < HEADER_BYTES) {
      return ParseResult.TRUNCATED;
    }
    int headerBytes = ((in.get(start + 12) >>> 4) & 0xF) * 4;
    if (headerBytes < HEADER_BYTES || headerBytes > in.remaining()) {
      return ParseResult.TRUNCATED;
    }
    if (Checksum.sum(in, start, in.limit(), source, destination) != 0xFFFF) {
      return ParseResult.BAD_CHECKSUM;
    }
    out.sourcePort = in.getShort(start) & 0xFFFF;
    out.destinationPort = in.getShort(start + 2) & 0xFFFF;
    out.seq = in.getInt(start + 4);
    out.ack = in.getInt(start + 8);
    // The reserved bits, and those of ECN, which is not offered, are ignored.
    out.flags = in.get(start + 13) & 0x3F;
    out.window = in.getShort(start + 14) & 0xFFFF;
    out.urgentPointer = in.getShort(start + 18) & 0xFFFF;
    if (out.sourcePort == 0 || out.destinationPort == 0 || isContradictory(out.flags)) {
      return ParseResult.BAD_FIELD;
    }
    if (!parseOptions(in, start + HEADER_BYTES, start + headerBytes, out)) {
      return ParseResult.BAD_OPTION;
    }
    in.position(start + headerBytes);
    out.payload = in;
    return ParseResult.OK;
  }

  private static boolean isContradictory(int flags) {
    int control = flags & (Segment.SYN | Segment.FIN | Segment.RST);
    return Integer.bitCount(control) > 1;
  }

  private static boolean parseOptions(ByteBuffer in, int from, int to, Segment out) {
    int at = from;
    while (at < to) {
      int kind = in.get(at) & 0xFF;
      if (kind == OPTION_END) {
        return true;
      }
      if (kind == OPTION_NOP) {
        at++;
        continue;
      }
      if (at + 2 > to) {
        return false;
      }
      int length = in.get(at + 1) & 0xFF;
      if (length < 2 || at + length > to) {
        return false;
      }
      parseOption(in, kind, at + 2, length - 2, out);
      at += length;
    }
    return true;
  }

  /** Takes one option; one that is unknown, or of a length that is not its own, is skipped. */
  private static void parseOption(ByteBuffer in, int kind, int at, int length, Segment out) {
    switch (kind) {
      case OPTION_MSS -> {
        if (length == 2) {
          out.mss = in.getShort(at) & 0xFFFF;
        }
      }
      case OPTION_WINDOW_SCALE -> {
        if (length == 1) {
          // RFC 7323 section 2.3: more than 14 is taken as 14.
          out.windowScale = Math.min(in.get(at) & 0xFF, 14);
        }
      }
      case OPTION_SACK_PERMITTED -> out.sackPermitted = length == 0;
      case OPTION_SACK -> {
        if (length % 8 == 0) {
          for (int block = 0; block < length; block += 8) {
            out.addSack(in.getInt(at + block), in.getInt(at + block + 4));
          }
        }
      }
      case OPTION_TIMESTAMPS -> {
        if (length == 8) {
          out.hasTimestamps = true;
          out.tsVal = in.getInt(at);
          out.tsEcr = in.getInt(at + 4);
        }
      }
      case OPTION_USER_TIMEOUT -> {
        if (length == 2) {
          int value = in.getShort(at) & 0xFFFF;
          out.userTimeoutSeconds = (value & 0x7FFF) * ((value & 0x8000) != 0 ? 60 : 1);
        }
      }
      default -> {
        // RFC 9293 MUST-6: unknown options are ignored.
      }
    }
  }

  /**
   * Writes header and options at the buffer's position 0; the caller then puts the data and calls
   * {@link #finish}.
   */
  public static void emitHeader(Segment segment, ByteBuffer out) {
    out.clear();
    out.putShort((short) segment.sourcePort).putShort((short) segment.destinationPort);
    out.putInt(segment.seq).putInt(segment.has(Segment.ACK) ? segment.ack : 0);
    out.putShort((short) segment.flags).putShort((short) segment.window);
    out.putShort((short) 0);
    out.putShort((short) (segment.has(Segment.URG) ? segment.urgentPointer : 0));
    emitOptions(segment, out);
    int headerBytes = out.position();
    out.putShort(12, (short) (((headerBytes / 4) << 12) | segment.flags));
  }

  private static void emitOptions(Segment segment, ByteBuffer out) {
    if (segment.mss > 0) {
      out.putShort((short) ((OPTION_MSS << 8) | 4)).putShort((short) segment.mss);
    }
    if (segment.sackPermitted) {
      out.putShort((short) ((OPTION_SACK_PERMITTED << 8) | 2));
    }
    if (segment.hasTimestamps) {
      if (!segment.sackPermitted) {
        out.putShort((short) ((OPTION_NOP << 8) | OPTION_NOP));
      }
      out.putShort((short) ((OPTION_TIMESTAMPS << 8) | 10));
      out.putInt(segment.tsVal).putInt(segment.tsEcr);
    } else if (segment.sackPermitted) {
      out.putShort((short) ((OPTION_NOP << 8) | OPTION_NOP));
    }
    if (segment.windowScale >= 0) {
      out.putInt((OPTION_NOP << 24) | (OPTION_WINDOW_SCALE << 16) | (3 << 8) | segment.windowScale);
    }
    if (segment.userTimeoutSeconds > 0) {
      int seconds = segment.userTimeoutSeconds;
      int value = seconds < 0x8000 ? seconds : 0x8000 | Math.min(seconds / 60, 0x7FFF);
      out.putInt((OPTION_USER_TIMEOUT << 24) | (4 << 16) | value);
    }
    int room = (HEADER_BYTES + MAX_OPTION_BYTES - out.position() - 4) / 8;
    int blocks = Math.min(segment.sackCount, room);
    if (blocks > 0) {
      out.putInt((OPTION_NOP << 24) | (OPTION_NOP << 16) | (OPTION_SACK << 8) | (2 + 8 * blocks));
      for (int i = 0; i < blocks; i++) {
        out.putInt(segment.sackLeft[i]).putInt(segment.sackRight[i]);
      }
    }
  }

  /** Fills in the checksum of what has been put since position 0, and flips the buffer. */
  public static void finish(ByteBuffer out, MeshAddress source, MeshAddress destination) {
    out.flip();
    out.putShort(CHECKSUM_AT, (short) 0);
    int sum = Checksum.sum(out, 0, out.limit(), source, destination);
    out.putShort(CHECKSUM_AT, (short) ~sum);
  }
}
