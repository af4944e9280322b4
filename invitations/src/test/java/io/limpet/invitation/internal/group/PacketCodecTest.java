package io.limpet.invitation.internal.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.limpet.link.MeshAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PacketCodecTest {
  private static final MeshAddress ELM = new MeshAddress(0x2001_0020_0000_0001L, 7);
  private static final Position POSITION = new Position(3, 9, 1L << 33, 44);

  static Stream<Packet> everyPacket() {
    return Stream.of(
        new Packet.Data(7, 1L << 40, 0xffff, 900, 12, new byte[] {1, 2, 3}),
        new Packet.Parity(7, 5, 1, 900, 64, 127, new byte[] {0, 1, 9}),
        new Packet.Heartbeat(7, 5, 0, 900, 1, List.of(-1, 0, 77)),
        new Packet.Heartbeat(7, 0, 0, 1, 1, List.of()),
        new Packet.Nack(ELM, 7, POSITION, 5, new byte[] {1, -1}),
        new Packet.Reports(
            List.of(new Packet.Report(5, 7, POSITION), new Packet.Report(-1, 9, POSITION))),
        new Packet.Ack(7, 1L << 33, 999_000));
  }

  @ParameterizedTest
  @MethodSource("everyPacket")
  void what_is_encoded_is_decoded_alike(Packet packet) {
    assertThat(PacketCodec.decode(PacketCodec.encode(packet)))
        .usingRecursiveComparison()
        .isEqualTo(packet);
  }

  @ParameterizedTest
  @MethodSource("everyPacket")
  void one_that_was_cut_off_is_none_or_a_shorter_one(Packet packet) {
    byte[] bytes = PacketCodec.encode(packet);
    for (int length = 0; length < bytes.length; length++) {
      Packet shorter = PacketCodec.decode(Arrays.copyOf(bytes, length));
      if (shorter != null) {
        assertThat(PacketCodec.encode(shorter)).hasSizeLessThan(bytes.length);
      }
    }
  }

  @Test
  void whatever_the_bytes_a_valid_packet_or_none_comes_of_them() {
    long seed = Long.getLong("limpet.seed", 20261126L);
    Random random = new Random(seed);
    List<byte[]> samples = everyPacket().map(PacketCodec::encode).toList();
    int valid = 0;
    for (int i = 0; i < 50_000; i++) {
      byte[] bytes = mutate(random, samples.get(random.nextInt(samples.size())));
      Packet packet = PacketCodec.decode(bytes);
      if (packet != null) {
        valid++;
        assertThat(PacketCodec.decode(PacketCodec.encode(packet)))
            .as("-Dlimpet.seed=%d", seed)
            .isNotNull();
      }
    }
    assertThat(valid).isBetween(1_000, 49_000);
  }

  @Test
  void a_snapshot_comes_back_and_hostile_bytes_are_none() {
    long seed = Long.getLong("limpet.seed", 20261126L);
    Random random = new Random(seed);
    Snapshot snapshot =
        new Snapshot(
            List.of(
                new Deliveries.Watermark(ELM, 7, 12, 3),
                new Deliveries.Watermark(new MeshAddress(ELM.high(), 8), 1, 1, 1)),
            new byte[] {5, 6});
    byte[] bytes = snapshot.encode();
    assertThat(Snapshot.decode(bytes)).usingRecursiveComparison().isEqualTo(snapshot);
    for (int i = 0; i < 20_000; i++) {
      Snapshot read = Snapshot.decode(mutate(random, bytes));
      if (read != null) {
        assertThat(read.marks()).as("-Dlimpet.seed=%d", seed).allMatch(m -> m.packet() >= 1);
      }
    }
  }

  /** Changes some bytes, and perhaps the length. */
  static byte[] mutate(Random random, byte[] sample) {
    int length = random.nextInt(3) == 0 ? random.nextInt(sample.length * 2 + 1) : sample.length;
    byte[] bytes = Arrays.copyOf(sample, length);
    for (int n = random.nextInt(4); n > 0 && length > 0; n--) {
      bytes[random.nextInt(length)] = (byte) random.nextInt();
    }
    return bytes;
  }
}
