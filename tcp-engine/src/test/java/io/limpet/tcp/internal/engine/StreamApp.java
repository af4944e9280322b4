package io.limpet.tcp.internal.engine;

import io.limpet.tcp.CloseReason;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An application on one connection: writes bytes, shuts down, reads to the end. */
final class StreamApp {
  final TcpConnection connection;
  private final Pair pair;
  private final ByteBuffer outgoing;
  private final ByteBuffer chunk = ByteBuffer.allocate(64 << 10);
  private final boolean keep;
  final List<TcpEvent> events = new ArrayList<>();
  final java.io.ByteArrayOutputStream received = new java.io.ByteArrayOutputStream();
  long receivedBytes;
  long connectedNs = Long.MIN_VALUE;
  boolean shutdownAfterWrite = true;
  boolean ended;
  int readLimit = Integer.MAX_VALUE;
  @Nullable CloseReason closed;

  StreamApp(Pair pair, TcpConnection connection, byte[] toSend) {
    this(pair, connection, toSend, true);
  }

  StreamApp(Pair pair, TcpConnection connection, byte[] toSend, boolean keep) {
    this.pair = pair;
    this.connection = connection;
    this.outgoing = ByteBuffer.wrap(toSend);
    this.keep = keep;
  }

  void run() {
    for (TcpEvent e = connection.pollEvent(); e != null; e = connection.pollEvent()) {
      events.add(e);
      if (e instanceof TcpEvent.Connected) {
        connectedNs = pair.nowNs;
      } else if (e instanceof TcpEvent.Closed c) {
        closed = c.reason();
      }
    }
    if (closed == null) {
      write();
    }
    read();
  }

  private void write() {
    if (outgoing.hasRemaining() && connection.writableBytes() > 0) {
      connection.write(pair.nowNs, outgoing);
    }
    if (!outgoing.hasRemaining() && shutdownAfterWrite) {
      connection.shutdownOutput(pair.nowNs);
    }
  }

  private void read() {
    while (!ended) {
      chunk.clear().limit(Math.min(chunk.capacity(), readLimit));
      int count = connection.read(pair.nowNs, chunk);
      if (count < 0) {
        ended = connection.isInputAtEnd();
        return;
      }
      if (count == 0) {
        return;
      }
      receivedBytes += count;
      if (keep) {
        received.write(chunk.array(), 0, count);
      }
      if (readLimit != Integer.MAX_VALUE) {
        return;
      }
    }
  }

  boolean isDone() {
    return ended && closed != null;
  }
}
