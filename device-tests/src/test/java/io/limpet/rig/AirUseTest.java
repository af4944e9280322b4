package io.limpet.rig;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class AirUseTest {
  private final AirUse use = AirUse.of(new long[] {1, 20, 300, 4_000});

  @Test
  void framesAreToldApartByTheirLength() {
    assertThat(use.total()).isEqualTo(Duration.ofNanos(4_321));
    assertThat(use.ofFramesFrom(2)).isEqualTo(Duration.ofNanos(4_300));
    assertThat(use.ofFramesFrom(4)).isEqualTo(Duration.ZERO);
    assertThat(use.ofFramesFrom(9_999)).isEqualTo(Duration.ZERO);
  }

  @Test
  void whatCameBetweenTwoLooksIsTheirDifference() {
    AirUse later = AirUse.of(new long[] {1, 20, 305, 4_600});
    assertThat(later.since(use).ofFramesFrom(2)).isEqualTo(Duration.ofNanos(605));
    assertThat(later.since(use).ofFramesFrom(3)).isEqualTo(Duration.ofNanos(600));
    assertThatThrownBy(() -> use.since(AirUse.of(new long[2])))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
