package io.limpet.rig.internal.kernel;

import io.limpet.rig.RigException;
import io.limpet.rig.TcpSink;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A listener that accepts and discards, on one thread of its own. */
final class DiscardServer implements TcpSink, Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(DiscardServer.class);
  private static final int BUFFER_BYTES = 64 * 1024;

  private final ServerSocketChannel server;
  private final Selector selector;
  private final int port;
  private final AtomicLong accepted = new AtomicLong();
  private final AtomicLong bytesReceived = new AtomicLong();
  private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
  private final Thread thread;
  private volatile boolean stopping;

  private DiscardServer(ServerSocketChannel server) throws IOException {
    this.server = server;
    selector = Selector.open();
    port = server.socket().getLocalPort();
    server.configureBlocking(false);
    server.register(selector, SelectionKey.OP_ACCEPT);
    thread = new Thread(this, "limpet-rig-sink-" + port);
    thread.setDaemon(true);
  }

  /** Takes over a bound channel. */
  static DiscardServer start(ServerSocketChannel server) {
    try {
      DiscardServer started = new DiscardServer(server);
      started.thread.start();
      return started;
    } catch (IOException e) {
      throw new RigException("no listener: " + e.getMessage(), e);
    }
  }

  @Override
  public int port() {
    return port;
  }

  @Override
  public long accepted() {
    return accepted.get();
  }

  @Override
  public long bytesReceived() {
    return bytesReceived.get();
  }

  @Override
  public void close() {
    stopping = true;
    selector.wakeup();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void run() {
    try {
      while (!stopping) {
        selector.select(this::serve);
      }
    } catch (IOException e) {
      LOG.warn("a listener fails", e);
    } finally {
      selector.keys().forEach(key -> closeQuietly(key.channel()));
      closeQuietly(selector);
    }
  }

  private void serve(SelectionKey key) {
    if (key.channel() instanceof SocketChannel connection) {
      discard(connection);
      return;
    }
    try {
      SocketChannel connection = server.accept();
      if (connection != null) {
        accepted.incrementAndGet();
        connection.configureBlocking(false);
        connection.register(selector, SelectionKey.OP_READ);
      }
    } catch (IOException e) {
      LOG.debug("a connection could not be accepted", e);
    }
  }

  private void discard(SocketChannel connection) {
    try {
      buffer.clear();
      int count = connection.read(buffer);
      if (count < 0) {
        connection.close();
      } else {
        bytesReceived.addAndGet(count);
      }
    } catch (IOException e) {
      closeQuietly(connection);
    }
  }

  private static void closeQuietly(Closeable thing) {
    try {
      thing.close();
    } catch (IOException e) {
      LOG.trace("closing", e);
    }
  }
}
