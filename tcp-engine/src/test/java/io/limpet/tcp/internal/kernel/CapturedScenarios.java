package io.limpet.tcp.internal.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/** Scenarios as tests, and a last one for what passed the device in all of them. */
final class CapturedScenarios {
  private CapturedScenarios() {}

  /**
   * Begins to capture, and returns the tests.
   *
   * @param group names the capture
   * @param leastPackets so many of the engine's must have been captured at least
   * @param calm whether nothing is lost or reordered
   */
  static Stream<DynamicTest> of(
      RefereeProcess referee,
      Path folder,
      String group,
      Set<String> names,
      int leastPackets,
      boolean calm)
      throws IOException {
    Capture capture = new Capture(referee.namespace(), folder, group);
    List<DynamicTest> tests = new ArrayList<>();
    for (String name : names) {
      tests.add(DynamicTest.dynamicTest(name, () -> referee.run(name)));
    }
    tests.add(
        DynamicTest.dynamicTest(
            "the packet tool's verdict",
            () -> {
              List<Packet> packets = capture.read();
              assertThat(packets).filteredOn(Packet::fromEngine).hasSizeGreaterThan(leastPackets);
              assertThat(WireCheck.complaints(packets, calm)).isEmpty();
            }));
    return tests.stream();
  }
}
