package io.limpet.link.internal.session;

import io.limpet.link.internal.identity.X25519KeyPair;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One side of a {@code Noise_IK_25519_AESGCM_SHA256} handshake (Noise specification, revision 34).
 *
 * <pre>
 *   IK:
 *     &lt;- s
 *     ...
 *     -&gt; e, es, s, ss
 *     &lt;- e, ee, se
 * </pre>
 *
 * <p>Reading fails without an exception and without effect: a forged message leaves the state as it
 * was, so that the true one can still be read. A shared secret of zeros fails the handshake. Not
 * thread-safe.
 */
final class NoiseIk {
  static final String PROTOCOL_NAME = "Noise_IK_25519_AESGCM_SHA256";

  static final int KEY_BYTES = X25519KeyPair.BYTES;
  static final int TAG_BYTES = SymmetricState.TAG_BYTES;

  /** What the first message adds to its payload: e, the sealed s, the payload's tag. */
  static final int FIRST_OVERHEAD_BYTES = KEY_BYTES + KEY_BYTES + TAG_BYTES + TAG_BYTES;

  /** What the second message adds to its payload: e, the payload's tag. */
  static final int SECOND_OVERHEAD_BYTES = KEY_BYTES + TAG_BYTES;

  private final X25519KeyPair s;
  private SymmetricState symmetric;
  private @Nullable X25519KeyPair e;
  private byte @Nullable [] rs;
  private byte @Nullable [] re;

  private NoiseIk(
      X25519KeyPair s,
      @Nullable X25519KeyPair e,
      byte @Nullable [] rs,
      byte[] responderKey,
      byte[] prologue) {
    this.s = s;
    this.e = e;
    this.rs = rs;
    this.symmetric = new SymmetricState(PROTOCOL_NAME);
    symmetric.mixHash(prologue);
    symmetric.mixHash(responderKey);
  }

  /** Starts a handshake with a responder whose static key is known. */
  static NoiseIk initiator(
      X25519KeyPair s, X25519KeyPair ephemeral, byte[] responderKey, byte[] prologue) {
    return new NoiseIk(s, ephemeral, responderKey.clone(), responderKey, prologue);
  }

  /** Starts to answer a handshake. */
  static NoiseIk responder(X25519KeyPair s, byte[] prologue) {
    return new NoiseIk(s, null, null, publicKey(s), prologue);
  }

  /** Writes {@code e, es, s, ss, payload}; null when the responder's key is of small order. */
  byte @Nullable [] writeFirst(byte[] payload) {
    X25519KeyPair own = ephemeral();
    byte[] ephemeral = publicKey(own);
    symmetric.mixHash(ephemeral);
    if (!mixAgreement(symmetric, own, rs)) {
      return null;
    }
    byte[] sealedStatic = symmetric.encryptAndHash(publicKey(s));
    if (!mixAgreement(symmetric, s, rs)) {
      return null;
    }
    return concatenate(ephemeral, sealedStatic, symmetric.encryptAndHash(payload));
  }

  /** Reads the first message; returns its payload, or null when it is not authentic. */
  byte @Nullable [] readFirst(byte[] message) {
    if (message.length < FIRST_OVERHEAD_BYTES) {
      return null;
    }
    SymmetricState next = symmetric.copy();
    byte[] remoteEphemeral = Arrays.copyOf(message, KEY_BYTES);
    next.mixHash(remoteEphemeral);
    if (!mixAgreement(next, s, remoteEphemeral)) {
      return null;
    }
    int staticEnd = KEY_BYTES + KEY_BYTES + TAG_BYTES;
    byte[] remoteStatic = next.decryptAndHash(Arrays.copyOfRange(message, KEY_BYTES, staticEnd));
    if (remoteStatic == null || !mixAgreement(next, s, remoteStatic)) {
      return null;
    }
    byte[] payload = next.decryptAndHash(Arrays.copyOfRange(message, staticEnd, message.length));
    if (payload != null) {
      symmetric = next;
      re = remoteEphemeral;
      rs = remoteStatic;
    }
    return payload;
  }

  /**
   * Writes {@code e, ee, se, payload}; null when a key of the initiator is of small order.
   *
   * @param ephemeral drawn only now, because a first message that is not authentic must cost as
   *     little as it can
   */
  byte @Nullable [] writeSecond(X25519KeyPair ephemeral, byte[] payload) {
    e = ephemeral;
    byte[] publicKey = publicKey(ephemeral);
    symmetric.mixHash(publicKey);
    if (!mixAgreement(symmetric, ephemeral, re) || !mixAgreement(symmetric, ephemeral, rs)) {
      return null;
    }
    return concatenate(publicKey, symmetric.encryptAndHash(payload));
  }

  /** Reads the second message; returns its payload, or null when it is not authentic. */
  byte @Nullable [] readSecond(byte[] message) {
    if (message.length < SECOND_OVERHEAD_BYTES) {
      return null;
    }
    SymmetricState next = symmetric.copy();
    byte[] remoteEphemeral = Arrays.copyOf(message, KEY_BYTES);
    next.mixHash(remoteEphemeral);
    if (!mixAgreement(next, ephemeral(), remoteEphemeral)
        || !mixAgreement(next, s, remoteEphemeral)) {
      return null;
    }
    byte[] payload = next.decryptAndHash(Arrays.copyOfRange(message, KEY_BYTES, message.length));
    if (payload != null) {
      symmetric = next;
      re = remoteEphemeral;
    }
    return payload;
  }

  /** Returns the other side's static key; known to a responder once the first message is read. */
  byte[] remoteStatic() {
    byte[] known = rs;
    if (known == null) {
      throw new IllegalStateException("the first message has not been read");
    }
    return known.clone();
  }

  /** Returns the transport keys: the initiator's sending key, then the responder's. */
  byte[][] split() {
    return symmetric.split();
  }

  /** Returns the handshake hash, which is the same on both sides and unique to the session. */
  byte[] handshakeHash() {
    return symmetric.handshakeHash();
  }

  /** Overwrites the secrets of the handshake. */
  void destroy() {
    if (e != null) {
      e.destroy();
    }
    symmetric.destroy();
  }

  private X25519KeyPair ephemeral() {
    X25519KeyPair own = e;
    if (own == null) {
      throw new IllegalStateException("a responder draws its ephemeral key to write");
    }
    return own;
  }

  private static boolean mixAgreement(
      SymmetricState into, X25519KeyPair own, byte @Nullable [] remote) {
    if (remote == null) {
      throw new IllegalStateException("the pattern says otherwise: no remote key yet");
    }
    byte[] secret = new byte[KEY_BYTES];
    boolean contributes = own.agree(remote, 0, secret);
    if (contributes) {
      into.mixKey(secret);
    }
    Arrays.fill(secret, (byte) 0);
    return contributes;
  }

  private static byte[] publicKey(X25519KeyPair pair) {
    byte[] key = new byte[KEY_BYTES];
    pair.writePublicKey(key, 0);
    return key;
  }

  private static byte[] concatenate(byte[]... parts) {
    int length = 0;
    for (byte[] part : parts) {
      length += part.length;
    }
    byte[] whole = new byte[length];
    int offset = 0;
    for (byte[] part : parts) {
      System.arraycopy(part, 0, whole, offset, part.length);
      offset += part.length;
    }
    return whole;
  }
}
