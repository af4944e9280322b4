package io.limpet.invitation.internal.wire;

/** Bytes from the network that are no message of ours. Carries no stack trace: it is routine. */
public final class MalformedMessageException extends Exception {
  private static final long serialVersionUID = 1L;

  /** Makes an exception that says what is wrong with the bytes. */
  public MalformedMessageException(String message) {
    super(message, null, false, false);
  }
}
