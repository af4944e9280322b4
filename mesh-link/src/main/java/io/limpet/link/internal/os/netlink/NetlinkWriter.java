package io.limpet.link.internal.os.netlink;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Packs one request. Requests are small: 512 bytes hold any that this module makes. */
final class NetlinkWriter {
  static final int REQUEST = 0x01;
  static final int ACK = 0x04;
  static final int DUMP = 0x300;
  static final int REPLACE = 0x100;
  static final int CREATE = 0x400;

  private static final int CAPACITY_BYTES = 512;

  private final ByteBuffer buffer =
      ByteBuffer.allocate(CAPACITY_BYTES).order(ByteOrder.nativeOrder());

  NetlinkWriter(int type, int flags, int sequence) {
    buffer.putInt(0).putShort((short) type).putShort((short) flags).putInt(sequence).putInt(0);
  }

  NetlinkWriter putByte(int value) {
    buffer.put((byte) value);
    return this;
  }

  NetlinkWriter putShort(int value) {
    buffer.putShort((short) value);
    return this;
  }

  NetlinkWriter putInt(int value) {
    buffer.putInt(value);
    return this;
  }

  NetlinkWriter putBytes(byte[] value) {
    buffer.put(value);
    return this;
  }

  NetlinkWriter attribute(int type, byte[] value) {
    buffer.putShort((short) (4 + value.length)).putShort((short) type).put(value);
    buffer.position(NetlinkMessage.align(buffer.position()));
    return this;
  }

  byte[] finish() {
    buffer.putInt(0, buffer.position());
    return Arrays.copyOf(buffer.array(), buffer.position());
  }
}
