package io.limpet.rig.internal.bench.stand;

/** A measurement could not be made; the message is one line that says why. */
public final class BenchException extends Exception {
  private static final long serialVersionUID = 1L;

  /** Makes an exception whose message is one line fit for a person. */
  public BenchException(String message) {
    super(message);
  }

  /** Makes an exception whose message is one line fit for a person. */
  public BenchException(String message, Throwable cause) {
    super(message, cause);
  }
}
