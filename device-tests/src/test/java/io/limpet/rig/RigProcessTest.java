package io.limpet.rig;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processes inside devices. */
@Tag("kernel")
@MeshRig(names = {"oak"})
class RigProcessTest {
  private static final Duration SOON = Duration.ofSeconds(10);

  @Test
  void aCommandRunsInsideItsDeviceAndItsOutputIsKept(RigDevice oak) {
    RigProcess process = oak.exec("sh", "-c", "ip -o -4 addr show mesh0; echo oops >&2; exit 3");
    assertThat(process.waitFor(SOON)).isEqualTo(3);
    assertThat(process.stdout()).contains("10.77.0.10/24");
    assertThat(process.stderr()).isEqualTo("oops\n");
    assertThat(process.exitCode()).hasValue(3);
  }

  @Test
  void environmentDirectoryAndLinesAreTheCommands(RigDevice oak, @TempDir Path directory) {
    List<String> lines = new CopyOnWriteArrayList<>();
    RigProcess process =
        oak.command(List.of("sh", "-c", "pwd; echo $TREE"))
            .directory(directory)
            .environment("TREE", "quercus")
            .onLine(lines::add)
            .start();
    assertThat(process.waitFor(SOON)).isZero();
    assertThat(lines).containsExactly(directory.toString(), "quercus");
  }

  @Test
  void aJavaProcessSeesTheDevicesInterfaces(RigDevice oak) {
    RigProcess process = oak.startJava(Interfaces.class.getName());
    assertThat(process.waitFor(SOON)).isZero();
    assertThat(process.stdout().lines()).containsExactlyInAnyOrder("lo", "mesh0");
  }

  @Test
  void standardInputStaysOpenUntilTheRigCloses(Rig rig, RigDevice oak) throws Exception {
    RigProcess process = oak.exec("cat");
    process.stdin().write("still here\n".getBytes(StandardCharsets.UTF_8));
    process.stdin().flush();
    TestSupport.awaitLine(process, "still here");
    assertThat(process.isAlive()).isTrue();
    rig.close();
    Awaitility.await().atMost(SOON).until(() -> !process.isAlive());
  }

  @Test
  void aKilledProcessTakesItsChildrenWithIt(RigDevice oak) {
    RigProcess process = oak.exec("sh", "-c", "sleep 600 & echo $!; wait");
    Awaitility.await().atMost(SOON).until(() -> !process.stdout().isEmpty());
    long child = Long.parseLong(process.stdout().strip());
    assertThat(ProcessHandle.of(child)).isPresent();
    process.kill();
    Awaitility.await().atMost(SOON).until(() -> !running(child));
    assertThat(process.waitFor(SOON)).isEqualTo(128 + 9);
  }

  @Test
  void waitingForAProcessThatGoesOnFailsAndLeavesItAlone(RigDevice oak) {
    RigProcess process = oak.exec("sleep", "600");
    assertThatThrownBy(() -> process.waitFor(Duration.ofMillis(50)))
        .isInstanceOf(RigException.class)
        .hasMessageContaining("has not ended");
    assertThat(process.isAlive()).isTrue();
    process.terminate();
    assertThat(process.waitFor(SOON)).isEqualTo(128 + 15);
  }

  static boolean running(long pid) {
    return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
  }

  /** A program for a device: prints the names of its interfaces. */
  static final class Interfaces {
    private Interfaces() {}

    public static void main(String[] args) throws Exception {
      java.net.NetworkInterface.networkInterfaces().forEach(n -> System.out.println(n.getName()));
    }
  }
}
