package io.limpet.rig;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Nothing of a rig stays behind, however it ends. */
@Tag("kernel")
@Timeout(60)
class LeftoversTest {
  private static final Duration SOON = Duration.ofSeconds(10);

  @Test
  @MeshRig(devices = 2)
  void closingRemovesNamespacesAndProcesses(Rig rig, RigDevice oak) {
    RigProcess process = oak.exec("sleep", "600");
    // One that is nobody's child any more.
    RigProcess parent = oak.exec("sh", "-c", "setsid sleep 600 >/dev/null 2>&1 & echo $!");
    assertThat(parent.waitFor(SOON)).isZero();
    long orphan = Long.parseLong(parent.stdout().strip());
    assertThat(namespaceExists(oak.namespace())).isTrue();
    rig.close();
    rig.close();
    assertThat(namespaceExists(oak.namespace())).isFalse();
    assertThat(process.isAlive()).isFalse();
    assertThat(RigProcessTest.running(orphan)).isFalse();
  }

  @Test
  @MeshRig(devices = 1)
  void theNextRigSweepsWhatAKilledOneLeft(RigDevice living) throws Exception {
    Process holder = startHolder();
    Held held = awaitHeld(holder);
    assertThat(held.namespaces).hasSize(2).allMatch(LeftoversTest::namespaceExists);
    assertThat(RigProcessTest.running(held.child)).isTrue();

    holder.destroyForcibly();
    assertThat(holder.waitFor(10, TimeUnit.SECONDS)).isTrue();
    // The child dies with its rig by itself; what has cut its ties is found by the next rig.
    Awaitility.await().atMost(SOON).until(() -> !RigProcessTest.running(held.child));
    assertThat(RigProcessTest.running(held.orphan)).isTrue();
    try (Rig next = Rig.builder().devices("fir").start()) {
      assertThat(held.namespaces).noneMatch(LeftoversTest::namespaceExists);
      assertThat(RigProcessTest.running(held.orphan)).isFalse();
      // A living owner's namespaces, and those of others, are left alone.
      assertThat(namespaceExists(living.namespace())).isTrue();
      assertThat(namespaceExists(next.device("fir").namespace())).isTrue();
    }
  }

  @Test
  @MeshRig(devices = 1)
  void aRigThatIsNotClosedIsClosedWhenItsProcessExits(RigDevice any) throws Exception {
    Process holder = startHolder();
    Held held = awaitHeld(holder);
    assertThat(any.namespace()).isNotIn(held.namespaces);
    holder.destroy();
    assertThat(holder.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(held.namespaces).noneMatch(LeftoversTest::namespaceExists);
    assertThat(RigProcessTest.running(held.orphan)).isFalse();
  }

  private record Held(List<String> namespaces, long child, long orphan) {}

  private static Process startHolder() throws Exception {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            Holder.class.getName())
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  private static Held awaitHeld(Process holder) throws Exception {
    List<String> namespaces = new ArrayList<>();
    long child = 0;
    long orphan = 0;
    BufferedReader reader =
        new BufferedReader(new InputStreamReader(holder.getInputStream(), StandardCharsets.UTF_8));
    for (String line = reader.readLine(); line != null; line = reader.readLine()) {
      String[] words = line.split(" ", 2);
      switch (words[0]) {
        case "namespace" -> namespaces.add(words[1]);
        case "child" -> child = Long.parseLong(words[1]);
        case "orphan" -> orphan = Long.parseLong(words[1]);
        case "ready" -> {
          return new Held(namespaces, child, orphan);
        }
        default -> System.out.println("holder: " + line);
      }
    }
    throw new AssertionError("the holder ended");
  }

  private static boolean namespaceExists(String name) {
    return Files.exists(Path.of("/run/netns", name));
  }

  /** A program that holds a rig until it is killed. */
  static final class Holder {
    private Holder() {}

    public static void main(String[] args) throws Exception {
      Rig rig = Rig.builder().devices("oak", "elm").start();
      rig.devices().forEach(device -> System.out.println("namespace " + device.namespace()));
      RigDevice oak = rig.device("oak");
      System.out.println("child " + oak.exec("sleep", "600").pid());
      RigProcess parent = oak.exec("sh", "-c", "setsid sleep 600 >/dev/null 2>&1 & echo $!");
      parent.waitFor(SOON);
      System.out.println("orphan " + parent.stdout().strip());
      System.out.println("ready");
      Thread.currentThread().join();
    }
  }
}
