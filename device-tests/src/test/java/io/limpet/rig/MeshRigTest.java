package io.limpet.rig;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the annotation promises. */
@MeshRig(
    names = {"oak", "elm"},
    delayMicros = 2500,
    loss = 0.25,
    rateBitsPerSecond = 1_000_000)
@Tag("kernel")
class MeshRigTest {
  private static final List<String> NAMESPACES = new CopyOnWriteArrayList<>();

  private int devicesBefore;

  @BeforeEach
  void rigsAreThereBeforeTheTest(Rig rig) {
    devicesBefore = rig.devices().size();
    rig.devices().forEach(device -> NAMESPACES.add(device.namespace()));
  }

  @AfterAll
  static void rigsAreClosedAfterTheTest() {
    assertThat(NAMESPACES)
        .isNotEmpty()
        .noneMatch(name -> Files.exists(Path.of("/run/netns", name)));
  }

  @Test
  void devicesAreInjectedInOrder(RigDevice first, Rig rig, RigDevice second) {
    assertThat(rig.devices()).containsExactly(first, second);
    assertThat(List.of(first.name(), second.name())).containsExactly("oak", "elm");
    assertThat(devicesBefore).isEqualTo(2);
  }

  @Test
  void linksAreAsAsked(Rig rig, RigDevice oak, RigDevice elm) {
    LinkSettings link = rig.linkSettings(oak, elm);
    assertThat(link.delay()).isEqualTo(Duration.ofNanos(2_500_000));
    assertThat(link.loss().meanLoss()).isEqualTo(0.25);
    assertThat(link.multicastLoss().meanLoss()).isEqualTo(0.25);
    assertThat(link.rateBitsPerSecond()).isEqualTo(1_000_000);
    assertThat(rig.linkSettings(elm, oak)).isEqualTo(link);
  }

  @Test
  @MeshRig(devices = 12, seed = 42)
  void theAnnotationOfTheMethodCounts(Rig rig) {
    assertThat(rig.devices()).hasSize(12);
    assertThat(rig.device("tree12").ipv4().getHostAddress()).isEqualTo("10.77.0.21");
    if (System.getProperty("limpet.rig.seed") == null) {
      assertThat(rig.seed()).isEqualTo(42);
    }
  }
}
