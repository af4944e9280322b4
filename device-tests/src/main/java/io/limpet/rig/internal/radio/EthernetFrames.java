package io.limpet.rig.internal.radio;

/**
 * Reads what the radio needs to know of an Ethernet II frame; every offset is checked against the
 * length.
 */
public final class EthernetFrames {
  /** Length of the header in bytes. */
  public static final int HEADER_BYTES = 14;

  /**
   * Longest frame the radio carries, in bytes: a 9000-byte payload, two VLAN tags, and the header.
   */
  public static final int MAXIMUM_BYTES = 9000 + HEADER_BYTES + 8;

  private static final long GROUP_BIT = 0x0100_0000_0000L;
  private static final int ETHERTYPE_ARP = 0x0806;
  private static final int ETHERTYPE_IPV6 = 0x86dd;
  private static final int IPV6_HEADER_BYTES = 40;
  private static final int NEXT_HEADER_OFFSET = 6;
  private static final int NEXT_HEADER_ICMPV6 = 58;
  private static final int ROUTER_SOLICITATION = 133;
  private static final int REDIRECT = 137;

  private EthernetFrames() {}

  /** Whether the frame has a header and is not longer than a frame may be. */
  public static boolean isWellFormed(byte[] frame) {
    return frame.length >= HEADER_BYTES && frame.length <= MAXIMUM_BYTES;
  }

  /** The destination address of a well-formed frame. */
  public static long destination(byte[] frame) {
    return mac(frame, 0);
  }

  /** The source address of a well-formed frame. */
  public static long source(byte[] frame) {
    return mac(frame, 6);
  }

  /** Whether an address is a group's. */
  public static boolean isGroup(long mac) {
    return (mac & GROUP_BIT) != 0;
  }

  /**
   * Whether a well-formed frame is ARP or IPv6 neighbour discovery (RFC 4861, ICMPv6 types 133 to
   * 137).
   */
  public static boolean isNeighbourTraffic(byte[] frame) {
    int etherType = (frame[12] & 0xff) << 8 | (frame[13] & 0xff);
    if (etherType == ETHERTYPE_ARP) {
      return true;
    }
    int icmp = HEADER_BYTES + IPV6_HEADER_BYTES;
    if (etherType != ETHERTYPE_IPV6 || frame.length <= icmp) {
      return false;
    }
    int type = frame[icmp] & 0xff;
    return (frame[HEADER_BYTES + NEXT_HEADER_OFFSET] & 0xff) == NEXT_HEADER_ICMPV6
        && type >= ROUTER_SOLICITATION
        && type <= REDIRECT;
  }

  private static long mac(byte[] frame, int offset) {
    long value = 0;
    for (int i = 0; i < 6; i++) {
      value = value << 8 | (frame[offset + i] & 0xff);
    }
    return value;
  }
}
