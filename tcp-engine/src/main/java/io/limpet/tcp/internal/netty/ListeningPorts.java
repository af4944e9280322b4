package io.limpet.tcp.internal.netty;

import java.net.BindException;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The ports that are listened at. A channel on any event loop takes one and gives it back without
 * waiting for the link's; what this means to the engine is done there, in order, and before it sees
 * another datagram: who has bound a port listens at it.
 */
final class ListeningPorts {

  private static final int FIRST_EPHEMERAL = 49_152;
  private static final int EPHEMERAL_PORTS = 65_536 - FIRST_EPHEMERAL;

  private final TcpDriver driver;
  private final Map<Integer, MeshServerSocketChannel> taken = new ConcurrentHashMap<>();
  private final Queue<Runnable> changes = new ConcurrentLinkedQueue<>();

  ListeningPorts(TcpDriver driver) {
    this.driver = driver;
  }

  /**
   * Takes a port. Any thread.
   *
   * @param wanted the port, or 0 for any free one
   * @throws BindException if it is taken
   */
  int take(int wanted, MeshServerSocketChannel server) throws BindException {
    if (wanted != 0) {
      if (taken.putIfAbsent(wanted, server) != null) {
        throw new BindException("port " + wanted + " is listened at already");
      }
      return wanted;
    }
    // RFC 6056 section 3.3.1: a random port, and from there on the next free one.
    int start = ThreadLocalRandom.current().nextInt(EPHEMERAL_PORTS);
    for (int i = 0; i < EPHEMERAL_PORTS; i++) {
      int port = FIRST_EPHEMERAL + (start + i) % EPHEMERAL_PORTS;
      if (taken.putIfAbsent(port, server) == null) {
        return port;
      }
    }
    throw new BindException("no free port left");
  }

  /** Gives a port back. Any thread. */
  void release(int port, MeshServerSocketChannel server) {
    taken.remove(port, server);
  }

  /** Does something to the engine's listeners, on the link's event loop. Any thread. */
  void change(Runnable change) {
    changes.add(change);
    driver.execute(this::beforeInput);
  }

  /** What was changed up to now takes effect. On the link's event loop. */
  void beforeInput() {
    for (Runnable change = changes.poll(); change != null; change = changes.poll()) {
      change.run();
    }
  }

  void closeAll() {
    for (MeshServerSocketChannel server : List.copyOf(taken.values())) {
      server.closeLater();
    }
  }
}
