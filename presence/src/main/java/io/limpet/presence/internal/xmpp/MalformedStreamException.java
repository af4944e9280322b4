package io.limpet.presence.internal.xmpp;

/** A stream that is not what it should be, or more than is taken. */
final class MalformedStreamException extends Exception {
  private static final long serialVersionUID = 1L;

  MalformedStreamException(String message) {
    super(message);
  }
}
