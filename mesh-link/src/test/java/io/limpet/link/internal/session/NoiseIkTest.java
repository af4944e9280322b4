package io.limpet.link.internal.session;

import static org.assertj.core.api.Assertions.assertThat;

import com.southernstorm.noise.protocol.CipherState;
import com.southernstorm.noise.protocol.CipherStatePair;
import com.southernstorm.noise.protocol.HandshakeState;
import io.limpet.link.internal.identity.X25519KeyPair;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against another implementation as oracle, in both roles, and against published vectors. */
class NoiseIkTest {
  private static final byte[] PROLOGUE = bytes("limpet test prologue");
  private static final byte[] FIRST_PAYLOAD = bytes("early frames");
  private static final byte[] SECOND_PAYLOAD = bytes("an answer of another length");
  private static final int BUFFER_BYTES = 4096;

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
  void asInitiatorItUnderstandsAndIsUnderstoodByTheOracle(int seed) throws Exception {
    Keys keys = Keys.draw(seed);
    NoiseIk own =
        NoiseIk.initiator(
            X25519KeyPair.of(keys.initiator),
            X25519KeyPair.of(keys.initiatorEphemeral),
            publicKey(keys.responder),
            PROLOGUE);
    HandshakeState oracle = oracle(HandshakeState.RESPONDER, keys);

    byte[] first = present(own.writeFirst(FIRST_PAYLOAD));
    byte[] out = new byte[BUFFER_BYTES];
    int read = oracle.readMessage(first, 0, first.length, out, 0);
    assertThat(Arrays.copyOf(out, read)).isEqualTo(FIRST_PAYLOAD);
    int written = oracle.writeMessage(out, 0, SECOND_PAYLOAD, 0, SECOND_PAYLOAD.length);
    assertThat(own.readSecond(Arrays.copyOf(out, written))).isEqualTo(SECOND_PAYLOAD);

    assertThat(own.handshakeHash()).isEqualTo(oracle.getHandshakeHash());
    CipherStatePair pair = oracle.split();
    byte[][] split = own.split();
    assertSameKey(split[0], pair.getReceiver());
    assertSameKey(split[1], pair.getSender());
  }

  @ParameterizedTest
  @ValueSource(ints = {11, 12, 13, 14, 15, 16, 17, 18})
  void asResponderItUnderstandsAndIsUnderstoodByTheOracle(int seed) throws Exception {
    Keys keys = Keys.draw(seed);
    HandshakeState oracle = oracle(HandshakeState.INITIATOR, keys);
    NoiseIk own = NoiseIk.responder(X25519KeyPair.of(keys.responder), PROLOGUE);

    byte[] out = new byte[BUFFER_BYTES];
    int written = oracle.writeMessage(out, 0, FIRST_PAYLOAD, 0, FIRST_PAYLOAD.length);
    assertThat(own.readFirst(Arrays.copyOf(out, written))).isEqualTo(FIRST_PAYLOAD);
    assertThat(own.remoteStatic()).isEqualTo(publicKey(keys.initiator));
    byte[] second =
        present(own.writeSecond(X25519KeyPair.of(keys.responderEphemeral), SECOND_PAYLOAD));
    int read = oracle.readMessage(second, 0, second.length, out, 0);
    assertThat(Arrays.copyOf(out, read)).isEqualTo(SECOND_PAYLOAD);

    assertThat(own.handshakeHash()).isEqualTo(oracle.getHandshakeHash());
    CipherStatePair pair = oracle.split();
    byte[][] split = own.split();
    assertSameKey(split[0], pair.getSender());
    assertSameKey(split[1], pair.getReceiver());
  }

  @Test
  void itMatchesThePublishedVectorWithPayloads() {
    Vector vector = new Vector("");
    assertThat(vector.initiator.writeFirst(hex("746573745f6d73675f30")))
        .isEqualTo(
            hex(
                "358072d6365880d1aeea329adf9121383851ed21a28e3b75e965d0d2cd16625419d6fab175300a57"
                    + "7115c701c41ed681373f0432f81d3bf8676bd05216cd1919ba2eaa418fdd8e09ae59d7cf"
                    + "57869de4e6d8177aa9777fe9b843100e255aee76034f61b96b52af38660c"));
    vector.responder.readFirst(firstOf(new Vector(""), hex("746573745f6d73675f30")));
    assertThat(vector.responder.writeSecond(vector.responderEphemeral, hex("746573745f6d73675f31")))
        .isEqualTo(
            hex(
                "64b101b1d0be5a8704bd078f9895001fc03e8e9f9522f188dd128d9846d4846658a7bb8caac50978"
                    + "3390e5a04df4a3ca570b2bcdf65f8c1c40cd"));
    assertThat(seal(vector.responder.split()[0], hex("79656c6c6f777375626d6172696e65")))
        .isEqualTo(hex("80a75e75c8e8d2e9c2a6c7bc6e550c4997d6d2b45429a530821c4aa5d36f27"));
    assertThat(seal(vector.responder.split()[1], hex("7375626d6172696e6579656c6c6f77")))
        .isEqualTo(hex("b8475410da62a98493d33a1e669f8f56dd8f61d449b53bd375299c3435424a"));
  }

  @Test
  void itMatchesThePublishedVectorWithAPrologue() {
    Vector vector = new Vector("6e6f74736563726574");
    byte[] first = present(vector.initiator.writeFirst(new byte[0]));
    assertThat(first)
        .isEqualTo(
            hex(
                "358072d6365880d1aeea329adf9121383851ed21a28e3b75e965d0d2cd16625419d6fab175300a57"
                    + "7115c701c41ed681373f0432f81d3bf8676bd05216cd1919e61b75ccef0c0cf0b216fcdf"
                    + "371d0859ab50373f8c7b70a239f8cc8318e6075b"));
    assertThat(vector.responder.readFirst(first)).isEmpty();
    assertThat(vector.responder.writeSecond(vector.responderEphemeral, new byte[0]))
        .isEqualTo(
            hex(
                "64b101b1d0be5a8704bd078f9895001fc03e8e9f9522f188dd128d9846d48466bb50a12b50b0b1b4"
                    + "3fc6725181315302"));
  }

  @Test
  void aForgedAnswerChangesNothingAndTheTrueOneIsStillUnderstood() {
    Keys keys = Keys.draw(21);
    NoiseIk initiator = initiator(keys);
    NoiseIk responder = NoiseIk.responder(X25519KeyPair.of(keys.responder), PROLOGUE);
    responder.readFirst(present(initiator.writeFirst(FIRST_PAYLOAD)));
    byte[] second =
        present(responder.writeSecond(X25519KeyPair.of(keys.responderEphemeral), SECOND_PAYLOAD));
    for (int i = 0; i < second.length; i++) {
      byte[] forged = second.clone();
      forged[i] ^= 1;
      assertThat(initiator.readSecond(forged)).as("bit of byte %d", i).isNull();
    }
    assertThat(initiator.readSecond(Arrays.copyOf(second, second.length - 1))).isNull();
    assertThat(initiator.readSecond(new byte[0])).isNull();
    assertThat(initiator.readSecond(second)).isEqualTo(SECOND_PAYLOAD);
  }

  @Test
  void aForgedFirstMessageChangesNothingAndTheTrueOneIsStillUnderstood() {
    Keys keys = Keys.draw(22);
    byte[] first = present(initiator(keys).writeFirst(FIRST_PAYLOAD));
    NoiseIk responder = NoiseIk.responder(X25519KeyPair.of(keys.responder), PROLOGUE);
    for (int i = 0; i < first.length; i++) {
      byte[] forged = first.clone();
      forged[i] ^= 1;
      assertThat(responder.readFirst(forged)).as("bit of byte %d", i).isNull();
    }
    assertThat(responder.readFirst(new byte[95])).isNull();
    assertThat(responder.readFirst(first)).isEqualTo(FIRST_PAYLOAD);
  }

  @Test
  void keysOfSmallOrderAreRefused() {
    Keys keys = Keys.draw(23);
    byte[] zero = new byte[32];
    byte[] one = new byte[32];
    one[0] = 1;
    for (byte[] smallOrder : new byte[][] {zero, one}) {
      NoiseIk toSmallOrder =
          NoiseIk.initiator(
              X25519KeyPair.of(keys.initiator),
              X25519KeyPair.of(keys.initiatorEphemeral),
              smallOrder,
              PROLOGUE);
      assertThat(toSmallOrder.writeFirst(FIRST_PAYLOAD)).isNull();
      byte[] first = present(initiator(keys).writeFirst(FIRST_PAYLOAD));
      System.arraycopy(smallOrder, 0, first, 0, 32);
      assertThat(NoiseIk.responder(X25519KeyPair.of(keys.responder), PROLOGUE).readFirst(first))
          .isNull();
    }
  }

  @Test
  void anotherPrologueIsAnotherHandshake() {
    Keys keys = Keys.draw(24);
    byte[] first = present(initiator(keys).writeFirst(FIRST_PAYLOAD));
    NoiseIk responder = NoiseIk.responder(X25519KeyPair.of(keys.responder), bytes("another"));
    assertThat(responder.readFirst(first)).isNull();
  }

  private static NoiseIk initiator(Keys keys) {
    return NoiseIk.initiator(
        X25519KeyPair.of(keys.initiator),
        X25519KeyPair.of(keys.initiatorEphemeral),
        publicKey(keys.responder),
        PROLOGUE);
  }

  private static HandshakeState oracle(int role, Keys keys) throws Exception {
    boolean initiator = role == HandshakeState.INITIATOR;
    HandshakeState state = new HandshakeState(NoiseIk.PROTOCOL_NAME, role);
    state.setPrologue(PROLOGUE, 0, PROLOGUE.length);
    state.getLocalKeyPair().setPrivateKey(initiator ? keys.initiator : keys.responder, 0);
    state
        .getFixedEphemeralKey()
        .setPrivateKey(initiator ? keys.initiatorEphemeral : keys.responderEphemeral, 0);
    if (initiator) {
      state.getRemotePublicKey().setPublicKey(publicKey(keys.responder), 0);
    }
    state.start();
    return state;
  }

  // The oracle shows no key, so it seals and we compare.
  private static void assertSameKey(byte[] key, CipherState oracle) throws Exception {
    byte[] sealed = new byte[FIRST_PAYLOAD.length + 16];
    oracle.encryptWithAd(new byte[0], FIRST_PAYLOAD, 0, sealed, 0, FIRST_PAYLOAD.length);
    assertThat(seal(key, FIRST_PAYLOAD)).isEqualTo(sealed);
  }

  // The first datagram of path 0 has the nonce that Noise gives the first transport message.
  private static byte[] seal(byte[] key, byte[] plain) {
    byte[] out = new byte[plain.length + 16];
    TransportCipher.sealing(key).seal(0, 0, plain, 0, plain.length, out, 0, 0);
    return out;
  }

  private static byte[] firstOf(Vector vector, byte[] payload) {
    return present(vector.initiator.writeFirst(payload));
  }

  private static byte[] present(byte @Nullable [] message) {
    return Objects.requireNonNull(message, "a message");
  }

  private static byte[] publicKey(byte[] privateKey) {
    return X25519KeyPair.of(privateKey).publicKey().toArray();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[] hex(String digits) {
    return HexFormat.of().parseHex(digits);
  }

  /** The keys of the vectors that several implementations publish. */
  private static final class Vector {
    final X25519KeyPair responderEphemeral =
        X25519KeyPair.of(hex("4142434445464748494a4b4c4d4e4f505152535455565758595a5b5c5d5e5f60"));
    final NoiseIk initiator;
    final NoiseIk responder;

    Vector(String prologue) {
      byte[] responderKey = hex("0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20");
      initiator =
          NoiseIk.initiator(
              X25519KeyPair.of(
                  hex("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f")),
              X25519KeyPair.of(
                  hex("202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f")),
              publicKey(responderKey),
              hex(prologue));
      responder = NoiseIk.responder(X25519KeyPair.of(responderKey), hex(prologue));
    }
  }

  private static final class Keys {
    final byte[] initiator = new byte[32];
    final byte[] initiatorEphemeral = new byte[32];
    final byte[] responder = new byte[32];
    final byte[] responderEphemeral = new byte[32];

    static Keys draw(long seed) {
      Random random = new Random(seed);
      Keys keys = new Keys();
      random.nextBytes(keys.initiator);
      random.nextBytes(keys.initiatorEphemeral);
      random.nextBytes(keys.responder);
      random.nextBytes(keys.responderEphemeral);
      return keys;
    }
  }
}
