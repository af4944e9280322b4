package io.limpet.link.internal.identity;

import io.limpet.link.Bytes;
import io.limpet.link.LinkException;
import io.limpet.link.MeshAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.random.RandomGenerator;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.generators.HKDFBytesGenerator;
import org.bouncycastle.crypto.params.HKDFParameters;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/**
 * A node's identity: one Ed25519 key pair, and all that is derived from it, so that there is one
 * secret to keep. Immutable; safe for any thread.
 *
 * <p>The X25519 key of the Noise handshake comes from the Ed25519 seed by HKDF-SHA-256 (RFC 5869)
 * under a label of its own; a self-certificate, made once, ties it to the identity.
 */
public final class NodeIdentity {
  /** The file in the home folder that holds the private key. */
  public static final String FILE_NAME = "identity.pem";

  static final int SEED_BYTES = 32;

  private static final byte[] NOISE_KEY_INFO =
      "limpet x25519 static key v1".getBytes(StandardCharsets.US_ASCII);
  private static final String CERTIFICATE_LABEL = "limpet noise key certificate v1";

  private final byte[] seed;
  private final byte[] signingKeyBytes = new byte[Signatures.KEY_BYTES];
  private final Bytes signingKey;
  private final MeshAddress address;
  private final X25519KeyPair noiseKeyPair;
  private final Bytes noiseKeyCertificate;

  private NodeIdentity(byte[] seed) {
    this.seed = seed;
    Ed25519.generatePublicKey(seed, 0, signingKeyBytes, 0);
    this.signingKey = Bytes.of(signingKeyBytes);
    this.address = OrchidV2.addressOf(signingKey);
    this.noiseKeyPair = deriveNoiseKeyPair(seed);
    this.noiseKeyCertificate =
        Bytes.of(sign(CERTIFICATE_LABEL, noiseKeyPair.publicKey().toArray()));
  }

  /**
   * Loads the identity kept in a home folder, or makes and keeps one when there is none. Blocks on
   * the disk. An existing file is never overwritten.
   *
   * @param random a cryptographic generator
   * @throws LinkException when the folder or the file cannot be used; the message is one line
   */
  public static NodeIdentity loadOrCreate(Path home, RandomGenerator random) throws LinkException {
    return new NodeIdentity(new IdentityFile(home).loadOrCreate(random));
  }

  /** Draws an identity that is kept nowhere, for simulations and tests. */
  public static NodeIdentity generate(RandomGenerator random) {
    byte[] seed = new byte[SEED_BYTES];
    random.nextBytes(seed);
    return new NodeIdentity(seed);
  }

  /** Says whether a certificate proves that a Noise key belongs to a signing key. */
  public static boolean certifies(Bytes certificate, Bytes signingKey, Bytes noiseKey) {
    return Signatures.verify(
        signingKey.toArray(), CERTIFICATE_LABEL, noiseKey.toArray(), certificate.toArray());
  }

  /** Returns the mesh address. */
  public MeshAddress address() {
    return address;
  }

  /** Returns the Ed25519 public key, 32 bytes. */
  public Bytes signingKey() {
    return signingKey;
  }

  /** Returns the X25519 static key pair of the handshake. */
  public X25519KeyPair noiseKeyPair() {
    return noiseKeyPair;
  }

  /** Returns the X25519 static public key, 32 bytes. */
  public Bytes noiseKey() {
    return noiseKeyPair.publicKey();
  }

  /** Returns the Ed25519 signature over the Noise key, 64 bytes. */
  public Bytes noiseKeyCertificate() {
    return noiseKeyCertificate;
  }

  /** Signs a message for the purpose that the label names (US-ASCII); 64 bytes. */
  public byte[] sign(String label, byte[] message) {
    return Signatures.sign(seed, signingKeyBytes, label, message);
  }

  @Override
  public String toString() {
    return "NodeIdentity[" + address + "]";
  }

  private static X25519KeyPair deriveNoiseKeyPair(byte[] seed) {
    HKDFBytesGenerator hkdf = new HKDFBytesGenerator(new SHA256Digest());
    hkdf.init(new HKDFParameters(seed, null, NOISE_KEY_INFO));
    byte[] privateKey = new byte[X25519KeyPair.BYTES];
    hkdf.generateBytes(privateKey, 0, privateKey.length);
    return X25519KeyPair.of(privateKey);
  }
}
