package io.limpet.link.sim;

import io.limpet.link.Bytes;
import io.limpet.link.internal.identity.Signatures;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Remembers which signatures were checked, for simulated nodes that all hear the same hello: each
 * of them would otherwise check it again, and that would be most of a simulation's time. What is
 * remembered is the whole of key, message and signature. Not thread-safe.
 */
public final class SignatureMemory {
  private static final int MAX = 4096;

  private final Map<Checked, Boolean> checked =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Checked, Boolean> eldest) {
          return size() > MAX;
        }
      };

  private record Checked(Bytes publicKey, String label, Bytes message, Bytes signature) {}

  /** Remembers nothing yet. */
  public SignatureMemory() {
    // The map is all there is.
  }

  boolean verify(byte[] publicKey, String label, byte[] message, byte[] signature) {
    Checked what = new Checked(Bytes.of(publicKey), label, Bytes.of(message), Bytes.of(signature));
    return checked.computeIfAbsent(
        what, any -> Signatures.verify(publicKey, label, message, signature));
  }
}
