package io.limpet.tcp.internal.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * Netty applications on the engine serve curl, nc and iperf3, and are served by nc, iperf3 and
 * Python, which use the kernel's sockets; in all weathers every byte arrives, and {@link WireCheck}
 * finds nothing to object to. The seed is printed; {@code -Dlimpet.seed} replays it.
 */
@Tag("kernel")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class NettyRefereeTest {
  private static final int LEAST_PACKETS = 10_000;

  @TempDir static Path folder = Path.of("");
  private final long seed = Long.getLong("limpet.seed", System.nanoTime());
  private RefereeProcess referee;

  @BeforeAll
  void start() throws IOException {
    Programs.assumeInstalled("curl", "nc.openbsd", "iperf3", "python3");
    referee =
        RefereeProcess.start("Netty with the kernel's programs", NettyReferee.class, folder, seed);
  }

  @AfterAll
  void stop() {
    if (referee != null) {
      referee.close();
    }
  }

  @TestFactory
  Stream<DynamicTest> whereNothingIsLost() throws IOException {
    return CapturedScenarios.of(
        referee, folder, "calm", NettyReferee.CALM.keySet(), LEAST_PACKETS, true);
  }

  @TestFactory
  Stream<DynamicTest> inRoughWeather() throws IOException {
    return CapturedScenarios.of(
        referee, folder, "rough", NettyReferee.ROUGH.keySet(), LEAST_PACKETS, false);
  }

  /** Each flaw leaves every byte in its place, and yet does not go unseen. */
  @TestFactory
  Stream<DynamicTest> theCheckHasEyes() {
    return NettyReferee.FLAWED.keySet().stream()
        .map(name -> DynamicTest.dynamicTest(name, () -> isSeen(name)));
  }

  private void isSeen(String flaw) throws IOException {
    try (Capture capture = new Capture(referee.namespace(), folder, flaw.replace(' ', '-'))) {
      referee.run(flaw);
      List<String> complaints = WireCheck.complaints(capture.read(), true);
      System.out.println(
          "  "
              + complaints.size()
              + " seen, the first: "
              + complaints.stream().findFirst().orElse("-"));
      assertThat(complaints).isNotEmpty();
    }
  }
}
