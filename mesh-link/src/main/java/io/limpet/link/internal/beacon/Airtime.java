package io.limpet.link.internal.beacon;

/**
 * How long a multicast datagram holds the medium at the lowest basic rate, 1 Mbit/s: an estimate of
 * what IEEE 802.11 adds. Stateless.
 */
public final class Airtime {
  private static final long NS_PER_BYTE = 8_000;

  /** Long PLCP preamble and header 192 µs, DIFS 50 µs, half of the smallest contention window. */
  private static final long PER_FRAME_NS = 192_000 + 50_000 + 310_000;

  /** MAC header 24, FCS 4, LLC and SNAP 8. */
  private static final int FRAME_BYTES = 36;

  private static final int UDP_BYTES = 8;
  private static final int IPV4_BYTES = 20;
  private static final int IPV6_BYTES = 40;

  private Airtime() {}

  /** Returns the size of a datagram with its UDP and IP headers, in bytes. */
  public static int packetBytes(int payloadBytes, boolean ipv6) {
    return payloadBytes + UDP_BYTES + (ipv6 ? IPV6_BYTES : IPV4_BYTES);
  }

  /** Returns the airtime of one multicast datagram. */
  public static long multicastNs(int payloadBytes, boolean ipv6) {
    return PER_FRAME_NS + NS_PER_BYTE * (packetBytes(payloadBytes, ipv6) + FRAME_BYTES);
  }
}
