package io.limpet.node;

/** A node cannot do what was asked; the message is one line that says why, and what to do. */
public final class NodeException extends Exception {
  private static final long serialVersionUID = 1L;

  /** Makes an exception whose message is one line fit for a person. */
  public NodeException(String message) {
    super(message);
  }

  /** Makes an exception whose message is one line fit for a person. */
  public NodeException(String message, Throwable cause) {
    super(message, cause);
  }
}
