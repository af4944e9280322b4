package io.limpet.presence.internal.announce;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.limpet.presence.Samples;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PlainTxtCodecTest {
  private static final List<InetAddress> HERE = List.of(InetAddress.getLoopbackAddress());

  @Test
  void whatIsWrittenIsRead() {
    PlainRecord own =
        new PlainRecord("oak@1a2b", "oak", "dnd", "at sea", HERE, 4711, Samples.address(1));
    assertThat(PlainTxtCodec.decode("oak@1a2b", PlainTxtCodec.encode(own), HERE, 4711))
        .contains(own);
  }

  @Test
  void aRecordOfFinchIsRead() {
    assertThat(
            decode(
                "ash@vm",
                "txtvers=1",
                "1st=Ash",
                "last=Tree",
                "port.p2pj=5298",
                "status=away",
                "node=libpurple",
                "ver=2.14.12",
                "vc=!",
                "msg=back at noon"))
        .contains(new PlainRecord("ash@vm", "Ash Tree", "away", "back at noon", HERE, 5298, null));
    assertThat(decode("ash@vm", "txtvers=1", "1st=", "last="))
        .contains(new PlainRecord("ash@vm", "ash", "avail", "", HERE, 5298, null));
    assertThat(decode("ash@vm", "nick=Ashy", "1st=Ash", "status=odd").get())
        .returns("Ashy", PlainRecord::name)
        .returns("avail", PlainRecord::status);
  }

  @Test
  void whatAStrangerSaysIsCutAndCleaned() {
    PlainRecord record =
        decode("ash@vm", "nick=\u001b[2Jé" + "e".repeat(90), "msg=" + "m".repeat(200)).get();
    assertThat(record.name()).startsWith("\uFFFD[2Jé").hasSizeLessThanOrEqualTo(64);
    assertThat(Text.utf8Length(record.name())).isEqualTo(MdnsRecord.MAX_NICKNAME_BYTES);
    assertThat(record.message()).hasSize(Announcement.MAX_STATUS_BYTES);
    assertThat(
            PlainTxtCodec.decode(
                    "ash@vm", new byte[] {1, 'a'}, Collections.nCopies(99, HERE.get(0)), 1)
                .get()
                .addresses())
        .hasSize(PlainRecord.MAX_ADDRESSES);
  }

  @Test
  void whatCannotBeAPersonIsNone() {
    assertThat(decode("", "txtvers=1")).isEmpty();
    assertThat(decode("a".repeat(64), "txtvers=1")).isEmpty();
    assertThat(decode("ash\u001b@vm", "txtvers=1")).isEmpty();
    byte[] txt = {1, 'a'};
    assertThat(PlainTxtCodec.decode("ash@vm", txt, List.of(), 5298)).isEmpty();
    assertThat(PlainTxtCodec.decode("ash@vm", txt, HERE, 0)).isEmpty();
    assertThat(PlainTxtCodec.decode("ash@vm", txt, HERE, 65_536)).isEmpty();
    assertThat(PlainTxtCodec.decode("ash@vm", new byte[] {9, 'a'}, HERE, 5298)).isEmpty();
    assertThat(PlainTxtCodec.decode("ash@vm", new byte[TxtCodec.MAX_BYTES + 1], HERE, 5298))
        .isEmpty();
  }

  @Test
  void noBytesThrow() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int round = 0; round < 5_000; round++) {
      byte[] txt = new byte[random.nextInt(300)];
      random.nextBytes(txt);
      assertThat(PlainTxtCodec.decode("ash@vm", txt, HERE, 5298)).as("seed %d", seed).isNotNull();
    }
  }

  private static Optional<PlainRecord> decode(String id, String... strings) {
    ByteArrayOutputStream txt = new ByteArrayOutputStream();
    for (String string : strings) {
      byte[] bytes = string.getBytes(UTF_8);
      txt.write(bytes.length);
      txt.writeBytes(bytes);
    }
    return PlainTxtCodec.decode(id, txt.toByteArray(), HERE, 5298);
  }
}
