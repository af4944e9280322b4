package io.limpet.rig.internal.laptop;

import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/** Where a laptop's node runs. Safe for any thread. */
interface NodeHost {
  /**
   * Starts the node and returns at once.
   *
   * @param options as the command line's {@code node} has them
   * @param onLine who gets each line of the journal, on the thread that reads it
   */
  void start(List<String> options, Consumer<String> onLine);

  /** Says whether the node has been started and has not ended. */
  boolean isAlive();

  /** Returns one line that says why it ended, empty when it did not say. */
  String lastError();

  /** Returns the process id of the node. */
  long pid();

  /** Asks the node to stop, with a goodbye; returns at once. */
  void stop();

  /** Ends the node at once, without a goodbye, as a laptop that loses power. */
  void kill();

  /** Waits for the node to end. */
  void awaitEnd(Duration atMost);
}
