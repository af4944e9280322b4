package io.limpet.link.internal.os.control;

import io.limpet.link.Bytes;
import java.net.InetAddress;
import java.nio.ByteBuffer;

/** Ethernet frames of ARP (RFC 826, RFC 5227) and neighbour discovery (RFC 4861). Pure. */
final class NeighbourFrames {
  private static final int MIN_FRAME_BYTES = 60;
  private static final int ETHERTYPE_ARP = 0x0806;
  private static final int ETHERTYPE_IPV6 = 0x86DD;
  private static final int ARP_REQUEST = 1;
  private static final int ARP_REPLY = 2;
  private static final int ICMPV6 = 58;
  private static final int NEIGHBOUR_SOLICITATION = 135;
  private static final int NEIGHBOUR_ADVERTISEMENT = 136;
  private static final byte[] BROADCAST = {-1, -1, -1, -1, -1, -1};
  private static final int NA_OVERRIDE = 0x2000_0000;
  private static final int ICMPV6_BYTES = 32;

  private NeighbourFrames() {}

  /** Asks everybody who has an IPv4 address; says our own mapping as well. */
  static byte[] arpRequest(Bytes ownMac, InetAddress ownIp, InetAddress wanted) {
    return arp(ARP_REQUEST, ownMac, ownIp, new byte[6], wanted);
  }

  /** Announces our mapping as a request, which every kernel that has an entry learns from. */
  static byte[] arpAnnouncement(Bytes ownMac, InetAddress ownIp) {
    return arp(ARP_REQUEST, ownMac, ownIp, new byte[6], ownIp);
  }

  /** Announces our mapping as a reply, for those who learn from replies only. */
  static byte[] arpGratuitousReply(Bytes ownMac, InetAddress ownIp) {
    return arp(ARP_REPLY, ownMac, ownIp, BROADCAST, ownIp);
  }

  private static byte[] arp(
      int operation, Bytes ownMac, InetAddress ownIp, byte[] targetMac, InetAddress targetIp) {
    ByteBuffer out = ByteBuffer.allocate(MIN_FRAME_BYTES);
    out.put(BROADCAST).put(ownMac.toArray()).putShort((short) ETHERTYPE_ARP);
    out.putShort((short) 1).putShort((short) 0x0800).put((byte) 6).put((byte) 4);
    out.putShort((short) operation).put(ownMac.toArray()).put(ownIp.getAddress());
    out.put(targetMac).put(targetIp.getAddress());
    return out.array();
  }

  /** Asks who has an IPv6 address, by its solicited-node group. */
  static byte[] neighbourSolicitation(Bytes ownMac, InetAddress ownIp, InetAddress wanted) {
    byte[] target = wanted.getAddress();
    byte[] group = new byte[16];
    group[0] = (byte) 0xFF;
    group[1] = 0x02;
    group[11] = 0x01;
    group[12] = (byte) 0xFF;
    System.arraycopy(target, 13, group, 13, 3);
    return discovery(NEIGHBOUR_SOLICITATION, 0, ownMac, ownIp, group, target, 1);
  }

  /** Tells all nodes our mapping, to override what they have. */
  static byte[] unsolicitedAdvertisement(Bytes ownMac, InetAddress ownIp) {
    byte[] allNodes = new byte[16];
    allNodes[0] = (byte) 0xFF;
    allNodes[1] = 0x02;
    allNodes[15] = 0x01;
    return discovery(
        NEIGHBOUR_ADVERTISEMENT, NA_OVERRIDE, ownMac, ownIp, allNodes, ownIp.getAddress(), 2);
  }

  private static byte[] discovery(
      int type,
      int flags,
      Bytes ownMac,
      InetAddress ownIp,
      byte[] destination,
      byte[] target,
      int linkLayerOption) {
    ByteBuffer icmp = ByteBuffer.allocate(ICMPV6_BYTES);
    icmp.put((byte) type).put((byte) 0).putShort((short) 0).putInt(flags).put(target);
    icmp.put((byte) linkLayerOption).put((byte) 1).put(ownMac.toArray());
    icmp.putShort(2, checksum(ownIp.getAddress(), destination, icmp.array()));
    ByteBuffer out = ByteBuffer.allocate(14 + 40 + ICMPV6_BYTES);
    out.put((byte) 0x33).put((byte) 0x33).put(destination, 12, 4);
    out.put(ownMac.toArray()).putShort((short) ETHERTYPE_IPV6);
    out.putInt(0x6000_0000).putShort((short) ICMPV6_BYTES).put((byte) ICMPV6).put((byte) 255);
    out.put(ownIp.getAddress()).put(destination).put(icmp.array());
    return out.array();
  }

  private static short checksum(byte[] source, byte[] destination, byte[] icmp) {
    ByteBuffer sum = ByteBuffer.allocate(source.length + destination.length + 8 + icmp.length);
    sum.put(source).put(destination).putInt(icmp.length).putInt(ICMPV6).put(icmp).flip();
    long total = 0;
    while (sum.remaining() >= 2) {
      total += sum.getShort() & 0xFFFF;
    }
    while (total >> 16 != 0) {
      total = (total & 0xFFFF) + (total >> 16);
    }
    return (short) ~total;
  }
}
