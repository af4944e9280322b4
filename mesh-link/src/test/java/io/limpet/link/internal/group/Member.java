package io.limpet.link.internal.group;

import io.limpet.link.Bytes;
import io.limpet.link.MeshAddress;
import io.limpet.link.MeshGroups.GroupKey;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A node with groups in a test, and the peers that it hears. */
final class Member implements GroupSeals.Senders {
  static final Bytes GROUP = filled(16, 7);

  final MeshAddress address;
  final long epoch;
  final GroupSeals seals;
  private final Map<MeshAddress, Long> heard = new HashMap<>();

  Member(int number, long epoch) {
    this.address =
        new MeshAddress(0x2001_0021_0000_0000L + number, 0x1111_0000_0000_0000L + number);
    this.epoch = epoch;
    this.seals = new GroupSeals(address, epoch, UnpooledByteBufAllocator.DEFAULT);
  }

  static Bytes filled(int length, int with) {
    byte[] bytes = new byte[length];
    java.util.Arrays.fill(bytes, (byte) with);
    return Bytes.of(bytes);
  }

  static GroupKey key(long number) {
    return new GroupKey(number, filled(32, (int) number));
  }

  Member with(long... numbers) {
    seals.set(GROUP, java.util.Arrays.stream(numbers).mapToObj(Member::key).toList());
    return this;
  }

  Member hears(Member... others) {
    List.of(others).forEach(other -> heard.put(other.address, other.epoch));
    return this;
  }

  void forget(Member other) {
    heard.remove(other.address);
  }

  byte[] seal(String text) {
    ByteBuf payload = Unpooled.copiedBuffer(text, StandardCharsets.UTF_8);
    ByteBuf datagram = seals.seal(GROUP, payload);
    payload.release();
    if (datagram == null) {
      throw new IllegalStateException("no such group");
    }
    byte[] bytes = new byte[datagram.readableBytes()];
    datagram.readBytes(bytes);
    datagram.release();
    return bytes;
  }

  /** Returns {@code NUMBER:TEXT} of the key's number and what was said, or why nothing was. */
  String open(byte[] datagram) {
    ByteBuf bytes = Unpooled.wrappedBuffer(datagram);
    GroupSeals.Inbound inbound = seals.open(bytes, this);
    if (inbound instanceof GroupSeals.Inbound.Said said) {
      String text = said.payload().toString(StandardCharsets.UTF_8);
      said.payload().release();
      return said.keyNumber() + ":" + text;
    }
    return ((GroupSeals.Inbound.Rejected) inbound).reason().name();
  }

  @Override
  public @Nullable MeshAddress named(long low) {
    return heard.keySet().stream().filter(a -> a.low() == low).findFirst().orElse(null);
  }

  @Override
  public long epochOf(MeshAddress who) {
    return heard.getOrDefault(who, -1L);
  }
}
