package io.limpet.tcp.internal.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import io.limpet.tcp.CloseReason;
import io.limpet.tcp.internal.kernel.Streams.Task;
import io.limpet.tcp.internal.kernel.TunAir.Wire;
import java.time.Duration;
import org.awaitility.Awaitility;

/** Bytes both ways, whole and in order, in all weathers. */
final class Transfers {
  private static final int TINY = 4096;

  private Transfers() {}

  /** Both sides send at once; the sums must agree, and both must see an orderly end. */
  static void bothWays(Bridge bridge, boolean engineFirst, int length, long seed) throws Exception {
    byte[] fromEngine = Streams.bytes(length, seed);
    byte[] fromKernel = Streams.bytes(length, seed + 1);
    exchange(bridge, engineFirst, Talk.Plan.of(fromEngine), fromKernel);
  }

  private static void exchange(
      Bridge bridge, boolean engineFirst, Talk.Plan plan, byte[] fromKernel) throws Exception {
    try (Talk talk =
        engineFirst ? Talk.engineFirst(bridge, plan) : Talk.kernelFirst(bridge, plan)) {
      Task<Integer> writer = Streams.writeAll(talk.kernel(), fromKernel, true);
      Task<String> reader = Task.start(() -> Streams.readAll(talk.kernel()));
      assertThat(reader.await()).as("what the kernel read").isEqualTo(hash(plan));
      assertThat(talk.engine().awaitHash())
          .as("what the engine read: %s", talk.engine())
          .isEqualTo(Streams.hash(fromKernel));
      assertThat(writer.await()).isEqualTo(fromKernel.length);
      assertThat(talk.engine().awaitClosed()).isInstanceOf(CloseReason.Graceful.class);
    }
  }

  private static String hash(Talk.Plan plan) {
    return Streams.hash(plan.fromEngine());
  }

  /** The kernel offers next to no window, and reads nothing until the engine has filled it. */
  static void tinyKernelWindow(Bridge bridge, boolean engineFirst, long seed) throws Exception {
    Talk.Plan plan = Talk.Plan.of(Streams.bytes(200_000, seed)).kernelBuffer(TINY);
    try (Talk talk =
        engineFirst ? Talk.engineFirst(bridge, plan) : Talk.kernelFirst(bridge, plan)) {
      Awaitility.await()
          .atMost(Duration.ofSeconds(5))
          .until(() -> info(bridge, talk).sndWndBytes() < 1200);
      // The news that the window has opened is lost: only a probe brings it up again.
      bridge.set(Wire.DEAF);
      byte[] half = talk.kernel().getInputStream().readNBytes(2000);
      bridge.set(Wire.OPEN);
      assertThat(half).isEqualTo(java.util.Arrays.copyOf(plan.fromEngine(), 2000));
      Task<String> reader = Task.start(() -> Streams.readAll(talk.kernel()));
      byte[] rest = java.util.Arrays.copyOfRange(plan.fromEngine(), 2000, 200_000);
      assertThat(reader.await()).isEqualTo(Streams.hash(rest));
    }
  }

  /** The engine's application stops reading; the kernel must wait, probe, and go on. */
  static void tinyEngineWindow(Bridge bridge, boolean engineFirst, long seed) throws Exception {
    byte[] fromKernel = Streams.bytes(200_000, seed);
    Talk.Plan plan = Talk.Plan.of(new byte[0]).engineBuffer(TINY);
    try (Talk talk =
        engineFirst ? Talk.engineFirst(bridge, plan) : Talk.kernelFirst(bridge, plan)) {
      talk.engine().reading(false);
      Task<Integer> writer = Streams.writeAll(talk.kernel(), fromKernel, true);
      Awaitility.await()
          .atMost(Duration.ofSeconds(5))
          .until(() -> bridge.call(e -> talk.engine().connection().readableBytes()) > TINY - 1300);
      // Read once with the window update lost, then go on.
      bridge.set(Wire.MUTE);
      long before = talk.engine().received();
      talk.engine().reading(true);
      Awaitility.await()
          .atMost(Duration.ofSeconds(5))
          .until(() -> talk.engine().received() > before);
      bridge.set(Wire.OPEN);
      assertThat(talk.engine().awaitHash()).isEqualTo(Streams.hash(fromKernel));
      assertThat(writer.await()).isEqualTo(fromKernel.length);
    }
  }

  /** Both offer little and read slowly enough that every window closes again and again. */
  static void tinyBothWays(Bridge bridge, long seed) throws Exception {
    Talk.Plan plan =
        Talk.Plan.of(Streams.bytes(300_000, seed)).kernelBuffer(TINY).engineBuffer(TINY);
    exchange(bridge, true, plan, Streams.bytes(300_000, seed + 1));
    exchange(bridge, false, plan, Streams.bytes(300_000, seed + 2));
  }

  /** The kernel keeps to the segment size that the engine announced. */
  static void segmentSize(Bridge bridge, long seed) throws Exception {
    bothWays(bridge, true, 300_000, seed);
    assertThat(bridge.largestFromKernel()).isBetween(1100, 1232);
  }

  private static io.limpet.tcp.TcpInfo info(Bridge bridge, Talk talk) throws Exception {
    return bridge.call(e -> talk.engine().connection().info(bridge.nowNs()));
  }
}
