package io.limpet.tcp.internal.kernel;

import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * The engine talks with Linux's own TCP, both as client and as server, and {@link WireCheck} finds
 * nothing to object to. The seed is printed; {@code -Dlimpet.seed} replays it.
 */
@Tag("kernel")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class KernelRefereeTest {
  private static final int LEAST_PACKETS = 1_000;

  @TempDir static Path folder = Path.of("");
  private final long seed = Long.getLong("limpet.seed", System.nanoTime());
  private RefereeProcess referee;

  @BeforeAll
  void start() throws IOException {
    referee = RefereeProcess.start("Kernel as referee", KernelReferee.class, folder, seed);
  }

  @AfterAll
  void stop() {
    if (referee != null) {
      referee.close();
    }
  }

  @TestFactory
  Stream<DynamicTest> onAClearWireNothingIsMissing() throws IOException {
    return CapturedScenarios.of(
        referee, folder, "clear", KernelReferee.CLEAR.keySet(), LEAST_PACKETS, true);
  }

  @TestFactory
  Stream<DynamicTest> onARoughWireNothingIsMalformed() throws IOException {
    return CapturedScenarios.of(
        referee, folder, "rough", KernelReferee.ROUGH.keySet(), LEAST_PACKETS, false);
  }

  @TestFactory
  Stream<DynamicTest> bulkArrivesWhole() {
    return KernelReferee.BULK.keySet().stream()
        .map(name -> DynamicTest.dynamicTest(name, () -> referee.run(name)));
  }
}
