package io.limpet.link;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;

/**
 * The address of a node: an IPv6 ORCHIDv2 identifier (RFC 7343, {@code 2001:20::/28}) computed from
 * its public key, so that it never changes when an IP address does.
 *
 * <p>A value; safe for any thread.
 *
 * @param high the upper 64 bits
 * @param low the lower 64 bits
 */
public record MeshAddress(long high, long low) implements Comparable<MeshAddress> {

  /** Length of an address in bytes. */
  public static final int BYTES = 16;

  private static final long PREFIX = 0x2001_0020_0000_0000L;
  private static final long PREFIX_MASK = 0xFFFF_FFF0_0000_0000L;

  /** Refuses an address outside {@code 2001:20::/28}. */
  public MeshAddress {
    if ((high & PREFIX_MASK) != PREFIX) {
      throw new IllegalArgumentException("not a mesh address: outside 2001:20::/28");
    }
  }

  /**
   * Reads 16 bytes at the buffer's position; the caller has checked {@link #isMesh(ByteBuffer)}.
   */
  public static MeshAddress read(ByteBuffer in) {
    return new MeshAddress(in.getLong(), in.getLong());
  }

  /** Says whether the next 16 bytes are a mesh address, without moving the position. */
  public static boolean isMesh(ByteBuffer in) {
    return in.remaining() >= BYTES && (in.getLong(in.position()) & PREFIX_MASK) == PREFIX;
  }

  /** Returns the mesh address that an Internet address stands for, or throws if it is not one. */
  public static MeshAddress of(InetAddress address) {
    byte[] bytes = address.getAddress();
    if (bytes.length != BYTES) {
      throw new IllegalArgumentException("not a mesh address: " + address.getHostAddress());
    }
    return read(ByteBuffer.wrap(bytes));
  }

  /** Says whether an Internet address lies in {@code 2001:20::/28}. */
  public static boolean isMesh(InetAddress address) {
    return isMesh(ByteBuffer.wrap(address.getAddress()));
  }

  /** Writes the 16 bytes of this address. */
  public void write(ByteBuffer out) {
    out.putLong(high).putLong(low);
  }

  /** Returns this address as the JDK's own type. */
  public Inet6Address toInet6Address() {
    ByteBuffer bytes = ByteBuffer.allocate(BYTES);
    write(bytes);
    try {
      return Inet6Address.getByAddress(null, bytes.array(), -1);
    } catch (UnknownHostException e) {
      throw new AssertionError("sixteen bytes are always an IPv6 address", e);
    }
  }

  /** Returns the endpoint at this address with a port (0..65535). */
  public InetSocketAddress at(int port) {
    return new InetSocketAddress(toInet6Address(), port);
  }

  /** Returns the last eight hexadecimal digits: enough to tell two people of one name apart. */
  public String shortForm() {
    return String.format("%08x", low & 0xFFFF_FFFFL);
  }

  @Override
  public int compareTo(MeshAddress other) {
    int byHigh = Long.compareUnsigned(high, other.high);
    return byHigh != 0 ? byHigh : Long.compareUnsigned(low, other.low);
  }

  @Override
  public String toString() {
    return toInet6Address().getHostAddress();
  }
}
