package io.limpet.tcp.internal.netty;

import io.limpet.link.MeshAddress;
import io.limpet.tcp.CloseReason;
import io.limpet.tcp.TcpConfig;
import io.limpet.tcp.TcpState;
import io.limpet.tcp.internal.engine.TcpConnection;
import io.limpet.tcp.internal.engine.TcpEvent;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The end of a queued conduit where the connection is: moves bytes between it and the queues as far
 * as there is room, and passes on what happens. Confined to the link's event loop.
 */
final class LinkEnd implements ConnectionOwner {

  private final TcpDriver driver;
  private final MeshSocketChannel channel;
  private final Handover shared;
  private final Wakeup toChannel;
  private @Nullable TcpConnection connection;
  private long moved;
  private long movedIn;
  private long urgentMarked;
  private boolean discarding;
  private boolean finished;

  LinkEnd(TcpDriver driver, MeshSocketChannel channel, Handover shared, Wakeup toChannel) {
    this.driver = driver;
    this.channel = channel;
    this.shared = shared;
    this.toChannel = toChannel;
  }

  @Nullable TcpConnection connection() {
    return connection;
  }

  // ---------------------------------------------------------------- what the channel asks

  void open(MeshAddress peer, int remotePort, int localPort, TcpConfig options) {
    try {
      TcpConnection created = driver.commands().open(this, peer, remotePort, localPort, options);
      driver.commands().apply(created, channel.config().tcp());
      connection = created;
      shared.localPort = created.localPort();
    } catch (IOException | RuntimeException e) {
      shared.openFailure = e;
    }
    signal();
    run();
  }

  void accept(TcpConnection requested) {
    connection = requested;
    driver.commands().own(requested, this);
    driver.commands().apply(requested, channel.config().tcp());
    driver.commands().accept(requested);
    run();
  }

  /** Takes over a connection from a direct conduit. */
  void adopt(TcpConnection existing) {
    connection = existing;
    driver.commands().own(existing, this);
    run();
  }

  /** The channel has written, or waits for room, or wants to read, or has made room. */
  void run() {
    TcpConnection current = connection;
    if (current == null || finished) {
      return;
    }
    moveOut(current);
    letWriterOn(current);
    moveIn(current);
    driver.requestTurn();
  }

  void discardInput() {
    discarding = true;
    run();
  }

  void shutdownOutput() {
    TcpConnection current = connection;
    if (current != null && !finished) {
      moveLastOut(current);
      driver.commands().shutdownOutput(current);
    }
  }

  void close(boolean abort) {
    TcpConnection current = finish();
    if (current == null) {
      return;
    }
    if (abort) {
      driver.commands().abort(current);
    } else {
      driver.commands().close(current);
    }
  }

  void closeLingering(int seconds, Consumer<CloseReason> onDone) {
    TcpConnection current = finish();
    if (current == null) {
      onDone.accept(new CloseReason.Graceful());
      return;
    }
    driver.commands().close(current);
    driver.lingering().add(current, seconds, onDone);
  }

  /** Lets go of the channel; what it has written is with the connection then. */
  private @Nullable TcpConnection finish() {
    TcpConnection current = connection;
    if (current != null && !finished) {
      moveLastOut(current);
    }
    finished = true;
    shared.inbound.clear();
    shared.outbound.clear();
    return current;
  }

  void applyOptions() {
    TcpConnection current = connection;
    if (current != null && !finished) {
      driver.commands().apply(current, channel.config().tcp());
    }
  }

  // ---------------------------------------------------------------- what the driver tells

  @Override
  public void onEvent(TcpEvent event) {
    TcpConnection current = connection;
    if (current == null || finished) {
      return;
    }
    if (event instanceof TcpEvent.Connected) {
      shared.connected = true;
      signal();
    } else if (event instanceof TcpEvent.Readable) {
      moveIn(current);
    } else if (event instanceof TcpEvent.Urgent) {
      shared.urgentInEnd = movedIn + current.urgentBytes();
      shared.urgent = true;
      signal();
    } else if (event instanceof TcpEvent.Writable) {
      moveOut(current);
      letWriterOn(current);
    } else if (event instanceof TcpEvent.PeerSuspect suspect) {
      shared.suspicion = suspect;
      signal();
    } else if (event instanceof TcpEvent.PeerResumed) {
      shared.suspicion = null;
      signal();
    } else if (event instanceof TcpEvent.Closed closed) {
      onClosed(current, closed.reason());
    }
  }

  private void onClosed(TcpConnection current, CloseReason reason) {
    moveIn(current);
    shared.outbound.clear();
    shared.closed = reason;
    signal();
  }

  @Override
  public void onUnknownPeer() {
    TcpConnection current = connection;
    if (current != null && ConnectionCommands.isBeforeHandshake(current)) {
      driver.commands().drop(current);
      onClosed(current, new CloseReason.UnknownPeer());
    }
  }

  @Override
  public void onFault(RuntimeException cause) {
    TcpConnection current = connection;
    if (current != null) {
      driver.commands().drop(current);
      onClosed(current, new CloseReason.LocalAbort());
    }
  }

  // ---------------------------------------------------------------- bytes

  /** The channel has not written more than fits when nothing is held back. */
  private void moveLastOut(TcpConnection current) {
    current.expectLastWords();
    moveOut(current);
  }

  private void moveOut(TcpConnection current) {
    for (ByteBuf chunk = shared.outbound.peek(); chunk != null; chunk = shared.outbound.peek()) {
      if (current.state() == TcpState.CLOSED) {
        shared.outbound.clear();
        return;
      }
      int wanted = upToMark(chunk.readableBytes());
      int taken =
          current.write(driver.nowNs(), chunk.internalNioBuffer(chunk.readerIndex(), wanted));
      chunk.skipBytes(taken);
      shared.outbound.taken(chunk, taken);
      moved += taken;
      markUrgent(current);
      if (taken < wanted) {
        return;
      }
    }
    markUrgent(current);
  }

  /** A mark stands where the channel has set it, and takes in nothing that was written later. */
  private int upToMark(int bytes) {
    long left = shared.urgentOutEnd - moved;
    return left > 0 ? (int) Math.min(left, bytes) : bytes;
  }

  private void markUrgent(TcpConnection current) {
    long end = shared.urgentOutEnd;
    if (end != urgentMarked && moved >= end) {
      urgentMarked = end;
      driver.commands().markUrgent(current);
    }
  }

  /** A quarter of the buffer is worth waking somebody, and far from letting it run dry. */
  private void letWriterOn(TcpConnection current) {
    int pending = current.unacknowledgedBytes();
    int capacity = pending + current.writableBytes();
    shared.acknowledged = moved - pending;
    shared.outboundCapacity = capacity;
    if (!shared.writerWaiting) {
      return;
    }
    if (capacity - pending - shared.outbound.bytes() >= capacity / 4) {
      shared.writerWaiting = false;
      shared.writable = true;
      signal();
    } else {
      current.wantWritable();
    }
  }

  private void moveIn(TcpConnection current) {
    boolean any = false;
    do {
      shared.heldBack = false;
      if (discarding) {
        driver.commands().discardInput(current);
      } else {
        any |= moveWanted(current);
      }
      if (current.readableBytes() == 0) {
        any |= noteEnd(current);
        break;
      }
      shared.heldBack = true;
      // The channel may have read meanwhile, and not yet seen that something is left.
    } while (shared.reading && shared.hasInboundRoom());
    if (any) {
      signal();
    }
  }

  private boolean moveWanted(TcpConnection current) {
    boolean any = false;
    while (shared.reading) {
      int room = shared.inboundCapacity - shared.inbound.bytes();
      int count = Math.min(room, current.readableBytes());
      if (count <= 0) {
        break;
      }
      ByteBuf chunk = ByteQueue.newChunk(channel.config().getAllocator(), count);
      int read = current.read(driver.nowNs(), chunk.internalNioBuffer(0, chunk.writableBytes()));
      chunk.writerIndex(read);
      movedIn += read;
      shared.inbound.add(chunk);
      any = true;
    }
    return any;
  }

  private boolean noteEnd(TcpConnection current) {
    boolean atEnd = current.isInputAtEnd();
    if (shared.inputDone || !(atEnd || current.state() == TcpState.CLOSED)) {
      return false;
    }
    shared.inputAtEnd = atEnd;
    shared.inputDone = true;
    return true;
  }

  private void signal() {
    if (!toChannel.signal() && !finished) {
      // The channel's event loop has ended, and the channel with it.
      close(false);
    }
  }
}
