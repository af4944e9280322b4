package io.limpet.link.internal.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EpochCounterTest {
  private static final long NOW_SECONDS = 1_900_000_000L;

  private final Path home;

  EpochCounterTest(@TempDir Path home) {
    this.home = home;
  }

  @Test
  void eachStartIsHigherThanTheOneBeforeEvenInOneSecond() throws Exception {
    assertThat(EpochCounter.raise(home, NOW_SECONDS)).isEqualTo(NOW_SECONDS);
    assertThat(EpochCounter.raise(home, NOW_SECONDS)).isEqualTo(NOW_SECONDS + 1);
    assertThat(EpochCounter.raise(home, NOW_SECONDS)).isEqualTo(NOW_SECONDS + 2);
    assertThat(EpochCounter.raise(home, NOW_SECONDS + 60)).isEqualTo(NOW_SECONDS + 60);
  }

  @Test
  void aClockThatGoesBackDoesNotTakeTheEpochAlong() throws Exception {
    long before = EpochCounter.raise(home, NOW_SECONDS);
    assertThat(EpochCounter.raise(home, 0)).isEqualTo(before + 1);
    assertThat(EpochCounter.raise(home, -5)).isEqualTo(before + 2);
  }

  @Test
  void aLostFileIsMadeUpForByTheClock() throws Exception {
    long before = EpochCounter.raise(home, NOW_SECONDS);
    Files.delete(home.resolve("epoch"));
    assertThat(EpochCounter.raise(home, NOW_SECONDS + 10)).isGreaterThan(before);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "\n",
        "rubbish",
        "-7",
        "0",
        "99999999999999999999999999",
        "9223372036854775807",
        "12 34",
        "1.5",
        "\u0000\u0000\u0000\u0000"
      })
  void aDamagedFileIsJumpedOver(String contents) throws Exception {
    long before = EpochCounter.raise(home, NOW_SECONDS);
    Files.writeString(home.resolve("epoch"), contents);
    long jumped = EpochCounter.raise(home, 0);
    assertThat(jumped).isGreaterThan(before).isGreaterThanOrEqualTo(EpochCounter.DAMAGED_BASE);
    assertThat(EpochCounter.raise(home, NOW_SECONDS)).isGreaterThan(jumped);
  }

  @Test
  void aFileOfOtherBytesIsJumpedOverToo() throws Exception {
    Files.write(home.resolve("epoch"), new byte[] {(byte) 0xFF, (byte) 0xFE});
    assertThat(EpochCounter.raise(home, 5)).isGreaterThanOrEqualTo(EpochCounter.DAMAGED_BASE);
    Files.write(home.resolve("epoch"), new byte[10_000]);
    assertThat(EpochCounter.raise(home, 5)).isGreaterThanOrEqualTo(EpochCounter.DAMAGED_BASE);
  }
}
