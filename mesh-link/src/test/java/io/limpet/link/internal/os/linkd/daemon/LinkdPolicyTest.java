package io.limpet.link.internal.os.linkd.daemon;

import static io.limpet.link.internal.os.linkd.daemon.FakeMachine.ip;
import static io.limpet.link.internal.os.linkd.daemon.FakeMachine.mac;
import static org.assertj.core.api.Assertions.assertThat;

import io.limpet.link.MeshAddress;
import io.limpet.link.internal.os.NeighbourState;
import io.limpet.link.internal.os.linkd.wire.LinkdMessage;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LinkdPolicyTest {
  private static final String PEER_MAC = "02:00:00:00:00:02";

  private final FakeMachine machine = new FakeMachine();
  private final LinkdPolicy policy = new LinkdPolicy(machine, FakeMachine.NAMED);

  private String replace(String on, String ip, String mac) {
    return policy.objection(new LinkdMessage.Replace(1, on, ip(ip), mac(mac)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"10.0.0.2", "10.0.0.254", "fe80::2", "2001:db8::9"})
  void anEntryOfANeighbourMayBeReplaced(String ip) {
    assertThat(replace("wlan0", ip, PEER_MAC)).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "10.0.1.2", // another subnet
        "8.8.8.8",
        "10.0.0.0", // the subnet's own
        "10.0.0.255", // its broadcast address
        "10.0.0.1", // our own
        "192.168.7.1", // our own on another interface
        "192.168.7.2", // on-link, but of another interface
        "224.0.0.1",
        "255.255.255.255",
        "0.0.0.0",
        "127.0.0.1",
        "::1",
        "::",
        "ff02::1",
        "fe80::1", // our own
        "2001:db8::1", // our own, not link-local
        "2001:db9::1"
      })
  void anAddressThatIsNoNeighboursOnThisInterfaceIsRefused(String ip) {
    assertThat(replace("wlan0", ip, PEER_MAC)).isNotNull();
    assertThat(policy.objection(new LinkdMessage.Flush(1, "wlan0", ip(ip)))).isNotNull();
    assertThat(policy.objection(new LinkdMessage.Probe(1, "wlan0", ip(ip)))).isNotNull();
    assertThat(policy.objection(new LinkdMessage.Solicit(1, "wlan0", ip("10.0.0.1"), ip(ip))))
        .isNotNull();
    assertThat(
            policy.objection(
                new LinkdMessage.RunHook(
                    1, "wlan0", ip(ip), mac(PEER_MAC), new MeshAddress(0x2001002000000000L, 1))))
        .isNotNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ff:ff:ff:ff:ff:ff",
        "01:00:5e:00:00:01",
        "33:33:00:00:00:01",
        "00:00:00:00:00:00",
        "02:00:00:00:00:01", // ours
        "02:00:00:00:00:0e" // ours, of another interface
      })
  void aMacThatIsNotOneOtherMachinesIsRefused(String mac) {
    assertThat(replace("wlan0", "10.0.0.2", mac)).contains("MAC");
  }

  @ParameterizedTest
  @ValueSource(strings = {"eth0", "down0", "absent0", "lo"})
  void anInterfaceThatWasNotNamedOrIsNotUpIsRefused(String on) {
    assertThat(replace(on, "10.0.0.2", PEER_MAC)).contains("interface");
    assertThat(policy.objection(new LinkdMessage.Announce(1, on, ip("10.0.0.1"))))
        .contains("interface");
  }

  @Test
  void onlyOurOwnAddressesAreAnnounced() {
    assertThat(policy.objection(new LinkdMessage.Announce(1, "wlan0", ip("10.0.0.1")))).isNull();
    assertThat(policy.objection(new LinkdMessage.Announce(1, "wlan0", ip("10.0.0.2"))))
        .contains("not an address of this machine");
    assertThat(policy.objection(new LinkdMessage.Announce(1, "wlan0", ip("192.168.7.1"))))
        .contains("not an address of this machine");
    assertThat(
            policy.objection(new LinkdMessage.Solicit(1, "wlan0", ip("10.0.0.3"), ip("10.0.0.2"))))
        .contains("not an address of this machine");
    assertThat(
            policy.objection(new LinkdMessage.Solicit(1, "wlan0", ip("10.0.0.1"), ip("10.0.0.2"))))
        .isNull();
  }

  @Test
  void anAdministratorsEntryIsNotTouched() {
    for (NeighbourState state : NeighbourState.values()) {
      machine.entries.put(ip("10.0.0.2"), state);
      boolean laidDown = state == NeighbourState.PERMANENT || state == NeighbourState.NOARP;
      assertThat(replace("wlan0", "10.0.0.2", PEER_MAC) != null)
          .as("%s", state)
          .isEqualTo(laidDown);
      assertThat(policy.objection(new LinkdMessage.Flush(1, "wlan0", ip("10.0.0.2"))) != null)
          .as("%s", state)
          .isEqualTo(laidDown);
    }
  }

  @Test
  void whoIsInAGroupMayAskAndOthersMayNot() {
    Admission admission = new Admission(Set.of(1000), Set.of(50, 60));
    assertThat(admission.admits(1000, new int[0])).isTrue();
    assertThat(admission.admits(0, new int[0])).isTrue();
    assertThat(admission.admits(1001, new int[] {10, 60})).isTrue();
    assertThat(admission.admits(1001, new int[] {10, 1000})).isFalse();
  }
}
