package io.limpet.rig;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.limpet.rig.internal.radio.VirtualAir;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * One script, one seed: real kernels lose exactly the datagrams that the model loses in virtual
 * time.
 */
@Tag("kernel")
class ParityTest {
  private static final long SEED = 20_081_121;
  private static final LinkSettings LOSSY = LinkSettings.plain().withLoss(0.2);
  private static final LinkSettings BURSTY =
      LinkSettings.plain().withLoss(Loss.bursty(0.3, 5)).withDuplication(0.1);

  /** What a scenario can do to the way from the first device to the second. */
  private interface Stage {
    void link(LinkSettings settings);

    void blackHole();

    void cut();

    void heal();

    void radioOff();

    void radioOn();

    void silentMacChangeOfReceiver();

    void send(int first, int end) throws IOException;
  }

  private static void script(Stage stage) throws IOException {
    stage.send(0, 50);
    stage.link(LOSSY);
    stage.send(100, 400);
    stage.blackHole();
    stage.send(400, 450);
    stage.heal();
    stage.send(450, 550);
    stage.cut();
    stage.send(550, 600);
    stage.heal();
    stage.link(BURSTY);
    stage.send(600, 1000);
    stage.radioOff();
    stage.send(1000, 1050);
    stage.radioOn();
    stage.send(1050, 1250);
    stage.silentMacChangeOfReceiver();
    stage.send(1250, 1300);
  }

  @ParameterizedTest
  @EnumSource(names = {"TAP", "VETH"})
  void kernelsMeetTheFatesOfTheModel(MediumKind kind) throws IOException {
    RigLauncher.Choice choice = RigLauncher.choose();
    assumeTrue(choice.kind() != MediumKind.IN_PROCESS, choice.reason());
    assumeTrue(kind == MediumKind.VETH || choice.kind() == kind, choice.reason());
    VirtualStage virtual = new VirtualStage();
    script(virtual);
    List<Integer> expected = virtual.air.numbersAt(1);
    try (Rig rig = Rig.builder().devices("oak", "elm").kind(kind).seed(SEED).start();
        Datagrams datagrams = Datagrams.between(rig.device("oak"), rig.device("elm"))) {
      script(new KernelStage(rig, datagrams));
      assertThat(datagrams.received()).isEqualTo(expected);
    }
    assertThat(expected)
        .hasSizeBetween(700, 1100)
        .noneMatch(n -> (n >= 400 && n < 450) || (n >= 550 && n < 600))
        .noneMatch(n -> (n >= 1000 && n < 1050) || n >= 1250);
  }

  private static final class VirtualStage implements Stage {
    final VirtualAir air = new VirtualAir(2, SEED, LinkSettings.plain());

    @Override
    public void link(LinkSettings settings) {
      air.model.setLink(air.nowNs, 0, 1, settings);
    }

    @Override
    public void blackHole() {
      air.model.setBlackHole(air.nowNs, 0, 1, NeighbourTraffic.PASSES);
    }

    @Override
    public void cut() {
      air.model.setCut(air.nowNs, 0, 1, true);
    }

    @Override
    public void heal() {
      air.model.setBlackHole(air.nowNs, 0, 1, null);
      air.model.setCut(air.nowNs, 0, 1, false);
    }

    @Override
    public void radioOff() {
      air.model.setOn(air.nowNs, 1, false);
    }

    @Override
    public void radioOn() {
      air.model.setOn(air.nowNs, 1, true);
    }

    @Override
    public void silentMacChangeOfReceiver() {
      air.model.setMac(air.nowNs, 1, 0x0200_0000_4444L);
    }

    @Override
    public void send(int first, int end) {
      for (int number = first; number < end; number++) {
        air.unicast(0, 1, number, Datagrams.FRAME_BYTES);
      }
      air.runUntilIdle();
    }
  }

  private record KernelStage(Rig rig, Datagrams datagrams) implements Stage {
    @Override
    public void link(LinkSettings settings) {
      rig.link(oak(), elm(), Direction.FORWARD, settings);
    }

    @Override
    public void blackHole() {
      rig.blackHole(oak(), elm(), Direction.FORWARD, NeighbourTraffic.PASSES);
    }

    @Override
    public void cut() {
      rig.cut(oak(), elm(), Direction.FORWARD);
    }

    @Override
    public void heal() {
      rig.heal(oak(), elm());
    }

    @Override
    public void radioOff() {
      rig.radioOff(elm());
    }

    @Override
    public void radioOn() {
      rig.radioOn(elm());
    }

    @Override
    public void silentMacChangeOfReceiver() {
      rig.silentMacChange(elm());
    }

    @Override
    public void send(int first, int end) throws IOException {
      datagrams.send(first, end);
    }

    private RigDevice oak() {
      return rig.device("oak");
    }

    private RigDevice elm() {
      return rig.device("elm");
    }
  }
}
