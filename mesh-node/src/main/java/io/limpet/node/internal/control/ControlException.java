package io.limpet.node.internal.control;

/** A command failed; the message is one line fit for a person. */
public final class ControlException extends Exception {
  private static final long serialVersionUID = 1L;

  private final int exitCode;

  /**
   * Makes an exception.
   *
   * @param exitCode 1 when it could not be done, 2 when it was asked wrongly
   */
  public ControlException(String message, int exitCode) {
    super(message);
    this.exitCode = exitCode;
  }

  /** Returns the exit code for the command line. */
  public int exitCode() {
    return exitCode;
  }

  static ControlException failed(String message) {
    return new ControlException(message, 1);
  }

  /** The cause is for whoever wants to tell what failed from what else failed. */
  static ControlException failed(String message, Throwable cause) {
    ControlException exception = failed(message);
    exception.initCause(cause);
    return exception;
  }

  static ControlException wrongUsage(String message) {
    return new ControlException(message, 2);
  }
}
