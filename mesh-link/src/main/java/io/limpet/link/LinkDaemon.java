package io.limpet.link;

import io.limpet.link.internal.os.linkd.daemon.RunningDaemon;
import java.util.function.Consumer;

/**
 * The helper daemon: carries out, for nodes without privileges, the few operations that repair
 * neighbour entries, on named interfaces only, and nothing else. It needs CAP_NET_ADMIN and
 * CAP_NET_RAW; whoever may ask is told apart by the kernel, not by a secret. Linux only. Safe for
 * any thread.
 */
public final class LinkDaemon implements AutoCloseable {
  private final RunningDaemon running;

  private LinkDaemon(RunningDaemon running) {
    this.running = running;
  }

  /**
   * Starts the daemon; blocks until it listens. It runs until it is closed.
   *
   * @param log takes one line for each operation, and for whom is turned away at a bounded rate;
   *     called on the daemon's thread, must not block
   * @throws LinkException when the privileges are missing, or the socket cannot be made; the
   *     message is one line that says what to do
   * @throws IllegalArgumentException when the configuration names users or groups that do not exist
   */
  public static LinkDaemon start(LinkDaemonConfig config, Consumer<String> log)
      throws LinkException {
    return new LinkDaemon(RunningDaemon.start(config, log));
  }

  /** Returns how many clients were not let in since the start. */
  public long refusedClients() {
    return running.refusedClients();
  }

  /** Returns how many clients did not speak the protocol, and were disconnected for it. */
  public long malformedClients() {
    return running.malformed();
  }

  /** Returns how many operations were carried out. */
  public long operationsDone() {
    return running.done();
  }

  /** Returns how many operations were refused, or failed. */
  public long operationsDenied() {
    return running.denied();
  }

  /** Ends the daemon and removes its socket; waits some seconds at most. */
  @Override
  public void close() {
    running.close();
  }
}
