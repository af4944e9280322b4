package io.limpet.invitation.internal.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.limpet.invitation.internal.activity.ActivityRecord;
import io.limpet.invitation.internal.activity.OwnedActivity;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ActivityCodecTest {
  private static final long SEED = Long.getLong("limpet.seed", 20261126L);

  @Test
  void what_is_encoded_is_decoded_alike_to_the_last_key() throws Exception {
    Random random = new Random(SEED);
    for (int i = 0; i < 300; i++) {
      ActivityRecord record = ActivityFixture.any("a" + i, random);
      assertThat(ActivityCodec.decode(record.id(), ActivityCodec.encode(record)))
          .as("-Dlimpet.seed=%d", SEED)
          .isEqualTo(record);
    }
  }

  @Test
  void fields_of_a_later_version_are_ignored() throws Exception {
    OwnedActivity record = ActivityFixture.owned("a", new Random(SEED));
    String json = new String(ActivityCodec.encode(record), StandardCharsets.UTF_8);
    byte[] later = json.replaceFirst("\\{", "{\"mood\":[1,2],").getBytes(StandardCharsets.UTF_8);
    assertThat(ActivityCodec.decode("a", later)).isEqualTo(record);
  }

  @Test
  void whatever_the_bytes_there_is_one_exception_and_it_quotes_no_secret() {
    Random random = new Random(SEED);
    OwnedActivity record = ActivityFixture.owned("a", random);
    byte[] good = ActivityCodec.encode(record);
    String secret = record.keys().get(0).secret().toString();
    for (int i = 0; i < 2_000; i++) {
      byte[] bad = good.clone();
      for (int n = 1 + random.nextInt(4); n > 0; n--) {
        bad[random.nextInt(bad.length)] = (byte) random.nextInt(256);
      }
      try {
        assertThat(ActivityCodec.decode("a", bad).id()).isEqualTo("a");
      } catch (StoreException e) {
        assertThat(e).as("-Dlimpet.seed=%d", SEED).hasMessageStartingWith("the record of activity");
        assertThat(String.valueOf(e.getMessage()) + e.getCause())
            .doesNotContain(secret.substring(0, 8));
      }
    }
  }

  @Test
  void a_record_without_a_field_is_refused() {
    String json =
        new String(
            ActivityCodec.encode(ActivityFixture.owned("a", new Random(SEED))),
            StandardCharsets.UTF_8);
    byte[] without = json.replace("\"farewells\"", "\"sundries\"").getBytes(StandardCharsets.UTF_8);
    assertThatThrownBy(() -> ActivityCodec.decode("a", without)).isInstanceOf(StoreException.class);
  }
}
