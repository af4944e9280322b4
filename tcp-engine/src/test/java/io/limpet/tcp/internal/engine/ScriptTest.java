package io.limpet.tcp.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Every script under {@code src/test/resources/scripts} runs as it is written. */
final class ScriptTest {
  @TempDir static Path folder = Path.of("");

  @TestFactory
  Stream<DynamicTest> scripts() {
    return all(ScriptStart.ANYWHERE);
  }

  /** The same with numbers that wrap on the way: nothing may depend on where they begin. */
  @TestFactory
  Stream<DynamicTest> scriptsAcrossTheWrap() {
    return Stream.of(ScriptStart.values())
        .filter(start -> start != ScriptStart.ANYWHERE)
        .flatMap(ScriptTest::all);
  }

  private static Stream<DynamicTest> all(ScriptStart start) {
    Path scripts = folder();
    List<Path> files;
    try (Stream<Path> walk = Files.walk(scripts)) {
      files = walk.filter(f -> f.toString().endsWith(".script")).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    assertThat(files).hasSizeGreaterThanOrEqualTo(90);
    return files.stream()
        .map(
            file -> {
              String name = scripts.relativize(file).toString();
              String shown = start == ScriptStart.ANYWHERE ? ": " + title(file) : ", " + start;
              return DynamicTest.dynamicTest(
                  name + shown, file.toUri(), () -> ScriptRun.run(file, name, start));
            });
  }

  private static Path folder() {
    try {
      return Path.of(Objects.requireNonNull(ScriptTest.class.getResource("/scripts")).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String title(Path file) {
    try (Stream<String> lines = Files.lines(file)) {
      return lines.findFirst().orElse("").replaceFirst("^#\\s*", "");
    } catch (IOException e) {
      return e.toString();
    }
  }

  @Test
  void aScriptAcrossTheWrapBeginsJustBeforeIt() throws Exception {
    for (boolean active : new boolean[] {true, false}) {
      for (ScriptStart start : ScriptStart.values()) {
        PlayedPeer peer = new PlayedPeer();
        peer.nowNs = start.startNs(EngineConfig.defaults(), active);
        Tcb tcb = peer.probe(active);
        int seq = tcb.iss;
        int stamp = tcb.tsVal(peer.nowNs);
        switch (start) {
          case ANYWHERE -> assertThat(seq).isNotEqualTo(start.peerIss());
          case SEQUENCE_ZERO -> assertThat(seq).isEqualTo(-700).isEqualTo(start.peerIss());
          case SEQUENCE_SIGN -> assertThat(seq).isPositive().isEqualTo(start.peerIss());
          case TIMESTAMP_ZERO -> assertThat(stamp).isEqualTo(-15);
          case TIMESTAMP_SIGN -> assertThat(stamp).isEqualTo(Integer.MIN_VALUE - 15);
        }
      }
    }
  }

  /** The interpreter itself: what is not as written is told with its file and line. */
  @Test
  void aScriptThatIsWrongFailsAtItsLine() throws Exception {
    String start =
        """
        listen
        < S 0:0(0) win 60000 <mss 1000>
        accept
        > S. 0:0(0) ack 1
        < . 1:1(0) ack 1
        """;
    assertFails(start + "write 10\n", "at the end", "nobody expected P. 1:11(10) ack 1");
    assertFails(start + "> . 1:11(10)\n", ":6: ", "nothing was sent");
    assertFails(start + "write 10\n> . 1:12(11)\n", ":7: ", "sequence numbers differ");
    assertFails(start + "write 10\n> F. 1:11(10)\n", ":7: ", "control bits differ");
    assertFails(start + "write 10\n> . 1:11(10) ack 2\n", ":7: ", "acknowledgement differs");
    assertFails(start + "write 10\n> . 1:11(10)\n+10ms > . 1:11(10)\n", ":8: ", "nothing was sent");
    assertFails(start + "state CLOSED\n", ":6: ", "the state is ESTABLISHED");
    assertFails(start + "event Closed(PeerReset)\n", ":6: ", "there were only");
    assertFails(start + "assert segmentsSent == 7\n", ":6: ", "segmentsSent is 1");
    assertFails(start + "dance\n", ":6: ", "no such command: dance");
    assertFails(start + "< . 1:5(9)\n", ":6: ", "disagree");
  }

  private static void assertFails(String text, String... parts) throws Exception {
    Path file = Files.writeString(folder.resolve("wrong.script"), text);
    AssertionError error = null;
    try {
      ScriptRun.run(file, "wrong.script", ScriptStart.ANYWHERE);
    } catch (AssertionError e) {
      error = e;
    }
    assertThat(error).as(text).isNotNull();
    assertThat(error.getMessage()).startsWith("wrong.script:").contains(parts);
  }
}
