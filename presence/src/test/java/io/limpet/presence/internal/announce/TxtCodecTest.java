package io.limpet.presence.internal.announce;

import static org.assertj.core.api.Assertions.assertThat;

import io.limpet.presence.Samples;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TxtCodecTest {
  private static final String K = "k=0123456789abcdef0123456789abcdef";

  private static final MdnsRecord TYPICAL =
      new MdnsRecord(
          Samples.address(5),
          "0123456789abcdef0123456789abcdef",
          "elm = oak",
          Samples.COLOURS,
          "à la rivière",
          42,
          List.of("pond", "tree"));

  @Test
  void whatIsWrittenIsRead() {
    assertThat(TxtCodec.decode(TxtCodec.encode(TYPICAL))).contains(TYPICAL);
  }

  @Test
  void ofTooManyActivitiesTheNewestAreWritten() {
    List<String> many = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      many.add("01890a5d-ac96-774b-bcce-b3020" + (1_000_000 + i));
    }
    MdnsRecord large =
        new MdnsRecord(
            Samples.address(5),
            TYPICAL.fingerprint(),
            "n".repeat(64),
            Samples.COLOURS,
            "s".repeat(80),
            Long.MAX_VALUE,
            many);
    byte[] txt = TxtCodec.encode(large);
    assertThat(txt).hasSizeLessThanOrEqualTo(TxtCodec.MAX_BYTES);
    List<String> read = TxtCodec.decode(txt).orElseThrow().activities();
    assertThat(read).hasSize(6).isEqualTo(many.subList(94, 100));
  }

  @Test
  void whatAnAvahiUserTypesIsReadInAnyOrderAndCase() {
    MdnsRecord read =
        TxtCodec.decode(txt("junk", "E=3", K, "N=ash", "a=2001:20::9", "a=2001:20::8", "x=y"))
            .orElseThrow();
    assertThat(read.nickname()).isEqualTo("ash");
    assertThat(read.address()).isEqualTo(Samples.address(9));
    assertThat(read.colours()).isEqualTo(Colours.DEFAULT);
    assertThat(read.activities()).isEmpty();
  }

  @Test
  void aRecordWithoutAnIdentityOrWithNonsenseIsRefused() {
    assertThat(TxtCodec.decode(new byte[0])).isEmpty();
    assertThat(TxtCodec.decode(txt("n=elm", "e=1", K))).as("no address").isEmpty();
    assertThat(TxtCodec.decode(txt("a=10.0.0.1", "n=elm", "e=1", K))).as("IPv4").isEmpty();
    assertThat(TxtCodec.decode(txt("a=fe80::1", "n=elm", "e=1", K))).as("no mesh").isEmpty();
    assertThat(TxtCodec.decode(txt("a=2001:20::9", "n=", "e=1", K))).as("no name").isEmpty();
    assertThat(TxtCodec.decode(txt("a=2001:20::9", "n=elm", "e=-1", K))).as("epoch").isEmpty();
    assertThat(TxtCodec.decode(txt("a=2001:20::9", "n=elm", "e=99999999999999999999", K)))
        .as("epoch out of range")
        .isEmpty();
    assertThat(TxtCodec.decode(txt("a=2001:20::9", "n=elm", "e=1", "k=xyz"))).as("key").isEmpty();
    assertThat(TxtCodec.decode(txt("a=2001:20::9", "n=elm", "e=1", K, "s=" + "s".repeat(81))))
        .as("status too long")
        .isEmpty();
    assertThat(TxtCodec.decode(txt("a=2001:20::9", "n=elm", "e=1", K, "v=" + "v".repeat(65))))
        .as("identifier too long")
        .isEmpty();
  }

  @Test
  void whatDamagedBytesSayKeepsEveryBound() {
    long seed = Long.getLong("limpet.seed", System.nanoTime());
    Random random = new Random(seed);
    byte[] good = TxtCodec.encode(TYPICAL);
    for (int i = 0; i < 50_000; i++) {
      byte[] bad = Arrays.copyOf(good, random.nextInt(good.length + 20));
      for (int flips = random.nextInt(4); flips > 0 && bad.length > 0; flips--) {
        bad[random.nextInt(bad.length)] = (byte) random.nextInt(256);
      }
      String where = "-Dlimpet.seed=" + seed + " step " + i;
      TxtCodec.decode(bad)
          .ifPresent(
              claim -> {
                assertThat(claim.nickname().length()).as(where).isBetween(1, 64);
                assertThat(claim.status().length()).as(where).isLessThanOrEqualTo(80);
                assertThat(Colours.parse(claim.colours())).as(where).isPresent();
                assertThat(claim.epoch()).as(where).isNotNegative();
                assertThat(claim.activities())
                    .as(where)
                    .hasSizeLessThanOrEqualTo(Announcement.MAX_ACTIVITIES);
              });
    }
  }

  private static byte[] txt(String... strings) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (String string : strings) {
      byte[] bytes = string.getBytes(StandardCharsets.UTF_8);
      out.write(bytes.length);
      out.writeBytes(bytes);
    }
    return out.toByteArray();
  }
}
