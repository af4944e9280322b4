package io.limpet.rig.node;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** What one can send who knows the wire format and has none of the keys. */
final class Forgeries {
  private static final int FIRST_MESSAGE_BYTES = 274;
  private static final int KEY_BYTES = 32;
  private static final int POOL = 1_000;

  private final Random random;

  Forgeries(long seed) {
    random = new Random(seed);
  }

  private static List<byte[]> pool(Supplier<byte[]> one) {
    return Stream.generate(one).limit(POOL).toList();
  }

  /** First messages of handshakes with a node, right in all that shows before a key is used. */
  List<byte[]> firstMessages(String meshAddress) throws UnknownHostException {
    long recipient =
        ByteBuffer.wrap(InetAddress.getByName(meshAddress).getAddress()).getLong(Long.BYTES);
    return pool(
        () -> {
          byte[] message = rubbish(FIRST_MESSAGE_BYTES);
          ByteBuffer.wrap(message)
              .put((byte) 2)
              .put((byte) 0)
              .putInt(random.nextInt())
              .putLong(recipient)
              .putLong(random.nextLong())
              .putLong(9)
              .putLong(9);
          return message;
        });
  }

  /** Hellos of identities that nobody has heard of, each signed as it should be. */
  List<byte[]> signedHellos() {
    return pool(this::hello);
  }

  /** The same, each with a bit of the signature wrong. */
  List<byte[]> unsignedHellos(List<byte[]> signed) {
    return signed.stream()
        .map(
            hello -> {
              byte[] spoilt = hello.clone();
              spoilt[spoilt.length - 1 - random.nextInt(32)] ^= 1;
              return spoilt;
            })
        .toList();
  }

  /** Bytes that are nobody's protocol, as long as first messages. */
  List<byte[]> rubbish() {
    return pool(() -> rubbish(FIRST_MESSAGE_BYTES));
  }

  private byte[] rubbish(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  private byte[] hello() {
    try {
      KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
      byte[] spki = pair.getPublic().getEncoded();
      byte[] nickname = ("mallory" + random.nextInt(1000)).getBytes(StandardCharsets.US_ASCII);
      ByteBuffer body = ByteBuffer.allocate(400);
      body.put((byte) 1).put((byte) 0);
      body.put(spki, spki.length - KEY_BYTES, KEY_BYTES).put(rubbish(KEY_BYTES));
      body.putLong(1).putLong(random.nextInt(100)).putShort((short) 7464);
      body.put((byte) nickname.length).put(nickname);
      body.put((byte) 6).put(new byte[] {2, 0, 0, 0, 6, 6});
      body.put((byte) 1)
          .put((byte) 4)
          .put(new byte[] {10, 88, 0, (byte) (10 + random.nextInt(200))});
      body.putShort((short) 0); // no announcement
      // Tidings of nothing: when the next comes, of how many nodes, nobody missed, asked or heard.
      body.putShort((short) 200).putShort((short) 0).put((byte) 0).put((byte) 0).put((byte) 0);
      Signature signature = Signature.getInstance("Ed25519");
      signature.initSign(pair.getPrivate());
      signature.update("limpet hello v1\0".getBytes(StandardCharsets.US_ASCII));
      signature.update(body.array(), 0, body.position());
      body.put(signature.sign());
      return Arrays.copyOf(body.array(), body.position());
    } catch (GeneralSecurityException e) {
      throw new AssertionError("every Java platform has Ed25519", e);
    }
  }
}
