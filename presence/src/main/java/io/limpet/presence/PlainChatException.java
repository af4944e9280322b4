package io.limpet.presence;

/** Chat with people without Limpet failed; the message says how, in one line. */
public final class PlainChatException extends Exception {
  private static final long serialVersionUID = 1L;

  /** Makes an exception whose message is one line fit for a person. */
  public PlainChatException(String message) {
    super(message);
  }

  /** Makes the same with a cause. */
  public PlainChatException(String message, Throwable cause) {
    super(message, cause);
  }
}
