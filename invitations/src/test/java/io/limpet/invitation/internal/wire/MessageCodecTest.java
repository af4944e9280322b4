package io.limpet.invitation.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import com.fasterxml.jackson.dataformat.cbor.CBORGenerator;
import io.limpet.invitation.Invitation;
import io.limpet.link.Bytes;
import io.limpet.link.MeshAddress;
import io.limpet.link.MeshGroups;
import io.limpet.link.MeshGroups.GroupKey;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class MessageCodecTest {
  private static final MeshAddress ELM = new MeshAddress(0x2001_0020_0000_0001L, 7);
  private static final MeshAddress OAK = new MeshAddress(0x2001_0020_0000_0002L, -7);

  static Stream<Message> everyMessage() {
    return Stream.of(
        new Message.Invite("i", "a", "chat", "Täglich ☕", ELM, "elm", 86_400_000),
        new Message.Receipt("i"),
        new Message.Refused("i", "the inbox is full"),
        new Message.Decision("i", true, ""),
        new Message.Decision("i", false, "busy"),
        new Message.Outcome("i", Invitation.State.ACCEPTED),
        new Message.Outcome("i", Invitation.State.EXPIRED),
        new Message.Withdraw("i", "never mind"),
        new Message.Withdrawn("i"),
        new Message.Join("a", 0, ""),
        new Message.Join("a", 7, "i"),
        new Message.JoinRefused("a", "", "by invitation only"),
        new Message.Admit("a", OAK, "i"),
        new Message.Admitted("a", "i"),
        new Message.Leave("a", 7),
        new Message.Members(
            "a",
            "chat",
            "t",
            true,
            false,
            9,
            List.of(ELM, OAK),
            List.of(key(9, 1), key(7, 2)),
            604_800_000),
        new Message.Members(
            "a", "chat", "t", false, true, Long.MAX_VALUE - 1, List.of(), List.of(), 604_800_000),
        new Message.MembersSeen("a", 9),
        new Message.NotMember("a", 9),
        new Message.Carried("a", Bytes.of(new byte[] {1, 2})),
        new Message.SnapshotWanted("a", 0, 0),
        new Message.SnapshotPart("a", 9, 100, 50, Bytes.of(new byte[] {3})),
        new Message.SnapshotNone("a"));
  }

  @ParameterizedTest
  @MethodSource("everyMessage")
  void what_is_encoded_is_decoded_alike(Message message) throws Exception {
    assertThat(MessageCodec.decode(MessageCodec.encode(message))).isEqualTo(message);
  }

  @Test
  void the_sample_has_every_kind_of_message() {
    List<Class<?>> kinds = new ArrayList<>();
    for (Class<?> family : Message.class.getPermittedSubclasses()) {
      kinds.addAll(Arrays.asList(family.getPermittedSubclasses()));
    }
    List<Class<?>> sampled = new ArrayList<>();
    everyMessage().map(Object::getClass).distinct().forEach(sampled::add);
    assertThat(sampled).containsExactlyInAnyOrderElementsOf(kinds);
  }

  @Test
  void the_longest_part_of_a_snapshot_fits_a_frame() throws Exception {
    Message part =
        new Message.SnapshotPart(
            "a".repeat(64),
            Long.MAX_VALUE,
            Limits.MAX_SNAPSHOT,
            Limits.MAX_SNAPSHOT,
            Bytes.of(new byte[Limits.MAX_SNAPSHOT_PART]));
    byte[] bytes = MessageCodec.encode(part);
    assertThat(bytes.length).isLessThan(Limits.MAX_FRAME_BYTES);
    assertThat(MessageCodec.decode(bytes)).isEqualTo(part);
  }

  @Test
  void texts_beyond_their_bounds_are_refused() {
    refused(new Message.Withdraw("i", "x".repeat(Limits.MAX_REASON + 1)), "longer than 256");
    refused(new Message.Receipt("x".repeat(Limits.MAX_ID + 1)), "longer than 64");
    refused(new Message.Receipt(""), "empty");
    refused(new Message.Receipt("a\u001b[31m"), "not printable");
  }

  @Test
  void numbers_beyond_their_bounds_are_refused() {
    refused(new Message.SnapshotWanted("a", -1, 0), "out of range");
    refused(new Message.Outcome("i", Invitation.State.PENDING), "out of range");
  }

  @Test
  void more_members_than_allowed_are_refused() {
    List<MeshAddress> many = java.util.Collections.nCopies(Limits.MAX_MEMBERS + 1, ELM);
    refused(
        new Message.Members("a", "chat", "t", true, false, 1, many, List.of(), 604_800_000),
        "more than 256");
  }

  @Test
  void keys_beyond_their_bounds_or_out_of_order_are_refused() {
    refused(members(List.of(key(5, 1), key(4, 2), key(3, 3), key(2, 4), key(1, 5))), "more than 4");
    refused(members(List.of(key(4, 1), key(4, 2))), "out of range");
    refused(members(List.of(key(4, 1), key(5, 2))), "out of range");
    refused(members(List.of(key(0, 1))), "out of range");
  }

  @Test
  void a_key_of_another_length_is_refused() {
    byte[] bytes = MessageCodec.encode(members(List.of(key(5, 1))));
    // 0x58 0x20, the secret, a number of 5 bytes, a break
    int secret = bytes.length - 6 - MeshGroups.SECRET_BYTES;
    assertThat(bytes[secret - 1]).isEqualTo((byte) MeshGroups.SECRET_BYTES);
    byte[] shorter = Arrays.copyOf(bytes, bytes.length - 1);
    System.arraycopy(bytes, secret + 1, shorter, secret, bytes.length - secret - 1);
    shorter[secret - 1]--;
    assertThatThrownBy(() -> MessageCodec.decode(shorter))
        .isInstanceOf(MalformedMessageException.class)
        .hasMessageContaining("a key of 31 bytes");
  }

  @Test
  void no_message_prints_a_secret() {
    Bytes secret = key(5, 7).secret();
    assertThat(members(List.of(key(5, 7))).toString()).doesNotContain(secret.toString());
  }

  private static Message.Members members(List<GroupKey> keys) {
    return new Message.Members("a", "chat", "t", true, false, 9, List.of(ELM), keys, 604_800_000);
  }

  private static GroupKey key(long number, int fill) {
    byte[] secret = new byte[MeshGroups.SECRET_BYTES];
    Arrays.fill(secret, (byte) fill);
    return new GroupKey(number, Bytes.of(secret));
  }

  @Test
  void fields_of_a_later_minor_version_are_skipped() throws Exception {
    byte[] bytes = array(1, 2, "i", "something new", 12.5);
    assertThat(MessageCodec.decode(bytes)).isEqualTo(new Message.Receipt("i"));
  }

  @Test
  void another_protocol_version_is_refused() throws Exception {
    byte[] bytes = array(2, 2, "i");
    assertThatThrownBy(() -> MessageCodec.decode(bytes))
        .isInstanceOf(MalformedMessageException.class)
        .hasMessageContaining("version 2");
  }

  @Test
  void bytes_after_the_message_are_refused() {
    byte[] good = MessageCodec.encode(new Message.Receipt("i"));
    byte[] more = Arrays.copyOf(good, good.length + 1);
    assertThatThrownBy(() -> MessageCodec.decode(more))
        .isInstanceOf(MalformedMessageException.class);
  }

  @Test
  void every_truncation_is_refused() {
    everyMessage()
        .map(MessageCodec::encode)
        .forEach(
            bytes -> {
              for (int length = 0; length < bytes.length; length++) {
                byte[] cut = Arrays.copyOf(bytes, length);
                assertThatThrownBy(() -> MessageCodec.decode(cut))
                    .isInstanceOf(MalformedMessageException.class);
              }
            });
  }

  @Test
  void mutated_bytes_give_a_message_that_encodes_again_or_the_one_exception() {
    long seed = Long.getLong("limpet.seed", System.nanoTime());
    Random random = new Random(seed);
    List<byte[]> sample = everyMessage().map(MessageCodec::encode).toList();
    for (int round = 0; round < 50_000; round++) {
      byte[] bytes = sample.get(random.nextInt(sample.size())).clone();
      for (int flips = 1 + random.nextInt(4); flips > 0; flips--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      try {
        MessageCodec.encode(MessageCodec.decode(bytes));
      } catch (MalformedMessageException e) {
        assertThat(e.getMessage()).isNotEmpty();
      } catch (RuntimeException e) {
        fail("seed " + seed + " round " + round, e);
      }
    }
  }

  private static void refused(Message message, String why) {
    assertThatThrownBy(() -> MessageCodec.decode(MessageCodec.encode(message)))
        .isInstanceOf(MalformedMessageException.class)
        .hasMessageContaining(why);
  }

  private static byte[] array(int version, int code, Object... fields) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (CBORGenerator out = new CBORFactory().createGenerator(bytes)) {
      out.writeStartArray();
      out.writeNumber(version);
      out.writeNumber(code);
      for (Object field : fields) {
        if (field instanceof String text) {
          out.writeString(text);
        } else if (field instanceof Double number) {
          out.writeNumber(number);
        }
      }
      out.writeEndArray();
    }
    return bytes.toByteArray();
  }
}
