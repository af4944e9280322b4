package io.limpet.link.internal.wire;

/**
 * The first byte of every datagram: the wire version in its upper four bits, the type in its lower
 * four.
 */
public final class DatagramType {
  /** The wire version that this code speaks, 0..15. */
  public static final int VERSION = 0;

  /** A signed hello. */
  public static final int HELLO = 1;

  /** The first message of a handshake. */
  public static final int HANDSHAKE_INIT = 2;

  /** The second message of a handshake. */
  public static final int HANDSHAKE_RESPONSE = 3;

  /** Sealed frames. */
  public static final int DATA = 4;

  /** The answer of a responder under load: it demands a proof of address. */
  public static final int COOKIE = 5;

  /** A signed short hello. */
  public static final int BEAT = 6;

  /** What is said to a group, sealed with its key. */
  public static final int GROUP = 7;

  /** What {@link #of} returns for a first byte of another version. */
  public static final int UNKNOWN = -1;

  private static final int TYPE_MASK = 0x0F;
  private static final int VERSION_SHIFT = 4;

  private DatagramType() {}

  /** Returns the type that a first byte names, or {@link #UNKNOWN} when its version is not ours. */
  public static int of(byte firstByte) {
    return (firstByte & 0xFF) >>> VERSION_SHIFT == VERSION ? firstByte & TYPE_MASK : UNKNOWN;
  }

  /** Returns the first byte of a datagram of a type. */
  public static byte firstByte(int type) {
    return (byte) (VERSION << VERSION_SHIFT | type);
  }
}
