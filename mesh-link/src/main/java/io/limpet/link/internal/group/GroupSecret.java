package io.limpet.link.internal.group;

import io.limpet.link.Bytes;
import io.limpet.link.MeshAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.generators.HKDFBytesGenerator;
import org.bouncycastle.crypto.params.HKDFParameters;

/**
 * What follows from a group's identifier and one secret, by HKDF-SHA-256 (RFC 5869): the tag by
 * which holders find the key, and a key for each sender in each of its lives. Not thread-safe.
 */
final class GroupSecret {
  private static final byte[] TAG_INFO = ascii("limpet group tag v1");
  private static final byte[] SENDER_INFO = ascii("limpet group sender v1");
  private static final int KEY_BYTES = 32;

  private final byte[] secret;
  private final long tag;

  GroupSecret(Bytes groupId, Bytes shared) {
    byte[] input = shared.toArray();
    secret = new HKDFBytesGenerator(new SHA256Digest()).extractPRK(groupId.toArray(), input);
    Arrays.fill(input, (byte) 0);
    tag = ByteBuffer.wrap(expand(TAG_INFO, Long.BYTES)).getLong();
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private byte[] expand(byte[] info, int bytes) {
    HKDFBytesGenerator hkdf = new HKDFBytesGenerator(new SHA256Digest());
    hkdf.init(HKDFParameters.skipExtractParameters(secret, info));
    byte[] out = new byte[bytes];
    hkdf.generateBytes(out, 0, bytes);
    return out;
  }

  /** Returns what the datagrams of this key carry in clear: it says nothing of the group. */
  long tag() {
    return tag;
  }

  /** Returns the key of one sender: no two senders, and no two lives of one, share one. */
  byte[] senderKey(MeshAddress sender, long epoch) {
    ByteBuffer info = ByteBuffer.allocate(SENDER_INFO.length + MeshAddress.BYTES + Long.BYTES);
    info.put(SENDER_INFO);
    sender.write(info);
    return expand(info.putLong(epoch).array(), KEY_BYTES);
  }

  boolean isSame(GroupSecret other) {
    return tag == other.tag && MessageDigest.isEqual(secret, other.secret);
  }

  void wipe() {
    Arrays.fill(secret, (byte) 0);
  }
}
