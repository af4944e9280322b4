package io.limpet.link;

/** The link cannot do what was asked; the message says what, and what to do about it. */
public final class LinkException extends Exception {
  private static final long serialVersionUID = 1L;

  /** Makes an exception whose message is one line fit for a person. */
  public LinkException(String message) {
    super(message);
  }

  /** Makes an exception whose message is one line fit for a person. */
  public LinkException(String message, Throwable cause) {
    super(message, cause);
  }
}
