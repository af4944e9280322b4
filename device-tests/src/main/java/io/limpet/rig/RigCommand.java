package io.limpet.rig;

import java.nio.file.Path;
import java.util.function.Consumer;

/** A process to be started inside a device. */
public interface RigCommand {
  /** Sets an environment variable; the others are inherited. */
  RigCommand environment(String name, String value);

  /**
   * Runs it as a user who owns nothing (nobody), without any capability; what it needs must be
   * readable for everybody.
   */
  RigCommand asOrdinaryUser();

  /** Sets the working directory. */
  RigCommand directory(Path directory);

  /** Lets standard output and error go where the rig's own go, instead of keeping them. */
  RigCommand inheritOutput();

  /**
   * Has each line of standard output, as it comes, given to a listener, on a thread of the
   * process's own.
   */
  RigCommand onLine(Consumer<String> listener);

  /**
   * Starts it.
   *
   * @throws RigException if it cannot be started
   */
  RigProcess start();
}
