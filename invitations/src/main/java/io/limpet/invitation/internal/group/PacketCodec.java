package io.limpet.invitation.internal.group;

import io.limpet.link.MeshAddress;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Packets as bytes; numbers are big-endian. */
final class PacketCodec {
  /** What a {@link Packet.Data} or a {@link Packet.Parity} adds to the body of a packet. */
  static final int OVERHEAD = 31;

  /** Most bytes of a map of what is missing. */
  static final int MAX_MAP = 128;

  /** Most streams that a packet tells of. */
  static final int MAX_REPORTS = 64;

  /** What reports have in common, and each of them. */
  static final int REPORTS_HEAD = 2;

  static final int REPORT_BYTES = 44;

  /** Most members that are named in a heartbeat. */
  static final int MAX_UNHEARD = 64;

  static final int DATA = 1;
  static final int PARITY = 2;
  static final int HEARTBEAT = 3;
  static final int NACK = 4;
  static final int REPORTS = 5;
  private static final int ACK = 6;
  private static final int MAX_BYTES = 1 << 16;
  private static final long MAX_HELD_NS = 1_000_000_000L;

  private PacketCodec() {}

  static byte[] encode(Packet packet) {
    ByteBuffer out = ByteBuffer.allocate(size(packet));
    if (packet instanceof Packet.Data p) {
      head(out, DATA, p).putLong(p.number()).putInt((int) Math.min(p.lag(), Integer.MAX_VALUE));
      out.put(p.body());
    } else if (packet instanceof Packet.Parity p) {
      head(out, PARITY, p).putLong(p.first()).put((byte) p.count()).put((byte) p.index());
      out.put((byte) 0).put((byte) 0).put(p.symbol());
    } else if (packet instanceof Packet.Heartbeat p) {
      head(out, HEARTBEAT, p).putLong(p.next()).putLong(p.base()).put((byte) p.unheard().size());
      p.unheard().forEach(out::putInt);
    } else if (packet instanceof Packet.Nack p) {
      out.put((byte) NACK).putLong(p.stream());
      p.sender().write(out);
      position(out, p.position()).putLong(p.first()).put(p.missing());
    } else if (packet instanceof Packet.Reports p) {
      out.put((byte) REPORTS).put((byte) p.each().size());
      p.each().forEach(r -> position(out.putInt(r.sender()).putLong(r.stream()), r.position()));
    } else if (packet instanceof Packet.Ack p) {
      out.put((byte) ACK).putLong(p.stream()).putLong(p.tx()).putInt((int) (p.heldNs() / 1000));
    }
    return out.array();
  }

  /** Reads a packet; whatever the bytes, it returns a valid one or null. */
  static @Nullable Packet decode(byte[] bytes) {
    if (bytes.length == 0 || bytes.length > MAX_BYTES) {
      return null;
    }
    ByteBuffer in = ByteBuffer.wrap(bytes);
    try {
      return switch (in.get()) {
        case DATA -> data(in);
        case PARITY -> parity(in);
        case HEARTBEAT -> heartbeat(in);
        case NACK -> nack(in);
        case REPORTS -> reports(in);
        case ACK -> ack(in);
        default -> null;
      };
    } catch (BufferUnderflowException e) {
      return null;
    }
  }

  private static int size(Packet packet) {
    if (packet instanceof Packet.Data p) {
      return OVERHEAD + p.body().length;
    } else if (packet instanceof Packet.Parity p) {
      return OVERHEAD + p.symbol().length;
    } else if (packet instanceof Packet.Heartbeat p) {
      return 36 + 4 * p.unheard().size();
    } else if (packet instanceof Packet.Nack p) {
      return 65 + p.missing().length;
    } else if (packet instanceof Packet.Reports p) {
      return REPORTS_HEAD + REPORT_BYTES * p.each().size();
    } else {
      return 21;
    }
  }

  private static ByteBuffer head(ByteBuffer out, int type, Packet.OfSender packet) {
    return out.put((byte) type)
        .putLong(packet.stream())
        .putLong(packet.tx())
        .putShort((short) packet.acker());
  }

  private static ByteBuffer position(ByteBuffer out, Position position) {
    return out.putLong(position.stored())
        .putLong(position.received())
        .putLong(position.tx())
        .putLong(position.heard());
  }

  private static Packet.@Nullable Data data(ByteBuffer in) {
    long stream = in.getLong();
    long tx = in.getLong();
    int acker = Short.toUnsignedInt(in.getShort());
    long number = in.getLong();
    long lag = in.getInt();
    byte[] body = rest(in);
    return isNumber(number) && tx >= 0 && lag >= 0 && lag < number && body.length > 0
        ? new Packet.Data(stream, tx, acker, number, lag, body)
        : null;
  }

  private static Packet.@Nullable Parity parity(ByteBuffer in) {
    long stream = in.getLong();
    long tx = in.getLong();
    int acker = Short.toUnsignedInt(in.getShort());
    long first = in.getLong();
    int count = Byte.toUnsignedInt(in.get());
    int index = Byte.toUnsignedInt(in.get());
    in.getShort();
    byte[] symbol = rest(in);
    return isNumber(first)
            && tx >= 0
            && count >= 1
            && count <= ChannelLimits.MAX_SPAN
            && index < Erasure.INDEXES
            && symbol.length > Erasure.LENGTH_BYTES
        ? new Packet.Parity(stream, tx, acker, first, count, index, symbol)
        : null;
  }

  private static Packet.@Nullable Heartbeat heartbeat(ByteBuffer in) {
    long stream = in.getLong();
    long tx = in.getLong();
    int acker = Short.toUnsignedInt(in.getShort());
    long next = in.getLong();
    long base = in.getLong();
    int count = Byte.toUnsignedInt(in.get());
    if (!isNumber(next) || base < 1 || base > next || tx < 0 || count > MAX_UNHEARD) {
      return null;
    }
    List<Integer> unheard = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      unheard.add(in.getInt());
    }
    return new Packet.Heartbeat(stream, tx, acker, next, base, List.copyOf(unheard));
  }

  private static Packet.@Nullable Nack nack(ByteBuffer in) {
    long stream = in.getLong();
    if (!MeshAddress.isMesh(in)) {
      return null;
    }
    MeshAddress sender = MeshAddress.read(in);
    Position position = position(in);
    long first = in.getLong();
    byte[] missing = rest(in);
    return position != null && isNumber(first) && missing.length > 0 && missing.length <= MAX_MAP
        ? new Packet.Nack(sender, stream, position, first, missing)
        : null;
  }

  private static Packet.@Nullable Reports reports(ByteBuffer in) {
    int count = Byte.toUnsignedInt(in.get());
    List<Packet.Report> each = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int sender = in.getInt();
      long stream = in.getLong();
      Position position = position(in);
      if (position == null || count > MAX_REPORTS) {
        return null;
      }
      each.add(new Packet.Report(sender, stream, position));
    }
    return each.isEmpty() ? null : new Packet.Reports(List.copyOf(each));
  }

  private static Packet.@Nullable Ack ack(ByteBuffer in) {
    long stream = in.getLong();
    long tx = in.getLong();
    long heldNs = 1000 * Integer.toUnsignedLong(in.getInt());
    return tx > 0 && heldNs <= MAX_HELD_NS ? new Packet.Ack(stream, tx, heldNs) : null;
  }

  private static @Nullable Position position(ByteBuffer in) {
    long stored = in.getLong();
    long received = in.getLong();
    long tx = in.getLong();
    long heard = in.getLong();
    return isNumber(stored) && isNumber(received) && received >= stored && tx >= 0 && heard >= 0
        ? new Position(stored, received, tx, heard)
        : null;
  }

  /** Far from where adding a window would overflow. */
  static boolean isNumber(long value) {
    return value >= 1 && value < Long.MAX_VALUE / 2;
  }

  private static byte[] rest(ByteBuffer in) {
    byte[] rest = new byte[in.remaining()];
    in.get(rest);
    return rest;
  }
}
