package io.limpet.tcp.internal.kernel;

import io.limpet.tcp.internal.wire.Segment;
import io.limpet.tcp.internal.wire.SegmentCodec;
import io.limpet.tcp.internal.wire.SegmentCodec.ParseResult;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Something wrong that an engine could do now and then, without any harm to the bytes of the
 * application: what looks at captures must find it.
 */
@FunctionalInterface
interface Flaw {
  /** Every so many segments one is spoilt. */
  int EVERY = 20;

  /** Each makes one that counts anew. */
  Map<String, Supplier<Flaw>> ALL =
      Map.of(
          "a wrong checksum",
          () -> often((bytes, segment) -> bytes.putShort(16, (short) ~bytes.getShort(16))),
          "an acknowledgement of what was never sent",
          () -> often((bytes, segment) -> seal(bytes.putInt(8, segment.ack + 1_000_000))),
          "an option of a wrong length",
          // The timestamps, after two octets of padding.
          () -> often((bytes, segment) -> seal(bytes.put(23, (byte) 11))),
          "data beyond the window",
          () -> often((bytes, segment) -> seal(bytes.putInt(4, segment.seq + (1 << 28)))),
          "a window that is taken back",
          () -> often((bytes, segment) -> seal(bytes.putShort(14, (short) 0))));

  /** Changes a segment on its way to the kernel, or leaves it alone. */
  void spoil(ByteBuffer segment);

  /** How a segment is spoilt. */
  interface Damage {
    void to(ByteBuffer bytes, Segment segment);
  }

  private static Flaw often(Damage damage) {
    int[] count = {0};
    Segment segment = new Segment();
    return bytes -> {
      ParseResult result =
          SegmentCodec.parse(bytes.duplicate(), TunAir.ENGINE, TunAir.KERNEL, segment);
      boolean ordinary = result == ParseResult.OK && segment.flags <= (Segment.ACK | Segment.PSH);
      if (ordinary && ++count[0] % EVERY == 0) {
        damage.to(bytes, segment);
      }
    };
  }

  private static void seal(ByteBuffer bytes) {
    SegmentCodec.finish(bytes.duplicate().position(bytes.limit()), TunAir.ENGINE, TunAir.KERNEL);
  }
}
