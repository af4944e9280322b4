package io.limpet.node.internal.cli;

import io.limpet.node.internal.control.ControlException;
import java.io.PrintWriter;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Draws something anew each second, on a terminal, until it is interrupted. */
final class Watch {
  private static final long REDRAW_MS = 1_000;

  /**
   * What is drawn.
   *
   * @param <E> how it can fail
   */
  interface Picture<E extends Exception> {
    /** Returns how it looks now. */
    String now() throws E;
  }

  private Watch() {}

  /** Draws it; blocks until the thread is interrupted. */
  static <E extends Exception> void draw(PrintWriter out, boolean json, Picture<E> picture)
      throws ControlException, E {
    if (json) {
      throw new ControlException("--watch and --json do not go together", Limpet.WRONG_USAGE);
    }
    if (!Terminal.isOnStandardOutput()) {
      throw new ControlException(
          "--watch draws on a terminal, and standard output is none: leave it out",
          Limpet.WRONG_USAGE);
    }
    try {
      CountDownLatch never = new CountDownLatch(1);
      do {
        out.println(Terminal.redraw(picture.now()));
      } while (!never.await(REDRAW_MS, TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
