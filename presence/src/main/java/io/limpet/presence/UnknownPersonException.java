package io.limpet.presence;

/** No person, or more than one, goes by what was asked for; the message says what to do. */
public final class UnknownPersonException extends Exception {
  private static final long serialVersionUID = 1L;

  private final boolean several;

  /** Makes an exception whose message is one line fit for a person. */
  public UnknownPersonException(String message) {
    this(message, false);
  }

  /**
   * Makes an exception whose message is one line fit for a person.
   *
   * @param several whether more than one person goes by that
   */
  public UnknownPersonException(String message, boolean several) {
    super(message);
    this.several = several;
  }

  /** Says whether more than one person goes by that. */
  public boolean isSeveral() {
    return several;
  }
}
