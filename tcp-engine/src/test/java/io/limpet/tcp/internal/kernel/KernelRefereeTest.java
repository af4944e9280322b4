package io.limpet.tcp.internal.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
    return captured("clear", KernelReferee.CLEAR, true);
  }

  @TestFactory
  Stream<DynamicTest> onARoughWireNothingIsMalformed() throws IOException {
    return captured("rough", KernelReferee.ROUGH, false);
  }

  @TestFactory
  Stream<DynamicTest> bulkArrivesWhole() {
    return KernelReferee.BULK.keySet().stream()
        .map(name -> DynamicTest.dynamicTest(name, () -> referee.run(name)));
  }

  private Stream<DynamicTest> captured(
      String group, Map<String, KernelReferee.Entry> entries, boolean calm) throws IOException {
    Capture capture = new Capture(referee.namespace(), folder, group);
    List<DynamicTest> tests = new ArrayList<>();
    for (String name : entries.keySet()) {
      tests.add(DynamicTest.dynamicTest(name, () -> referee.run(name)));
    }
    tests.add(
        DynamicTest.dynamicTest(
            "the packet tool's verdict",
            () -> {
              List<Packet> packets = capture.read();
              assertThat(packets).filteredOn(Packet::fromEngine).hasSizeGreaterThan(1000);
              assertThat(WireCheck.complaints(packets, calm)).isEmpty();
            }));
    return tests.stream();
  }
}
