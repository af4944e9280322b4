package io.limpet.presence.internal.announce;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import com.fasterxml.jackson.dataformat.cbor.CBORGenerator;
import io.limpet.link.Bytes;
import io.limpet.link.MeshLink;
import io.limpet.presence.Samples;
import io.limpet.presence.SharedActivity;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AnnouncementCodecTest {
  private static final Announcement TYPICAL =
      new Announcement(
          Samples.COLOURS,
          "at the river \uD83D\uDC1F",
          List.of(
              new SharedActivity(
                  "01890a5d-ac96-774b-bcce-b302099a8057", "chat", "Where are the fish?", true),
              new SharedActivity("not a uuid", "write", "Poème", false)));

  @Test
  void whatIsWrittenIsRead() {
    Bytes encoded = AnnouncementCodec.encode(TYPICAL);
    assertThat(AnnouncementCodec.decode(encoded)).contains(TYPICAL);
    assertThat(encoded.length()).isLessThan(100);
    assertThat(AnnouncementCodec.decode(AnnouncementCodec.encode(Announcement.NONE)))
        .contains(Announcement.NONE);
  }

  @Test
  void aUuidInCapitalsComesBackInCapitals() {
    SharedActivity shouted =
        new SharedActivity("01890A5D-AC96-774B-BCCE-B302099A8057", "chat", "", true);
    Announcement announcement = new Announcement(Samples.COLOURS, "", List.of(shouted));
    assertThat(AnnouncementCodec.decode(AnnouncementCodec.encode(announcement)))
        .contains(announcement);
  }

  @Test
  void ofTooManyActivitiesTheNewestAreAnnounced() {
    List<SharedActivity> many = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      many.add(new SharedActivity("activity-" + i, "chat", "number " + i, true));
    }
    Bytes encoded = AnnouncementCodec.encode(new Announcement(Samples.COLOURS, "", many));
    assertThat(encoded.length())
        .isBetween(MeshLink.MAX_ANNOUNCEMENT_BYTES - 40, MeshLink.MAX_ANNOUNCEMENT_BYTES);
    List<SharedActivity> read = AnnouncementCodec.decode(encoded).orElseThrow().activities();
    assertThat(read).isNotEmpty().isEqualTo(many.subList(1_000 - read.size(), 1_000));
  }

  @Test
  void theLargestActivityStillFits() {
    String wide = "\uD83D\uDC1F".repeat(400);
    SharedActivity large = new SharedActivity("i".repeat(64), "t".repeat(32), wide, true);
    Announcement read =
        AnnouncementCodec.decode(
                AnnouncementCodec.encode(new Announcement(Samples.COLOURS, wide, List.of(large))))
            .orElseThrow();
    assertThat(read.status()).isEqualTo("\uD83D\uDC1F".repeat(20));
    assertThat(read.activities().get(0).title()).isEqualTo("\uD83D\uDC1F".repeat(32));
  }

  @Test
  void aNewerVersionThatAddsToTheEndIsRead() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (CBORGenerator cbor = new CBORFactory().createGenerator(out)) {
      cbor.writeStartArray();
      cbor.writeNumber(2);
      cbor.writeBinary(new byte[6]);
      cbor.writeString("new");
      cbor.writeStartArray();
      cbor.writeStartArray();
      cbor.writeString("id");
      cbor.writeString("chat");
      cbor.writeString("title");
      cbor.writeBoolean(true);
      cbor.writeString("and more");
      cbor.writeEndArray();
      cbor.writeEndArray();
      cbor.writeStartObject();
      cbor.writeStringField("mood", "good");
      cbor.writeEndObject();
      cbor.writeEndArray();
    }
    assertThat(AnnouncementCodec.decode(Bytes.of(out.toByteArray())))
        .contains(
            new Announcement(
                "#000000,#000000",
                "new",
                List.of(new SharedActivity("id", "chat", "title", true))));
  }

  @Test
  void textThatWouldForgeATerminalIsMadeHarmless() {
    Announcement nasty =
        new Announcement(
            Samples.COLOURS,
            "\u001b[2Jgone\n",
            List.of(new SharedActivity("a\tb", "chat", "\u202Eevil", true)));
    Announcement read = AnnouncementCodec.decode(AnnouncementCodec.encode(nasty)).orElseThrow();
    assertThat(read.status()).isEqualTo("\uFFFD[2Jgone\uFFFD");
    assertThat(read.activities().get(0).id()).isEqualTo("a\uFFFDb");
    assertThat(read.activities().get(0).title()).isEqualTo("\uFFFDevil");
  }

  @Test
  void everyTruncationIsRefused() {
    byte[] whole = AnnouncementCodec.encode(TYPICAL).toArray();
    for (int length = 0; length < whole.length; length++) {
      assertThat(AnnouncementCodec.decode(Bytes.of(Arrays.copyOf(whole, length))))
          .as("cut to %d of %d", length, whole.length)
          .isEmpty();
    }
  }

  @Test
  void whatDamagedBytesSayKeepsEveryBound() {
    long seed = Long.getLong("limpet.seed", System.nanoTime());
    Random random = new Random(seed);
    byte[] good = AnnouncementCodec.encode(TYPICAL).toArray();
    int read = 0;
    for (int i = 0; i < 50_000; i++) {
      byte[] bad;
      if (i % 4 == 0) {
        bad = new byte[random.nextInt(MeshLink.MAX_ANNOUNCEMENT_BYTES + 50)];
        random.nextBytes(bad);
      } else {
        bad = Arrays.copyOf(good, good.length + random.nextInt(8));
        for (int flips = 1 + random.nextInt(4); flips > 0; flips--) {
          bad[random.nextInt(bad.length)] = (byte) random.nextInt(256);
        }
      }
      Optional<Announcement> decoded = AnnouncementCodec.decode(Bytes.of(bad));
      if (decoded.isPresent()) {
        read++;
        assertBounded(decoded.get(), "-Dlimpet.seed=" + seed + " step " + i);
      }
    }
    assertThat(read).as("a mutation that changes a letter is read: seed %d", seed).isPositive();
  }

  private static void assertBounded(Announcement announcement, String where) {
    assertThat(Colours.parse(announcement.colours())).as(where).isPresent();
    assertThat(announcement.status().length())
        .as(where)
        .isLessThanOrEqualTo(Announcement.MAX_STATUS_BYTES);
    assertThat(announcement.activities())
        .as(where)
        .hasSizeLessThanOrEqualTo(Announcement.MAX_ACTIVITIES)
        .allSatisfy(
            activity -> {
              assertThat(activity.id()).hasSizeLessThanOrEqualTo(Announcement.MAX_ID_CHARS);
              assertThat(activity.type()).hasSizeLessThanOrEqualTo(Announcement.MAX_TYPE_CHARS);
              assertThat(activity.title()).hasSizeLessThanOrEqualTo(Announcement.MAX_TITLE_CHARS);
            });
    assertThat(AnnouncementCodec.encode(announcement).length())
        .as(where)
        .isLessThanOrEqualTo(MeshLink.MAX_ANNOUNCEMENT_BYTES);
  }
}
