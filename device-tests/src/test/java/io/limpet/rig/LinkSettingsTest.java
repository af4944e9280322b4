package io.limpet.rig;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class LinkSettingsTest {
  @Test
  void eachChangeKeepsTheOthers() {
    LinkSettings all =
        LinkSettings.plain()
            .withLoss(0.1)
            .withMulticastLoss(Loss.bursty(0.2, 4))
            .withDelay(Duration.ofMillis(7), Duration.ofMillis(3))
            .withDuplication(0.01)
            .withReordering(0.02, Duration.ofMillis(9))
            .withRate(6_000_000, 1_000_000)
            .withQueue(100_000)
            .withUnicastRetries(4);
    assertThat(all)
        .isEqualTo(
            new LinkSettings(
                Loss.independent(0.1),
                Loss.bursty(0.2, 4),
                Duration.ofMillis(7),
                Duration.ofMillis(3),
                0.01,
                0.02,
                Duration.ofMillis(9),
                6_000_000,
                1_000_000,
                100_000,
                4));
  }

  @Test
  void burstyLossMeansWhatItSays() {
    assertThat(Loss.bursty(0.1, 8).meanLoss()).isCloseTo(0.1, within(1e-12));
    assertThat(new Loss.GilbertElliott(0.1, 0.3, 0.01, 0.5).meanLoss())
        .isCloseTo(0.25 * 0.5 + 0.75 * 0.01, within(1e-12));
    assertThatThrownBy(() -> Loss.bursty(0.9, 1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Loss.bursty(1, 8)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void whatIsOutOfRangeIsRefused() {
    LinkSettings plain = LinkSettings.plain();
    assertThatThrownBy(() -> plain.withLoss(1.1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> plain.withLoss(Double.NaN))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> plain.withRate(-1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> plain.withDelay(Duration.ofMillis(-1)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> plain.withUnicastRetries(1000))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> MacAddress.parse("02:4d:45")).isInstanceOf(RuntimeException.class);
  }

  @Test
  void deviceNamesAreChecked() {
    assertThatThrownBy(() -> Rig.builder().devices("Oak"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Rig.builder().devices("../oak"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Rig.builder().devices("oak", "oak"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Rig.builder().devices(0)).isInstanceOf(IllegalArgumentException.class);
  }
}
