package io.limpet.node.internal.streams;

/** What a person wrote is no address and port that may be used; the message is one line. */
public final class BadEndpointException extends Exception {
  private static final long serialVersionUID = 1L;

  BadEndpointException(String message) {
    super(message);
  }
}
