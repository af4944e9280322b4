package io.limpet.invitation;

/** What was asked for cannot be done; the message says why, and what to do. */
public final class InvitationException extends Exception {
  private static final long serialVersionUID = 1L;

  /** Makes an exception whose message is one line fit for a person. */
  public InvitationException(String message) {
    super(message);
  }

  /** Makes the same with a cause. */
  public InvitationException(String message, Throwable cause) {
    super(message, cause);
  }
}
