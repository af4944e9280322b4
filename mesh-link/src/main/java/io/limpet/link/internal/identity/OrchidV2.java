package io.limpet.link.internal.identity;

import io.limpet.link.Bytes;
import io.limpet.link.MeshAddress;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.HexFormat;

/**
 * Mesh addresses from public keys, as RFC 7343 section 2 makes ORCHIDv2 identifiers.
 *
 * <pre>
 *   Hash   = SHA-256( Context ID | Ed25519 public key )
 *   ORCHID = 2001:20::/28 | OGA ID | Encode_96( Hash )
 * </pre>
 *
 * <p>Encode_96 takes the middle 96 bits of the hash, which for 256 bits are its bytes 10 to 21. The
 * OGA ID is 1, which stands for SHA-256 in this context as it does in that of RFC 7401. The Context
 * ID is a random 128-bit value drawn once for Limpet, as RFC 7343 asks of a usage context.
 *
 * <p>Safe for any thread.
 */
public final class OrchidV2 {
  /** The usage context of Limpet's addresses, 128 bits. */
  public static final Bytes CONTEXT_ID =
      Bytes.of(HexFormat.of().parseHex("ddd2fdb191613952d0d4b72ae8dbbba4"));

  /** The ORCHID generation algorithm: SHA-256. */
  public static final int OGA_ID = 1;

  private static final long PREFIX = 0x2001_0020_0000_0000L;
  private static final int ENCODE_96_OFFSET = (256 - 96) / 2 / Byte.SIZE;

  private OrchidV2() {}

  /** Returns the mesh address of an Ed25519 public key (32 bytes). */
  public static MeshAddress addressOf(Bytes signingKey) {
    MessageDigest sha256 = Digests.sha256();
    sha256.update(CONTEXT_ID.toArray());
    sha256.update(signingKey.toArray());
    ByteBuffer middle = ByteBuffer.wrap(sha256.digest(), ENCODE_96_OFFSET, 96 / Byte.SIZE);
    long top = Integer.toUnsignedLong(middle.getInt());
    return new MeshAddress(PREFIX | (long) OGA_ID << 32 | top, middle.getLong());
  }
}
