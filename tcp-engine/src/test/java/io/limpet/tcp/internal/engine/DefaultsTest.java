package io.limpet.tcp.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.limpet.tcp.TcpConfig;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What RFC 9293 wants of defaults and of the ranges of settings. */
final class DefaultsTest {
  private static final long SECOND_NS = 1_000_000_000L;

  private final TcpConfig config = TcpConfig.defaults();
  private final EngineConfig engine = EngineConfig.defaults();

  @Test
  @Tag("SHLD-11")
  @Tag("MUST-23")
  void givingUpTakesMinutes() {
    assertThat(config.userTimeoutNs()).isGreaterThanOrEqualTo(180 * SECOND_NS);
    assertThat(engine.userTimeoutLeastNs()).isGreaterThanOrEqualTo(100 * SECOND_NS);
  }

  @Test
  @Tag("MUST-25")
  void keepAliveIsOff() {
    assertThat(config.keepAliveNs()).isZero();
  }

  @Test
  @Tag("MUST-40")
  void anAcknowledgementIsNeverDelayedByHalfASecond() {
    assertThat(engine.delayedAckNs()).isLessThan(SECOND_NS / 2);
    assertThatThrownBy(
            () ->
                new EngineConfig(
                    1, 1, 1, 1, SECOND_NS / 2, 1, 1232, 1, 1, engine.bufferBudgetBytes()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("0.5 s");
  }
}
