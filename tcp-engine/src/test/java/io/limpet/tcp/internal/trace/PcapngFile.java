package io.limpet.tcp.internal.trace;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Reads a pcapng file block by block, and holds each against what the format demands. */
final class PcapngFile {
  /** A packet as it is in the file. */
  record Captured(long epochNs, ByteBuffer bytes, int originalBytes, boolean outbound) {}

  final List<Captured> packets = new ArrayList<>();
  long received = -1;
  long dropped = -1;

  private PcapngFile() {}

  static PcapngFile read(byte[] bytes) {
    PcapngFile file = new PcapngFile();
    ByteBuffer in = ByteBuffer.wrap(bytes);
    List<Integer> types = new ArrayList<>();
    while (in.hasRemaining()) {
      assertThat(in.remaining()).isGreaterThanOrEqualTo(12);
      int type = in.getInt(in.position());
      int length = in.getInt(in.position() + 4);
      assertThat(length).isBetween(12, in.remaining());
      assertThat(length % 4).isZero();
      assertThat(in.getInt(in.position() + length - 4)).isEqualTo(length);
      file.block(type, in.slice(in.position() + 8, length - 12));
      types.add(type);
      in.position(in.position() + length);
    }
    assertThat(types).startsWith(0x0A0D_0D0A, 1);
    return file;
  }

  private void block(int type, ByteBuffer body) {
    if (type == 6) {
      int captured = body.getInt(12);
      byte[] packet = new byte[captured];
      body.get(20, packet);
      int options = 20 + (captured + 3) / 4 * 4;
      assertThat(body.getInt(options)).isEqualTo(2 << 16 | 4);
      packets.add(
          new Captured(
              body.getLong(4),
              ByteBuffer.wrap(packet),
              body.getInt(16),
              (body.getInt(options + 4) & 3) == 2));
    } else if (type == 5) {
      received = body.getLong(16);
      dropped = body.getLong(28);
    }
  }
}
