package io.limpet.node.internal.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.limpet.node.Air;
import io.limpet.node.MeshNode;
import io.limpet.node.internal.runtime.NodeProcess;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who asks for no numbers has no cost of them. */
class WithoutMetricsTest {
  @TempDir Path home;

  /** A node on an air of its own that nobody asks for numbers, until its standard input ends. */
  static final class QuietNode {
    private QuietNode() {}

    public static void main(String[] args) throws Exception {
      Path home = Path.of(args[0]);
      NodeProcess.run(
          MeshNode.builder(home, "oak").radio(new Air().radio()),
          home,
          7464,
          null,
          false,
          true,
          new MetricsSettings(null, null, Duration.ofMinutes(1), false),
          OptionalInt.empty(),
          new PrintWriter(System.out, true, StandardCharsets.UTF_8));
    }
  }

  @Test
  void nothingOfMetricsOrHttpIsEvenLoaded() throws Exception {
    Process node =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-XX:TieredStopAtLevel=1",
                    "-XX:+UseSerialGC",
                    "-Xlog:class+load",
                    "-cp",
                    System.getProperty("java.class.path"),
                    QuietNode.class.getName(),
                    home.toString()))
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    node.getOutputStream().close();
    String said = new String(node.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(node.waitFor()).as(said).isZero();
    assertThat(said).contains("oak is ready at", "io.limpet.node.internal.runtime.LiveNode ");
    assertThat(said.lines())
        .noneMatch(line -> line.contains(" io.micrometer."))
        .noneMatch(line -> line.contains(" io.prometheus."))
        .noneMatch(line -> line.contains(" io.opentelemetry."))
        .noneMatch(line -> line.contains(" io.netty.handler.codec.http."));
  }
}
