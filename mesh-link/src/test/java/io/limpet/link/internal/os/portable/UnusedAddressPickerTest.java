package io.limpet.link.internal.os.portable;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class UnusedAddressPickerTest {
  private final Inet4Address own = ip("192.168.1.130");

  @Test
  void picksStayInsideTheSubnetAndSpareItsEdgesAndTheTaken() {
    long seed = Long.getLong("limpet.seed", System.nanoTime());
    System.out.println("UnusedAddressPickerTest -Dlimpet.seed=" + seed);
    UnusedAddressPicker picker = new UnusedAddressPicker(new SplittableRandom(seed));
    Inet4Address peer = ip("192.168.1.140");
    Set<Inet4Address> picked = new HashSet<>();
    for (int i = 0; i < 61; i++) {
      Optional<Inet4Address> address = picker.pick(own, 26, peer::equals);
      assertThat(address).isPresent();
      picked.add(address.get());
    }
    // A /26 has 62 hosts: all but us and the peer are picked before one is picked again.
    assertThat(picked).hasSize(60).doesNotContain(own, peer);
    assertThat(picked)
        .allSatisfy(
            address -> assertThat(Byte.toUnsignedInt(address.getAddress()[3])).isBetween(129, 190));
  }

  @Test
  void aWideSubnetNeverYieldsTheSameAddressSoon() {
    UnusedAddressPicker picker = new UnusedAddressPicker(new SplittableRandom(1));
    Set<InetAddress> picked = new HashSet<>();
    for (int i = 0; i < 64; i++) {
      picked.add(picker.pick(ip("169.254.3.4"), 16, address -> false).orElseThrow());
    }
    assertThat(picked).hasSize(64);
  }

  @Test
  void aSubnetWithoutRoomYieldsNothing() {
    UnusedAddressPicker picker = new UnusedAddressPicker(new SplittableRandom(1));
    assertThat(picker.pick(own, 31, address -> false)).isEmpty();
    assertThat(picker.pick(own, 32, address -> false)).isEmpty();
    assertThat(picker.pick(own, -1, address -> false)).isEmpty();
    assertThat(picker.pick(own, 24, address -> true)).isEmpty();
    assertThat(picker.pick(own, 30, ip("192.168.1.129")::equals)).isEmpty();
  }

  private static Inet4Address ip(String text) {
    try {
      return (Inet4Address) InetAddress.getByName(text);
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }
}
