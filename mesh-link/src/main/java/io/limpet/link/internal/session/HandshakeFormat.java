package io.limpet.link.internal.session;

import io.limpet.link.Bytes;
import io.limpet.link.internal.identity.Digests;
import io.limpet.link.internal.identity.NodeIdentity;
import io.limpet.link.internal.identity.Signatures;
import io.limpet.link.internal.wire.DatagramType;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The bytes of handshake datagrams around the Noise messages; {@code docs/wire-format.md}. */
final class HandshakeFormat {
  /** Type, flags, sender index, recipient hint, sender hint, epoch, sequence. */
  static final int INIT_HEADER_BYTES = 1 + 1 + 4 + 8 + 8 + 8 + 8;

  static final int RECIPIENT_OFFSET = 6;

  /** What follows the Noise message: the pair's proof, the cookie's proof. */
  static final int INIT_TAIL_BYTES = 2 * HandshakeMacs.BYTES;

  /** Type, flags, receiver index. */
  static final int RESPONSE_HEADER_BYTES = 1 + 1 + 4;

  private static final int IDENTITY_BYTES = Signatures.KEY_BYTES + Signatures.SIGNATURE_BYTES;
  private static final int FIRST_FIXED_BYTES = 8 + 4 + IDENTITY_BYTES;
  private static final int SECOND_BYTES = 8 + 4 + 4 + IDENTITY_BYTES;

  /** The smallest first datagram: one without early frames. */
  static final int MIN_INIT_BYTES =
      INIT_HEADER_BYTES + NoiseIk.FIRST_OVERHEAD_BYTES + FIRST_FIXED_BYTES + INIT_TAIL_BYTES;

  /** Every second datagram. Smaller than any first: a forged sender gains no amplification. */
  static final int RESPONSE_BYTES =
      RESPONSE_HEADER_BYTES + NoiseIk.SECOND_OVERHEAD_BYTES + SECOND_BYTES + HandshakeMacs.BYTES;

  private static final byte[] PROLOGUE_LABEL =
      "limpet handshake v1".getBytes(StandardCharsets.US_ASCII);
  private static final int MAX_GENERATION = Integer.MAX_VALUE / 2;

  private HandshakeFormat() {}

  /**
   * What stands in clear before a first Noise message, which authenticates it: enough to drop what
   * is old, or not from the one it names, before any Diffie-Hellman.
   *
   * @param senderIndex the initiator's index for the association
   * @param recipient the lower half of the responder's address
   * @param sender the lower half of the initiator's address
   * @param epoch the initiator's epoch
   * @param sequence with the epoch, a timestamp: higher in each first message it makes
   */
  record Header(int senderIndex, long recipient, long sender, long epoch, long sequence) {
    byte[] encode() {
      return ByteBuffer.allocate(INIT_HEADER_BYTES)
          .put(DatagramType.firstByte(DatagramType.HANDSHAKE_INIT))
          .put((byte) 0)
          .putInt(senderIndex)
          .putLong(recipient)
          .putLong(sender)
          .putLong(epoch)
          .putLong(sequence)
          .array();
    }

    /** Reads the header of a datagram that is long enough; null for fields out of range. */
    static @Nullable Header decode(byte[] datagram) {
      ByteBuffer in = ByteBuffer.wrap(datagram, 1, INIT_HEADER_BYTES - 1);
      boolean clean = in.get() == 0;
      Header header =
          new Header(in.getInt(), in.getLong(), in.getLong(), in.getLong(), in.getLong());
      return clean && header.epoch > 0 && header.sequence >= 0 ? header : null;
    }
  }

  /**
   * What an initiator says under encryption.
   *
   * @param recipientEpoch the epoch of the recipient as it knows it, or 0
   * @param generation one more than the highest it shares with the recipient
   * @param identity its keys
   * @param earlyFrames frames that ride along
   */
  record First(long recipientEpoch, int generation, Identity identity, Bytes earlyFrames) {}

  /**
   * What a responder says under encryption.
   *
   * @param epoch its epoch
   * @param senderIndex its index for the association
   * @param generation the generation of the association
   * @param identity its keys
   */
  record Second(long epoch, int senderIndex, int generation, Identity identity) {}

  /**
   * An identity and its proof.
   *
   * @param signingKey the Ed25519 public key
   * @param certificate its signature over the X25519 static key of the handshake
   */
  record Identity(Bytes signingKey, Bytes certificate) {
    static Identity of(NodeIdentity identity) {
      return new Identity(identity.signingKey(), identity.noiseKeyCertificate());
    }
  }

  static byte[] responseHeader(int receiverIndex) {
    return ByteBuffer.allocate(RESPONSE_HEADER_BYTES)
        .put(DatagramType.firstByte(DatagramType.HANDSHAKE_RESPONSE))
        .put((byte) 0)
        .putInt(receiverIndex)
        .array();
  }

  /** The header of the first datagram is part of the prologue, so nobody can change it. */
  static byte[] prologue(byte[] initHeader) {
    return join(PROLOGUE_LABEL, initHeader, 0);
  }

  static byte[] encode(First first) {
    ByteBuffer out = ByteBuffer.allocate(FIRST_FIXED_BYTES + first.earlyFrames().length());
    out.putLong(first.recipientEpoch()).putInt(first.generation());
    put(out, first.identity());
    return out.put(first.earlyFrames().toArray()).array();
  }

  static @Nullable First decodeFirst(byte[] payload) {
    if (payload.length < FIRST_FIXED_BYTES) {
      return null;
    }
    ByteBuffer in = ByteBuffer.wrap(payload);
    long recipientEpoch = in.getLong();
    int generation = in.getInt();
    if (!isGeneration(generation)) {
      return null;
    }
    Identity identity = takeIdentity(in);
    return new First(recipientEpoch, generation, identity, take(in, in.remaining()));
  }

  static byte[] encode(Second second) {
    ByteBuffer out = ByteBuffer.allocate(SECOND_BYTES);
    out.putLong(second.epoch()).putInt(second.senderIndex()).putInt(second.generation());
    put(out, second.identity());
    return out.array();
  }

  static @Nullable Second decodeSecond(byte[] payload) {
    if (payload.length != SECOND_BYTES) {
      return null;
    }
    ByteBuffer in = ByteBuffer.wrap(payload);
    long epoch = in.getLong();
    int senderIndex = in.getInt();
    int generation = in.getInt();
    if (epoch <= 0 || !isGeneration(generation)) {
      return null;
    }
    return new Second(epoch, senderIndex, generation, takeIdentity(in));
  }

  /** Bytes by which a datagram is found again: part of its ephemeral key. */
  static long ephemeralPrefix(byte[] datagram, int headerBytes) {
    return ByteBuffer.wrap(datagram).getLong(headerBytes);
  }

  /** Returns the digest of a datagram but for so many bytes at its end. */
  static Bytes digest(byte[] datagram, int without) {
    MessageDigest sha256 = Digests.sha256();
    sha256.update(datagram, 0, datagram.length - without);
    return Bytes.of(sha256.digest());
  }

  /** Lays two parts one behind the other, and zeros behind both. */
  static byte[] join(byte[] first, byte[] second, int zeros) {
    byte[] joined = Arrays.copyOf(first, first.length + second.length + zeros);
    System.arraycopy(second, 0, joined, first.length, second.length);
    return joined;
  }

  // The upper half of the range is left so that a peer cannot push a generation into overflow.
  private static boolean isGeneration(int generation) {
    return generation > 0 && generation <= MAX_GENERATION;
  }

  private static void put(ByteBuffer out, Identity identity) {
    out.put(identity.signingKey().toArray()).put(identity.certificate().toArray());
  }

  private static Identity takeIdentity(ByteBuffer in) {
    return new Identity(take(in, Signatures.KEY_BYTES), take(in, Signatures.SIGNATURE_BYTES));
  }

  private static Bytes take(ByteBuffer in, int length) {
    byte[] bytes = new byte[length];
    in.get(bytes);
    return Bytes.of(bytes);
  }
}
