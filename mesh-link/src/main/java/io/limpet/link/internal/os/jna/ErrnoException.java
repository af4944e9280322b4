package io.limpet.link.internal.os.jna;

import java.io.IOException;

/** A system call failed; the message names the call and the system's reason. */
public final class ErrnoException extends IOException {
  private static final long serialVersionUID = 1L;

  /** Operation not permitted. */
  public static final int EPERM = 1;

  /** No such entry. */
  public static final int ENOENT = 2;

  /** Try again. */
  public static final int EAGAIN = 11;

  /** Permission denied. */
  public static final int EACCES = 13;

  /** Invalid argument. */
  public static final int EINVAL = 22;

  /** Messages were lost for want of buffer space. */
  public static final int ENOBUFS = 105;

  /** Timed out. */
  public static final int ETIMEDOUT = 110;

  private final int errno;

  /** Makes an exception for a call that failed. */
  public ErrnoException(String call, int errno) {
    super(call + ": " + text(errno));
    this.errno = errno;
  }

  /** Returns the error number. */
  public int errno() {
    return errno;
  }

  /** Says whether a privilege is missing. */
  public boolean isPermission() {
    return errno == EPERM || errno == EACCES;
  }

  /** Returns the system's words for an error number. */
  public static String text(int errno) {
    return LibC.strerror(errno);
  }
}
