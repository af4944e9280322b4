package io.limpet.link.internal.os.linux;

import static org.assertj.core.api.Assertions.assertThat;

import io.limpet.link.internal.os.LinkControl.Capability;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProcessCapabilitiesTest {
  @Test
  void onlyTheEffectiveSetCounts() {
    assertThat(ProcessCapabilities.parse(List.of("CapPrm:\t0000000000003000", "CapEff:\t0")))
        .isEmpty();
    assertThat(ProcessCapabilities.parse(List.of("CapEff:\t0000000000001000")))
        .containsExactly(Capability.WRITE_NEIGHBOURS);
    assertThat(ProcessCapabilities.parse(List.of("CapEff:\t0000000000002000")))
        .containsExactly(Capability.SEND_ARP);
    assertThat(ProcessCapabilities.parse(List.of("CapEff:\t000001ffffffffff"))).hasSize(2);
  }

  @Test
  void whatCannotBeReadGrantsNothing() {
    assertThat(ProcessCapabilities.parse(List.of())).isEmpty();
    assertThat(ProcessCapabilities.parse(List.of("CapEff:\tnonsense"))).isEmpty();
  }
}
