package io.limpet.rig.internal.laptop;

/** A laptop did not do what was asked of it; the message is one line that says what. */
public final class LaptopException extends Exception {
  private static final long serialVersionUID = 1L;

  /** Makes an exception whose message is one line fit for a person. */
  public LaptopException(String message) {
    super(message);
  }

  /** Makes an exception whose message is one line fit for a person. */
  public LaptopException(String message, Throwable cause) {
    super(message, cause);
  }
}
