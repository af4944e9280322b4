package io.limpet.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import org.junit.jupiter.api.Test;

class MeshAddressTest {
  private static final byte[] LOOPBACK = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
  private static final MeshAddress ADDRESS =
      new MeshAddress(0x2001_002a_1234_5678L, 0x9abc_def0_1122_3344L);

  @Test
  void anAddressSurvivesTheJdksOwnType() {
    assertThat(MeshAddress.of(ADDRESS.toInet6Address())).isEqualTo(ADDRESS);
    assertThat(ADDRESS.at(80).getPort()).isEqualTo(80);
  }

  @Test
  void anythingOutsideThePrefixOfRfc7343IsRefused() throws Exception {
    assertThatThrownBy(() -> new MeshAddress(0x2001_0030_0000_0000L, 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(MeshAddress.isMesh(InetAddress.getByAddress(LOOPBACK))).isFalse();
    assertThat(MeshAddress.isMesh(InetAddress.getByAddress(new byte[] {10, 0, 0, 1}))).isFalse();
    assertThat(MeshAddress.isMesh(ADDRESS.toInet6Address())).isTrue();
  }

  @Test
  void theShortFormIsTheEndOfTheAddress() {
    assertThat(ADDRESS.shortForm()).isEqualTo("11223344");
    assertThat(ADDRESS.toString()).endsWith("1122:3344");
  }
}
