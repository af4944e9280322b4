package io.limpet.presence;

/** No person, or more than one, goes by what was asked for; the message says what to do. */
public final class UnknownPersonException extends Exception {
  private static final long serialVersionUID = 1L;

  /** Makes an exception whose message is one line fit for a person. */
  public UnknownPersonException(String message) {
    super(message);
  }
}
