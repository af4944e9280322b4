package io.limpet.link.internal.wire;

import io.limpet.link.Bytes;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The last part of every hello to bytes and back. Stateless. */
final class TidingsCodec {
  /** Bytes of tidings that say nothing but when the next come. */
  static final int MIN_BYTES = 7;

  private static final int NEXT_UNIT_MS = 10;
  private static final int ASK_BYTES = 9;

  private TidingsCodec() {}

  static void write(Tidings tidings, ByteBuf out) {
    HelloCodec.require(
        tidings.nextMs() >= 0 && tidings.nextMs() <= Tidings.MAX_NEXT_MS, "next out of range");
    HelloCodec.require(tidings.missed().size() <= Tidings.MAX_MISSED, "too many missed peers");
    HelloCodec.require(tidings.asks().size() <= Tidings.MAX_ASKS, "too many questions");
    HelloCodec.require(
        tidings.heard().bits().length() <= HeardFilter.MAX_BYTES, "too large a filter");
    out.writeShort((int) ((tidings.nextMs() + NEXT_UNIT_MS - 1) / NEXT_UNIT_MS));
    HelloCodec.require(tidings.nodes() >= 0 && tidings.nodes() <= 0xFFFF, "nodes out of range");
    out.writeShort(tidings.nodes());
    out.writeByte(tidings.missed().size());
    tidings.missed().forEach(out::writeShort);
    out.writeByte(tidings.asks().size());
    for (Tidings.Ask ask : tidings.asks()) {
      out.writeByte(ask.kind() == Tidings.Ask.Kind.WHO ? 1 : 0).writeLong(ask.subject());
    }
    out.writeByte(tidings.heard().bits().length()).writeBytes(tidings.heard().bits().toArray());
  }

  /** Reads all that remains; null when it is not exactly tidings. */
  static @Nullable Tidings read(ByteBuffer in, long sequence) {
    if (in.remaining() < MIN_BYTES) {
      return null;
    }
    long nextMs = (long) NEXT_UNIT_MS * Short.toUnsignedInt(in.getShort());
    int nodes = Short.toUnsignedInt(in.getShort());
    int missed = Byte.toUnsignedInt(in.get());
    if (missed > Tidings.MAX_MISSED || in.remaining() < missed * Short.BYTES + 2) {
      return null;
    }
    List<Integer> names = new ArrayList<>(missed);
    for (int i = 0; i < missed; i++) {
      names.add(Short.toUnsignedInt(in.getShort()));
    }
    int asked = Byte.toUnsignedInt(in.get());
    if (asked > Tidings.MAX_ASKS || in.remaining() < asked * ASK_BYTES + 1) {
      return null;
    }
    List<Tidings.Ask> asks = new ArrayList<>(asked);
    for (int i = 0; i < asked; i++) {
      int kind = in.get();
      if ((kind & ~1) != 0) {
        return null;
      }
      asks.add(
          new Tidings.Ask(kind == 1 ? Tidings.Ask.Kind.WHO : Tidings.Ask.Kind.ALIVE, in.getLong()));
    }
    int length = Byte.toUnsignedInt(in.get());
    if (length > HeardFilter.MAX_BYTES || in.remaining() != length) {
      return null;
    }
    Bytes bits = HelloCodec.take(in, length);
    HeardFilter heard = length == 0 ? HeardFilter.silent() : new HeardFilter(sequence, bits);
    return new Tidings(nextMs, nodes, names, asks, heard);
  }
}
