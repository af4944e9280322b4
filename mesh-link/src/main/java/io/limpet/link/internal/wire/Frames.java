package io.limpet.link.internal.wire;

import io.netty.buffer.ByteBuf;

/**
 * The frames inside a sealed datagram: type (1 byte), length of the body (2 bytes), body.
 *
 * <p>An unknown type is skipped, so that a newer peer can be understood; a frame that is cut short
 * ends the datagram and is counted by the caller. All numbers are big-endian.
 */
public final class Frames {
  /** Bytes before each body. */
  public static final int HEADER_BYTES = 3;

  /** Bytes that a doubled payload needs beside its header. */
  public static final int DOUBLED_ID_BYTES = 4;

  /** Bytes of a whole report. */
  public static final int REPORT_BYTES = HEADER_BYTES + 21;

  /** Result of {@link #read}: malformed. */
  public static final int MALFORMED = -1;

  /** Result of {@link #read}: nothing in it asks for a report. */
  public static final int NOT_ELICITING = 0;

  /** Result of {@link #read}: the sender wants to hear that this arrived. */
  public static final int ELICITING = 1;

  private static final int PADDING = 0x00;
  private static final int MAX_PROTOCOL = 0x0F;
  private static final int DOUBLED = 0x10;
  private static final int PATH_REPORT = 0x20;
  private static final int PATH_CHALLENGE = 0x21;
  private static final int PATH_RESPONSE = 0x22;
  private static final int PLEASE_REPAIR = 0x23;
  private static final int REPAIR_DONE = 0x24;
  private static final int GOODBYE = 0x25;
  private static final int LINK_TEST = 0x26;
  private static final int UNHEARD = 0x27;

  private static final int UNHEARD_UNICAST = 1;
  private static final int UNHEARD_MULTICAST = 2;

  private Frames() {}

  /** Writes a payload; its reader index is left where it is. */
  public static void writePayload(ByteBuf out, int protocolCode, ByteBuf payload) {
    int length = payload.readableBytes();
    out.writeByte(protocolCode).writeShort(length);
    out.writeBytes(payload, payload.readerIndex(), length);
  }

  /** Writes a payload that goes out on several paths; its reader index is left where it is. */
  public static void writeDoubledPayload(ByteBuf out, int protocolCode, int id, ByteBuf payload) {
    int length = payload.readableBytes();
    out.writeByte(DOUBLED + protocolCode).writeShort(DOUBLED_ID_BYTES + length).writeInt(id);
    out.writeBytes(payload, payload.readerIndex(), length);
  }

  /** Writes a report. */
  public static void writeReport(ByteBuf out, PathReport report) {
    out.writeByte(PATH_REPORT).writeShort(REPORT_BYTES - HEADER_BYTES);
    out.writeByte(report.pathNumber()).writeLong(report.highest()).writeLong(report.received());
    out.writeInt((int) Math.min(report.ackDelayUs(), 0xFFFF_FFFFL));
  }

  /** Writes a challenge. */
  public static void writeChallenge(ByteBuf out, long token) {
    out.writeByte(PATH_CHALLENGE).writeShort(8).writeLong(token);
  }

  /** Writes the answer to a challenge. */
  public static void writeResponse(ByteBuf out, long token) {
    out.writeByte(PATH_RESPONSE).writeShort(8).writeLong(token);
  }

  /**
   * Writes padding.
   *
   * @param bytes of the whole frame, {@link #HEADER_BYTES} at least
   */
  public static void writePadding(ByteBuf out, int bytes) {
    out.writeByte(PADDING).writeShort(bytes - HEADER_BYTES).writeZero(bytes - HEADER_BYTES);
  }

  /** Writes the plea to renew the sender's mapping. */
  public static void writePleaseRepair(ByteBuf out) {
    out.writeByte(PLEASE_REPAIR).writeShort(0);
  }

  /** Writes the answer to a plea. */
  public static void writeRepairDone(ByteBuf out, int operations) {
    out.writeByte(REPAIR_DONE).writeShort(1).writeByte(operations);
  }

  /** Writes a challenge that is answered both by unicast and by multicast. */
  public static void writeLinkTest(ByteBuf out, long token) {
    out.writeByte(LINK_TEST).writeShort(8).writeLong(token);
  }

  /** Writes that what the receiver sends by unicast, or by multicast, does not arrive here. */
  public static void writeUnheard(ByteBuf out, boolean multicast) {
    out.writeByte(UNHEARD).writeShort(1).writeByte(multicast ? UNHEARD_MULTICAST : UNHEARD_UNICAST);
  }

  /** Writes a goodbye. */
  public static void writeGoodbye(ByteBuf out) {
    out.writeByte(GOODBYE).writeShort(0);
  }

  /**
   * Reads every frame.
   *
   * @return {@link #MALFORMED}, {@link #NOT_ELICITING} or {@link #ELICITING}; what came before a
   *     malformed frame has been delivered
   */
  public static int read(ByteBuf in, FrameSink sink) {
    int result = NOT_ELICITING;
    while (in.isReadable()) {
      if (in.readableBytes() < HEADER_BYTES) {
        return MALFORMED;
      }
      int type = in.readUnsignedByte();
      int length = in.readUnsignedShort();
      if (length > in.readableBytes()) {
        return MALFORMED;
      }
      int end = in.readerIndex() + length;
      if (!dispatch(type, length, in, sink)) {
        return MALFORMED;
      }
      if (type != PATH_REPORT && type != GOODBYE) {
        result = ELICITING;
      }
      in.readerIndex(end);
    }
    return result;
  }

  private static boolean dispatch(int type, int length, ByteBuf in, FrameSink sink) {
    if (type <= MAX_PROTOCOL) {
      if (type == PADDING) {
        return true;
      }
      sink.onPayload(type, in.slice(in.readerIndex(), length));
      return true;
    }
    if (type <= DOUBLED + MAX_PROTOCOL) {
      if (type == DOUBLED || length < DOUBLED_ID_BYTES) {
        return type == DOUBLED;
      }
      int id = in.readInt();
      sink.onDoubledPayload(
          type - DOUBLED, id, in.slice(in.readerIndex(), length - DOUBLED_ID_BYTES));
      return true;
    }
    if (length < minimumLength(type)) {
      return false;
    }
    switch (type) {
      case PATH_REPORT -> sink.onPathReport(readReport(in));
      case PATH_CHALLENGE -> sink.onPathChallenge(in.readLong());
      case PATH_RESPONSE -> sink.onPathResponse(in.readLong());
      case PLEASE_REPAIR -> sink.onPleaseRepair();
      case REPAIR_DONE -> sink.onRepairDone(in.readUnsignedByte());
      case GOODBYE -> sink.onGoodbye();
      case LINK_TEST -> sink.onLinkTest(in.readLong());
      case UNHEARD -> readUnheard(in.readUnsignedByte(), sink);
      default -> {
        // A frame of a later version: skipped by its length.
      }
    }
    return true;
  }

  private static void readUnheard(int carriers, FrameSink sink) {
    if ((carriers & UNHEARD_UNICAST) != 0) {
      sink.onUnheard(false);
    }
    if ((carriers & UNHEARD_MULTICAST) != 0) {
      sink.onUnheard(true);
    }
  }

  private static PathReport readReport(ByteBuf in) {
    return new PathReport(
        in.readUnsignedByte(), in.readLong(), in.readLong(), in.readUnsignedInt());
  }

  private static int minimumLength(int type) {
    return switch (type) {
      case PATH_REPORT -> REPORT_BYTES - HEADER_BYTES;
      case PATH_CHALLENGE, PATH_RESPONSE, LINK_TEST -> 8;
      case REPAIR_DONE, UNHEARD -> 1;
      default -> 0;
    };
  }
}
