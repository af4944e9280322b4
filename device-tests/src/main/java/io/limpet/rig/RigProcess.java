package io.limpet.rig;

import java.io.OutputStream;
import java.time.Duration;
import java.util.OptionalInt;

/** A process running inside a device; it is killed when the rig closes or dies. */
public interface RigProcess extends AutoCloseable {
  /** The process id as the rig's own process sees it. */
  long pid();

  /** Whether it still runs. */
  boolean isAlive();

  /** Its exit code once it has ended; 128 + signal if a signal ended it. */
  OptionalInt exitCode();

  /** What it has written to standard output so far, the newest 4 MB of it; empty if inherited. */
  String stdout();

  /** What it has written to standard error so far, the newest 4 MB of it; empty if inherited. */
  String stderr();

  /**
   * Its standard input, which stays open as long as the rig lives: end of file there means that the
   * rig is gone.
   */
  OutputStream stdin();

  /**
   * Waits for its end, and for its output to be complete.
   *
   * @return the exit code
   * @throws RigException if it has not ended by then, or the thread was interrupted; it is not
   *     killed
   */
  int waitFor(Duration timeout);

  /** Asks it to end (SIGTERM). */
  void terminate();

  /** Ends it and its descendants at once (SIGKILL), as a laptop that loses power. */
  void kill();

  /** The same as {@link #kill()}. */
  @Override
  default void close() {
    kill();
  }
}
