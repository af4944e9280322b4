package io.limpet.rig.internal.os;

import com.sun.jna.LastErrorException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets a thread that sleeps most of the time run at once when it wakes, on a machine that is busy.
 */
public final class ThreadPriority {
  private static final Logger LOG = LoggerFactory.getLogger(ThreadPriority.class);
  private static final int LOWEST_REAL_TIME = 1;
  private static final int NICENESS = -15;

  private ThreadPriority() {}

  /** Raises the calling thread as far as this process may; that it may not is no error. */
  public static void raise() {
    byte[] parameters =
        ByteBuffer.allocate(4).order(ByteOrder.nativeOrder()).putInt(LOWEST_REAL_TIME).array();
    try {
      LibC.sched_setscheduler(0, LibC.SCHED_RR | LibC.SCHED_RESET_ON_FORK, parameters);
      return;
    } catch (LastErrorException e) {
      LOG.debug("no real-time scheduling: {}", e.getMessage());
    }
    try {
      LibC.setpriority(LibC.PRIO_PROCESS, 0, NICENESS);
    } catch (LastErrorException e) {
      LOG.debug("no higher priority either: {}", e.getMessage());
    }
  }
}
