package io.limpet.tcp.internal.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import io.limpet.tcp.CloseReason;
import io.limpet.tcp.internal.kernel.Streams.Task;

/** How large segments may be: probing up, and finding out that less passes. */
final class Sizes {
  private static final int SAFE = 1232;
  private static final int LARGEST = 1460;

  private Sizes() {}

  /** Probes of the size reach the kernel, which acknowledges them as any data. */
  static void probesUp(Bridge bridge, boolean engineFirst, long seed) throws Exception {
    assertThat(send(bridge, engineFirst, seed)).isEqualTo(LARGEST);
  }

  /** Larger segments vanish on the way: what passes is found, and everything arrives. */
  static void blackHole(Bridge bridge, boolean engineFirst, long seed) throws Exception {
    bridge.dropLargerThan(1000);
    assertThat(send(bridge, engineFirst, seed)).isBetween(536, 1000);
  }

  private static int send(Bridge bridge, boolean engineFirst, long seed) throws Exception {
    bridge.call(
        e -> {
          e.onMaxSegmentChanged(Bridge.KERNEL, SAFE, LARGEST);
          return e;
        });
    byte[] bytes = Streams.bytes(1_000_000, seed);
    Talk.Plan plan = Talk.Plan.of(bytes);
    try (Talk talk =
        engineFirst ? Talk.engineFirst(bridge, plan) : Talk.kernelFirst(bridge, plan)) {
      Task<String> reader = Task.start(() -> Streams.readAll(talk.kernel()));
      assertThat(reader.await()).isEqualTo(Streams.hash(bytes));
      int found = bridge.call(e -> talk.engine().connection().info(bridge.nowNs()).pathMtuBytes());
      talk.kernel().shutdownOutput();
      assertThat(talk.engine().awaitClosed()).isInstanceOf(CloseReason.Graceful.class);
      return found;
    }
  }
}
