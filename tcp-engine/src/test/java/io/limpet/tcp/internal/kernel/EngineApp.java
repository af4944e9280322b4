package io.limpet.tcp.internal.kernel;

import io.limpet.tcp.CloseReason;
import io.limpet.tcp.TcpState;
import io.limpet.tcp.internal.engine.TcpConnection;
import io.limpet.tcp.internal.engine.TcpEvent;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * An application on the engine's side: sends bytes, reads to the end, closes as told. Its turns run
 * on the bridge's thread; the tests look at it from theirs.
 */
final class EngineApp {
  private final Bridge bridge;
  private final TcpConnection connection;
  private final ByteBuffer outgoing;
  private final ByteBuffer chunk = ByteBuffer.allocate(64 << 10);
  private final MessageDigest digest = Streams.digest();
  private final Set<TcpState> seen = Collections.synchronizedSet(EnumSet.noneOf(TcpState.class));
  private final CountDownLatch connected = new CountDownLatch(1);
  private final CountDownLatch ended = new CountDownLatch(1);
  private final CountDownLatch over = new CountDownLatch(1);
  private volatile @Nullable CloseReason closed;
  private final AtomicLong received = new AtomicLong();
  private final AtomicLong urgentEvents = new AtomicLong();
  private volatile boolean reading = true;
  private volatile Finish finish = Finish.AFTER_WRITE;

  /** When the output is shut down. */
  enum Finish {
    /** As soon as all is written. */
    AFTER_WRITE,
    /** After the peer's FIN: the other side goes first. */
    AFTER_PEER,
    /** Not before the test says so. */
    NEVER
  }

  EngineApp(Bridge bridge, TcpConnection connection, byte[] toSend) {
    this.bridge = bridge;
    this.connection = connection;
    outgoing = ByteBuffer.wrap(toSend);
  }

  EngineApp finishing(Finish newFinish) {
    finish = newFinish;
    return this;
  }

  EngineApp reading(boolean newReading) {
    reading = newReading;
    return this;
  }

  void run() {
    seen.add(connection.state());
    for (TcpEvent e = connection.pollEvent(); e != null; e = connection.pollEvent()) {
      if (e instanceof TcpEvent.Connected) {
        connected.countDown();
      } else if (e instanceof TcpEvent.Urgent) {
        urgentEvents.incrementAndGet();
      } else if (e instanceof TcpEvent.Closed c) {
        closed = c.reason();
      }
    }
    if (closed == null) {
      write();
    }
    if (reading) {
      read();
    }
    if (closed != null) {
      over.countDown();
    }
    seen.add(connection.state());
  }

  private void write() {
    if (outgoing.hasRemaining() && connection.writableBytes() > 0) {
      int unused = connection.write(bridge.nowNs(), outgoing);
    }
    boolean due = finish == Finish.AFTER_WRITE || (finish == Finish.AFTER_PEER && isEnded());
    boolean open = connection.state() != TcpState.CLOSED;
    if (!outgoing.hasRemaining() && due && open) {
      connection.shutdownOutput(bridge.nowNs());
    }
  }

  private void read() {
    while (!isEnded()) {
      int count = connection.read(bridge.nowNs(), chunk.clear());
      if (count < 0 && connection.isInputAtEnd()) {
        ended.countDown();
      }
      if (count <= 0) {
        return;
      }
      received.addAndGet(count);
      digest.update(chunk.array(), 0, count);
    }
  }

  TcpConnection connection() {
    return connection;
  }

  boolean isEnded() {
    return ended.getCount() == 0;
  }

  long received() {
    return received.get();
  }

  long urgentEvents() {
    return urgentEvents.get();
  }

  boolean passed(TcpState state) {
    return seen.contains(state);
  }

  void awaitConnected() throws InterruptedException {
    await(connected, "connected", 5);
  }

  /** Waits for the peer's FIN and returns the hash of all that came before it. */
  String awaitHash() throws InterruptedException {
    await(ended, "at the end of input", 30);
    return Streams.hex(digest);
  }

  CloseReason awaitClosed() throws InterruptedException {
    await(over, "closed", 10);
    CloseReason reason = closed;
    if (reason == null) {
      throw new AssertionError("closed without a reason");
    }
    return reason;
  }

  private void await(CountDownLatch latch, String what, int seconds) throws InterruptedException {
    if (!latch.await(seconds, TimeUnit.SECONDS)) {
      throw new AssertionError("the engine is not " + what + " after " + seconds + " s: " + this);
    }
  }

  @Override
  public String toString() {
    return connection.info(System.nanoTime())
        + ", received "
        + received
        + ", to write "
        + outgoing.remaining()
        + ", closed "
        + closed;
  }
}
