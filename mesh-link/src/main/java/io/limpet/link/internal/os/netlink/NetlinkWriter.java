package io.limpet.link.internal.os.netlink;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Packs one request. Requests are small: 512 bytes hold any that this module makes. */
public final class NetlinkWriter {
  /** Flag of every request. */
  public static final int REQUEST = 0x01;

  /** Flag: answer also when all went well. */
  public static final int ACK = 0x04;

  /** Flags: the whole table. */
  public static final int DUMP = 0x300;

  /** Flag: replace what is there. */
  public static final int REPLACE = 0x100;

  /** Flag: make what is not there. */
  public static final int CREATE = 0x400;

  private static final int CAPACITY_BYTES = 512;

  private final ByteBuffer buffer =
      ByteBuffer.allocate(CAPACITY_BYTES).order(ByteOrder.nativeOrder());

  /** Starts a message with its header. */
  public NetlinkWriter(int type, int flags, int sequence) {
    buffer.putInt(0).putShort((short) type).putShort((short) flags).putInt(sequence).putInt(0);
  }

  /** Appends a byte. */
  public NetlinkWriter putByte(int value) {
    buffer.put((byte) value);
    return this;
  }

  /** Appends 16 bits in native order. */
  public NetlinkWriter putShort(int value) {
    buffer.putShort((short) value);
    return this;
  }

  /** Appends 32 bits in native order. */
  public NetlinkWriter putInt(int value) {
    buffer.putInt(value);
    return this;
  }

  /** Appends bytes as they are. */
  public NetlinkWriter putBytes(byte[] value) {
    buffer.put(value);
    return this;
  }

  /** Appends an attribute and its padding. */
  public NetlinkWriter attribute(int type, byte[] value) {
    buffer.putShort((short) (4 + value.length)).putShort((short) type).put(value);
    buffer.position(NetlinkMessage.align(buffer.position()));
    return this;
  }

  /** Completes the header; returns the message. */
  public byte[] finish() {
    buffer.putInt(0, buffer.position());
    return Arrays.copyOf(buffer.array(), buffer.position());
  }
}
