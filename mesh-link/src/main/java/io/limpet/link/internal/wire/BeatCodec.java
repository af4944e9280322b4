package io.limpet.link.internal.wire;

import io.limpet.link.Bytes;
import io.limpet.link.internal.identity.NodeIdentity;
import io.limpet.link.internal.identity.Signatures;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Short hellos to bytes and back. As with {@link HelloCodec}, structure comes before cryptography.
 *
 * <p>Layout: {@code docs/wire-format.md}. Safe for any thread.
 */
public final class BeatCodec {
  private static final String LABEL = "limpet beat v1";
  private static final int FIXED_BYTES = 14;
  private static final int MIN_BYTES =
      FIXED_BYTES + TidingsCodec.MIN_BYTES + Signatures.SIGNATURE_BYTES;
  private static final int MAX_BYTES = 400;

  private BeatCodec() {}

  /**
   * Well-formed, and proven only by its signature.
   *
   * @param beat what it claims
   * @param signed the bytes under the signature
   * @param signature as received
   */
  public record Candidate(Beat beat, Bytes signed, Bytes signature) {
    /** Checks the signature with the key of the long hello that the profile names. */
    public boolean isSignedBy(Bytes signingKey, SignatureCheck check) {
      return check.verify(signingKey.toArray(), LABEL, signed.toArray(), signature.toArray());
    }
  }

  /** Encodes and signs a short hello into a buffer that the caller owns. */
  public static ByteBuf encode(Beat beat, NodeIdentity identity, ByteBufAllocator allocator) {
    HelloCodec.require(
        beat.sequence() >= 0 && beat.sequence() <= Beat.MAX_SEQUENCE, "sequence out of range");
    ByteBuf out = Unpooled.buffer(MAX_BYTES);
    out.writeByte(DatagramType.firstByte(DatagramType.BEAT));
    out.writeByte(beat.kind() == Hello.Kind.GOODBYE ? 1 : 0);
    out.writeLong(beat.profile()).writeInt((int) beat.sequence());
    TidingsCodec.write(beat.tidings(), out);
    byte[] body = new byte[out.readableBytes()];
    out.readBytes(body);
    byte[] signature = identity.sign(LABEL, body);
    return allocator.buffer(body.length + signature.length).writeBytes(body).writeBytes(signature);
  }

  /**
   * Parses without checking the signature; null when it is malformed. Reads all readable bytes and
   * moves no index; keeps no reference to the buffer.
   */
  public static @Nullable Candidate peek(ByteBuf datagram) {
    int length = datagram.readableBytes();
    if (length < MIN_BYTES
        || length > MAX_BYTES
        || DatagramType.of(datagram.getByte(datagram.readerIndex())) != DatagramType.BEAT) {
      return null;
    }
    byte[] bytes = new byte[length];
    datagram.getBytes(datagram.readerIndex(), bytes);
    int bodyLength = length - Signatures.SIGNATURE_BYTES;
    ByteBuffer in = ByteBuffer.wrap(bytes, 0, bodyLength);
    in.get();
    int kind = in.get();
    long profile = in.getLong();
    long sequence = Integer.toUnsignedLong(in.getInt());
    Tidings tidings = TidingsCodec.read(in, sequence);
    if (tidings == null || (kind & ~1) != 0) {
      return null;
    }
    Beat beat =
        new Beat(profile, sequence, kind == 1 ? Hello.Kind.GOODBYE : Hello.Kind.HELLO, tidings);
    ByteBuffer whole = ByteBuffer.wrap(bytes);
    return new Candidate(
        beat,
        HelloCodec.take(whole, bodyLength),
        HelloCodec.take(whole, Signatures.SIGNATURE_BYTES));
  }
}
