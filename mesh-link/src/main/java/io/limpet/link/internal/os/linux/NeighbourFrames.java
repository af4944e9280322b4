package io.limpet.link.internal.os.linux;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.nio.ByteBuffer;

/**
 * ARP (RFC 826, RFC 5227) and neighbour discovery (RFC 4861) packets, without their Ethernet
 * header. Pure.
 */
final class NeighbourFrames {
  static final int ETHERTYPE_ARP = 0x0806;
  static final int ETHERTYPE_IPV6 = 0x86dd;
  static final int ARP_BYTES = 28;

  private static final byte[] NO_MAC = new byte[6];
  private static final int ARP_REQUEST = 1;
  private static final int ARP_REPLY = 2;
  private static final int IPV6_HEADER_BYTES = 40;
  private static final int ICMPV6 = 58;
  private static final int NEIGHBOUR_SOLICITATION = 135;
  private static final int NEIGHBOUR_ADVERTISEMENT = 136;
  private static final int SOURCE_LINK_LAYER_ADDRESS = 1;
  private static final int TARGET_LINK_LAYER_ADDRESS = 2;
  private static final int FLAG_OVERRIDE = 0x20000000;
  private static final int CHECKSUM_OFFSET = 2;

  private NeighbourFrames() {}

  /** Asks who has an address; whoever knows us learns our MAC from it. */
  static byte[] arpRequest(byte[] mac, Inet4Address own, Inet4Address target) {
    return arp(ARP_REQUEST, mac, own, NO_MAC, target);
  }

  /** Announces our mapping by a request for our own address (RFC 5227, section 2.3). */
  static byte[] arpAnnouncement(byte[] mac, Inet4Address own) {
    return arp(ARP_REQUEST, mac, own, NO_MAC, own);
  }

  /** Announces our mapping by an unasked reply; Linux wants our MAC as its target too. */
  static byte[] arpGratuitousReply(byte[] mac, Inet4Address own) {
    return arp(ARP_REPLY, mac, own, mac, own);
  }

  /** Asks who has an address (RFC 4861, section 4.3), to be sent to {@link #solicitedNode}. */
  static byte[] neighbourSolicitation(byte[] mac, Inet6Address own, Inet6Address target) {
    byte[] destination = solicitedNode(target);
    return discovery(
        NEIGHBOUR_SOLICITATION, 0, own, destination, target, SOURCE_LINK_LAYER_ADDRESS, mac);
  }

  /** Announces our mapping to all nodes, overriding what they hold (RFC 4861, section 7.2.6). */
  static byte[] unsolicitedAdvertisement(byte[] mac, Inet6Address own) {
    return discovery(
        NEIGHBOUR_ADVERTISEMENT,
        FLAG_OVERRIDE,
        own,
        allNodes(),
        own,
        TARGET_LINK_LAYER_ADDRESS,
        mac);
  }

  /** Returns the solicited-node multicast address (RFC 4291, section 2.7.1). */
  static byte[] solicitedNode(Inet6Address target) {
    byte[] group = new byte[16];
    byte[] ip = target.getAddress();
    group[0] = (byte) 0xff;
    group[1] = 0x02;
    group[11] = 1;
    group[12] = (byte) 0xff;
    System.arraycopy(ip, 13, group, 13, 3);
    return group;
  }

  /** Returns ff02::1. */
  static byte[] allNodes() {
    byte[] group = new byte[16];
    group[0] = (byte) 0xff;
    group[1] = 0x02;
    group[15] = 1;
    return group;
  }

  /** Returns the Ethernet address of an IPv6 multicast group (RFC 2464, section 7). */
  static byte[] multicastMac(byte[] group) {
    return new byte[] {0x33, 0x33, group[12], group[13], group[14], group[15]};
  }

  private static byte[] arp(
      int operation, byte[] mac, Inet4Address own, byte[] targetMac, Inet4Address target) {
    return ByteBuffer.allocate(ARP_BYTES)
        .putShort((short) 1)
        .putShort((short) 0x0800)
        .put((byte) 6)
        .put((byte) 4)
        .putShort((short) operation)
        .put(mac)
        .put(own.getAddress())
        .put(targetMac)
        .put(target.getAddress())
        .array();
  }

  private static byte[] discovery(
      int type,
      int flags,
      Inet6Address own,
      byte[] destination,
      Inet6Address target,
      int option,
      byte[] mac) {
    byte[] message =
        ByteBuffer.allocate(32)
            .put((byte) type)
            .put((byte) 0)
            .putShort((short) 0)
            .putInt(flags)
            .put(target.getAddress())
            .put((byte) option)
            .put((byte) 1)
            .put(mac)
            .array();
    int checksum = checksum(own.getAddress(), destination, message);
    ByteBuffer.wrap(message).putShort(CHECKSUM_OFFSET, (short) checksum);
    return ByteBuffer.allocate(IPV6_HEADER_BYTES + message.length)
        .putInt(6 << 28)
        .putShort((short) message.length)
        .put((byte) ICMPV6)
        .put((byte) 255)
        .put(own.getAddress())
        .put(destination)
        .put(message)
        .array();
  }

  /** Computes the ICMPv6 checksum over the pseudo-header (RFC 8200, section 8.1). */
  private static int checksum(byte[] source, byte[] destination, byte[] message) {
    ByteBuffer covered =
        ByteBuffer.allocate(40 + message.length)
            .put(source)
            .put(destination)
            .putInt(message.length)
            .putInt(ICMPV6)
            .put(message)
            .flip();
    int sum = 0;
    while (covered.hasRemaining()) {
      sum += Short.toUnsignedInt(covered.getShort());
    }
    sum = (sum & 0xffff) + (sum >>> 16);
    return ~((sum & 0xffff) + (sum >>> 16)) & 0xffff;
  }
}
