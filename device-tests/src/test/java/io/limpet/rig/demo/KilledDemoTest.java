package io.limpet.rig.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.limpet.rig.MediumKind;
import io.limpet.rig.Rig;
import io.limpet.rig.RigLauncher;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A demo that is killed leaves nothing that outlives the start of the next rig. */
@Tag("kernel")
@Timeout(90)
class KilledDemoTest {
  private static final Duration SOON = Duration.ofSeconds(10);
  private static final int LAPTOPS = 3;

  @Test
  void afterTheNextRigHasStartedNothingOfAKilledDemoIsLeft(@TempDir Path folder) throws Exception {
    assumeTrue(
        RigLauncher.choose().kind() == MediumKind.TAP, "TAP devices need root and /dev/net/tun");
    Set<String> tapsBefore = tapDevicesHere();
    Path output = folder.resolve("output");
    Process demo =
        new ProcessBuilder(DemoRun.command(folder, "--medium", "tap"))
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    List<ProcessHandle> descendants;
    try {
      await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> Files.readString(output).contains("everybody sees everybody"));
      descendants = demo.toHandle().descendants().toList();
      assertThat(namespacesOf(demo.pid())).hasSize(LAPTOPS);
      assertThat(descendants).hasSizeGreaterThanOrEqualTo(LAPTOPS);
      assertThat(nodesOf(folder)).hasSizeGreaterThanOrEqualTo(LAPTOPS);
    } finally {
      demo.destroyForcibly();
    }
    assertThat(demo.waitFor(10, TimeUnit.SECONDS)).isTrue();

    try (Rig next = Rig.builder().devices("fir").kind(MediumKind.TAP).start()) {
      assertThat(namespacesOf(demo.pid())).isEmpty();
      await("every process of the demo has ended")
          .atMost(SOON)
          .until(() -> descendants.stream().noneMatch(ProcessHandle::isAlive));
      assertThat(nodesOf(folder)).isEmpty();
      assertThat(next.device("fir").counters()).isNotNull();
    }
    assertThat(tapDevicesHere()).isEqualTo(tapsBefore);
  }

  private static Set<String> namespacesOf(long pid) throws IOException {
    Path all = Path.of("/run/netns");
    if (!Files.isDirectory(all)) {
      return Set.of();
    }
    try (Stream<Path> names = Files.list(all)) {
      return names
          .map(path -> path.getFileName().toString())
          .filter(name -> name.startsWith("limpet-rig-" + pid + "-"))
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  /** Processes whose command line names a laptop's home. */
  private static List<Path> nodesOf(Path folder) throws IOException {
    String homes = folder.resolve("limpet-demo-").toString();
    try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
      return processes.filter(process -> commandLine(process).contains(homes)).toList();
    }
  }

  /** TUN and TAP devices of this namespace; those of others end with their namespaces. */
  private static Set<String> tapDevicesHere() throws IOException {
    try (Stream<Path> interfaces = Files.list(Path.of("/sys/class/net"))) {
      return interfaces
          .filter(path -> Files.exists(path.resolve("tun_flags")))
          .map(path -> path.getFileName().toString())
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  private static String commandLine(Path process) {
    try {
      return Files.readString(process.resolve("cmdline"), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return ""; // it has just ended
    }
  }
}
