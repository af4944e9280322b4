package io.limpet.rig;

import static org.assertj.core.api.Assertions.assertThat;

import io.limpet.rig.TcpProbe.Outcome;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The air between real kernels. */
@MeshRig(delayMicros = 10_000)
class KernelAirTest {
  private static final Duration SHORT = Duration.ofSeconds(2);

  @Test
  void aPingTakesTwiceTheDelayAndLittleMore(RigDevice oak, RigDevice elm) {
    assertThat(oak.ping(elm, SHORT)).isPresent();
    Duration best = bestPing(oak, elm, 10);
    assertThat(best).isBetween(Duration.ofMillis(20), Duration.ofMillis(23));
  }

  @Test
  void aBlackHoleSwallowsTcpWhileAddressesResolve(Rig rig, RigDevice oak, RigDevice elm) {
    try (TcpSink sink = elm.listenTcp(0)) {
      rig.blackHole(oak, elm);
      assertThat(oak.kernelTcpProbe(elm, sink.port(), SHORT).outcome())
          .isEqualTo(Outcome.TIMED_OUT);
      assertThat(oak.neighbour(elm).orElseThrow().mac()).contains(elm.mac());
      rig.heal(oak, elm);
      assertThat(oak.kernelTcpProbe(elm, sink.port(), SHORT).connected()).isTrue();
    }
  }

  static Duration bestPing(RigDevice from, RigDevice to, int tries) {
    Duration best = Duration.ofDays(1);
    for (int i = 0; i < tries; i++) {
      Duration rtt = from.ping(to, SHORT).orElse(best);
      best = rtt.compareTo(best) < 0 ? rtt : best;
    }
    return best;
  }
}
