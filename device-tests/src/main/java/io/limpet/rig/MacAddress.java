package io.limpet.rig;

import java.util.HexFormat;

/**
 * A 48-bit IEEE 802 address.
 *
 * @param value the address in the lower 48 bits, first octet highest
 */
public record MacAddress(long value) {
  /** The address that every station listens to. */
  public static final MacAddress BROADCAST = new MacAddress(0xffff_ffff_ffffL);

  private static final long GROUP_BIT = 0x0100_0000_0000L;

  /**
   * Makes an address of a number.
   *
   * @throws IllegalArgumentException if the number needs more than 48 bits
   */
  public MacAddress {
    if (value >>> 48 != 0) {
      throw new IllegalArgumentException("more than 48 bits: " + Long.toHexString(value));
    }
  }

  /**
   * Reads the usual notation, {@code 02:4d:00:00:00:01}.
   *
   * @throws IllegalArgumentException if the text is not six octets in hexadecimal
   */
  public static MacAddress parse(String text) {
    byte[] octets = HexFormat.ofDelimiter(":").parseHex(text);
    if (octets.length != 6) {
      throw new IllegalArgumentException("not six octets: " + text);
    }
    long value = 0;
    for (byte octet : octets) {
      value = value << 8 | (octet & 0xff);
    }
    return new MacAddress(value);
  }

  /** Whether the address is a group's (multicast or broadcast), not one station's. */
  public boolean isGroup() {
    return (value & GROUP_BIT) != 0;
  }

  /** The six octets in transmission order; a fresh array. */
  public byte[] octets() {
    byte[] octets = new byte[6];
    for (int i = 0; i < 6; i++) {
      octets[i] = (byte) (value >>> (40 - 8 * i));
    }
    return octets;
  }

  /** The usual notation in lower case. */
  @Override
  public String toString() {
    return HexFormat.ofDelimiter(":").formatHex(octets());
  }
}
