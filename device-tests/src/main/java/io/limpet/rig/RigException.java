package io.limpet.rig;

/** The rig could not be built or could not do what it was asked; the message says what and why. */
public final class RigException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Says what went wrong. */
  public RigException(String message) {
    super(message);
  }

  /** Says what went wrong, and because of what. */
  public RigException(String message, Throwable cause) {
    super(message, cause);
  }
}
