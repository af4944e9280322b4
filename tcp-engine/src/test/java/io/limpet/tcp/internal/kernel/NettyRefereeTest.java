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
 * Netty applications on the engine serve curl, nc and iperf3, and are served by nc, iperf3 and
 * Python, which use the kernel's sockets; in all weathers every byte arrives, and {@link WireCheck}
 * finds nothing to object to. The seed is printed; {@code -Dlimpet.seed} replays it.
 */
@Tag("kernel")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class NettyRefereeTest {
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
    return captured("calm", NettyReferee.CALM, true);
  }

  @TestFactory
  Stream<DynamicTest> inRoughWeather() throws IOException {
    return captured("rough", NettyReferee.ROUGH, false);
  }

  private Stream<DynamicTest> captured(
      String group, Map<String, NettyReferee.Entry> entries, boolean calm) throws IOException {
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
              assertThat(packets).filteredOn(Packet::fromEngine).hasSizeGreaterThan(10_000);
              assertThat(WireCheck.complaints(packets, calm)).isEmpty();
            }));
    return tests.stream();
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
