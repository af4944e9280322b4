package io.limpet.link.internal.os.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class NeighbourFramesTest {
  private static final byte[] MAC = HexFormat.of().parseHex("020000000007");

  @Test
  void anArpRequestAsksForTheTargetAndShowsUs() throws Exception {
    byte[] packet =
        NeighbourFrames.arpRequest(
            MAC,
            (Inet4Address) InetAddress.getByName("10.0.0.1"),
            (Inet4Address) InetAddress.getByName("10.0.0.2"));
    assertThat(HexFormat.of().formatHex(packet))
        .isEqualTo("0001080006040001" + "0200000000070a000001" + "0000000000000a000002");
  }

  @Test
  void announcementsNameUsTwice() throws Exception {
    Inet4Address own = (Inet4Address) InetAddress.getByName("10.0.0.1");
    assertThat(HexFormat.of().formatHex(NeighbourFrames.arpAnnouncement(MAC, own)))
        .isEqualTo("0001080006040001" + "0200000000070a000001" + "0000000000000a000001");
    assertThat(HexFormat.of().formatHex(NeighbourFrames.arpGratuitousReply(MAC, own)))
        .isEqualTo("0001080006040002" + "0200000000070a000001" + "0200000000070a000001");
  }

  @Test
  void anUnsolicitedAdvertisementOverridesWithHopLimit255() throws Exception {
    byte[] packet =
        NeighbourFrames.unsolicitedAdvertisement(
            MAC, (Inet6Address) InetAddress.getByName("fe80::7"));
    String hex = HexFormat.of().formatHex(packet);
    // Version 6, 32 bytes of ICMPv6, hop limit 255 (RFC 4861, section 7.1.2).
    assertThat(hex).startsWith("60000000" + "0020" + "3a" + "ff");
    assertThat(hex.substring(80))
        .matches("8800[0-9a-f]{4}20000000" + "fe80.*07" + "0201020000000007");
  }

  @Test
  void groupsFollowFromTheAddress() throws Exception {
    byte[] group =
        NeighbourFrames.solicitedNode((Inet6Address) InetAddress.getByName("fe80::1:2ab:cdef"));
    assertThat(InetAddress.getByAddress(group))
        .isEqualTo(InetAddress.getByName("ff02::1:ffab:cdef"));
    assertThat(HexFormat.of().formatHex(NeighbourFrames.multicastMac(group)))
        .isEqualTo("3333ffabcdef");
  }
}
