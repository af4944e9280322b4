package io.limpet.link.internal.wire;

/**
 * How signatures of hellos are checked: by {@code Signatures::verify}, or in a simulation of many
 * nodes by something that remembers what another node has checked already.
 */
@FunctionalInterface
public interface SignatureCheck {
  /** Verifies a signature over a label and a message; false for anything malformed. */
  boolean verify(byte[] publicKey, String label, byte[] message, byte[] signature);
}
