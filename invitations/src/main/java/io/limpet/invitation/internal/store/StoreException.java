package io.limpet.invitation.internal.store;

/** The store cannot be opened, read or written. The message is one line for people. */
public final class StoreException extends Exception {
  private static final long serialVersionUID = 1L;

  StoreException(String message, Throwable cause) {
    super(message, cause);
  }

  StoreException(String message) {
    super(message);
  }
}
