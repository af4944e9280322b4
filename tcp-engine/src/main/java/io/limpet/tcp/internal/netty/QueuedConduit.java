package io.limpet.tcp.internal.netty;

import io.limpet.link.MeshAddress;
import io.limpet.tcp.CloseReason;
import io.limpet.tcp.TcpConfig;
import io.limpet.tcp.internal.engine.TcpConnection;
import io.limpet.tcp.internal.engine.TcpEvent;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The conduit of a channel on another event loop than the link's: two bounded queues, and one task
 * per burst each way.
 *
 * <p>What is written is bounded by the send buffer as a whole: the channel counts what it has
 * written, the link's end what was acknowledged, so that whatever is taken fits the connection's
 * buffer. What arrives leaves the connection while it is wanted and the queue has room; the rest
 * stays there, and closes the window.
 */
final class QueuedConduit implements Conduit {

  private static final Logger log = LoggerFactory.getLogger(QueuedConduit.class);

  private static final int MIN_CHUNK_BYTES = 2048;

  /** What may be written before the connection has said how much it takes. */
  private static final int INITIAL_BYTES = 64 * 1024;

  private static final TcpEvent CONNECTED = new TcpEvent.Connected();
  private static final TcpEvent READABLE = new TcpEvent.Readable();
  private static final TcpEvent WRITABLE = new TcpEvent.Writable();
  private static final TcpEvent URGENT = new TcpEvent.Urgent();
  private static final TcpEvent RESUMED = new TcpEvent.PeerResumed();

  private final TcpDriver driver;
  private final MeshSocketChannel channel;
  private final Handover shared;
  private final LinkEnd linkEnd;
  private final Wakeup toLink;
  private final Wakeup toChannel;

  private @Nullable ByteBuf filling;
  private @Nullable Runnable opening;
  private int sendBufferBytes;
  private long written;
  private long taken;
  private boolean lastWords;
  private boolean unsignalled;
  private boolean discarding;
  private boolean closed;

  // What the channel has been told.
  private boolean openedTold;
  private boolean connectedTold;
  private boolean suspicionTold;
  private boolean closedTold;

  QueuedConduit(TcpDriver driver, MeshSocketChannel channel) {
    this.driver = driver;
    this.channel = channel;
    this.shared = new Handover(channel.config().getReceiveBufferSize());
    this.toChannel = new Wakeup(channel::eventLoop, this::deliver);
    this.linkEnd = new LinkEnd(driver, channel, shared, toChannel);
    this.toLink = new Wakeup(driver::eventLoop, linkEnd::run);
  }

  @Override
  public void open(MeshAddress peer, int remotePort, int localPort, TcpConfig options) {
    sendBufferBytes = options.sendBufferBytes();
    shared.outboundCapacity = Math.min(sendBufferBytes, INITIAL_BYTES);
    openedTold = false;
    // Not before flush(): what is written until then goes with it, and may ride with the SYN.
    opening = () -> linkEnd.open(peer, remotePort, localPort, options);
  }

  @Override
  public boolean accept(Request request) {
    openedTold = true;
    connectedTold = request.hasData();
    sendBufferBytes = request.sendBufferBytes();
    shared.outboundCapacity = Math.min(sendBufferBytes, INITIAL_BYTES);
    post(() -> linkEnd.accept(request.connection()));
    return request.hasData();
  }

  /** Takes over the connection of a channel that has left the link's event loop. */
  void adopt(TcpConnection connection, boolean connected) {
    sendBufferBytes = connection.sendBufferBytes();
    openedTold = true;
    connectedTold = connected;
    post(() -> linkEnd.adopt(connection));
  }

  @Override
  public @Nullable TcpConnection connection() {
    return linkEnd.connection();
  }

  // ---------------------------------------------------------------- what the link's end tells

  private void deliver() {
    if (!channel.eventLoop().inEventLoop()) {
      // The channel has moved since.
      toChannel.signal();
    } else if (channel.isRegistered()) {
      try {
        tellAll();
      } catch (RuntimeException e) {
        // One channel's fault must not stop the others'.
        log.error("{} failed", channel, e);
        close(true);
        channel.unsafe().close(channel.unsafe().voidPromise());
      }
    }
  }

  private void tellAll() {
    // Looked at first, so that what was received before is seen when it is told.
    CloseReason reason = shared.closed;
    tellOpened();
    if (shared.connected && !connectedTold) {
      connectedTold = true;
      tell(CONNECTED);
    }
    tellSuspicion();
    if (shared.urgent) {
      shared.urgent = false;
      tell(URGENT);
    }
    if (!shared.inbound.isEmpty() || shared.inputDone) {
      tell(READABLE);
    }
    if (shared.writable) {
      shared.writable = false;
      tell(WRITABLE);
    }
    if (reason != null && !closedTold) {
      closedTold = true;
      tell(new TcpEvent.Closed(reason));
    }
  }

  private void tell(TcpEvent event) {
    if (!closed) {
      channel.onEvent(event);
    }
  }

  private void tellOpened() {
    Throwable failure = shared.openFailure;
    if (failure != null) {
      shared.openFailure = null;
      if (!closed) {
        channel.onOpenFailed(failure);
      }
    } else if (shared.localPort != 0 && !openedTold) {
      openedTold = true;
      if (!closed) {
        channel.onOpened(shared.localPort);
      }
    }
  }

  /** A suspicion that has been dispelled before it could be told is none. */
  private void tellSuspicion() {
    TcpEvent.PeerSuspect suspicion = shared.suspicion;
    if (suspicion != null && !suspicionTold) {
      suspicionTold = true;
      tell(suspicion);
    } else if (suspicion == null && suspicionTold) {
      suspicionTold = false;
      tell(RESUMED);
    }
  }

  // ---------------------------------------------------------------- what the channel asks

  @Override
  public boolean hasInput() {
    return !shared.inbound.isEmpty();
  }

  @Override
  public boolean isInputDone() {
    return shared.inputDone && shared.inbound.isEmpty();
  }

  @Override
  public boolean isInputAtEnd() {
    return isInputDone() && shared.inputAtEnd;
  }

  @Override
  public int read(ByteBuffer target) {
    boolean done = shared.inputDone;
    int count = shared.inbound.take(target);
    taken += count;
    return count == 0 && done ? -1 : count;
  }

  @Override
  public void readComplete() {
    if (shared.heldBack && shared.reading && shared.hasInboundRoom()) {
      signalLink();
    }
  }

  @Override
  public void setReading(boolean wanted) {
    shared.reading = wanted;
    if (wanted) {
      readComplete();
    }
  }

  @Override
  public void discardInput() {
    shared.inbound.clear();
    if (!discarding) {
      discarding = true;
      post(linkEnd::discardInput);
    }
  }

  @Override
  public int write(ByteBuffer source) {
    int taken = 0;
    while (source.hasRemaining() && shared.closed == null && !closed) {
      int capacity = lastWords ? sendBufferBytes : shared.outboundCapacity;
      int room = (int) (capacity - (written - shared.acknowledged));
      if (room <= 0) {
        shared.writerWaiting = true;
        unsignalled = true;
        break;
      }
      int count = fill(source, room);
      taken += count;
      written += count;
    }
    return taken;
  }

  @Override
  public void expectLastWords() {
    lastWords = true;
  }

  @Override
  public void markUrgent() {
    putOut();
    shared.urgentOutEnd = written;
    unsignalled = true;
  }

  @Override
  public int urgentBytes() {
    return (int) Math.max(0, shared.urgentInEnd - taken);
  }

  private int fill(ByteBuffer source, int room) {
    ByteBuf chunk = filling;
    if (chunk == null) {
      int wanted = Math.max(source.remaining(), MIN_CHUNK_BYTES);
      chunk = ByteQueue.newChunk(channel.config().getAllocator(), wanted);
      filling = chunk;
    }
    int count = Math.min(source.remaining(), Math.min(room, chunk.writableBytes()));
    int limit = source.limit();
    source.limit(source.position() + count);
    chunk.writeBytes(source);
    source.limit(limit);
    if (!chunk.isWritable()) {
      putOut();
    }
    return count;
  }

  private void putOut() {
    ByteBuf chunk = filling;
    if (chunk != null) {
      filling = null;
      shared.outbound.add(chunk);
      unsignalled = true;
    }
  }

  @Override
  public void flush() {
    putOut();
    Runnable open = opening;
    if (open != null) {
      opening = null;
      unsignalled = false;
      post(open);
    } else if (unsignalled) {
      unsignalled = false;
      signalLink();
    }
  }

  @Override
  public void shutdownOutput() {
    flush();
    post(linkEnd::shutdownOutput);
  }

  @Override
  public void close(boolean abort) {
    if (!closed) {
      leave();
      post(() -> linkEnd.close(abort));
    }
  }

  @Override
  public void closeLingering(int lingerSeconds, Consumer<CloseReason> onDone) {
    if (closed) {
      onDone.accept(new CloseReason.Graceful());
      return;
    }
    leave();
    if (!post(() -> linkEnd.closeLingering(lingerSeconds, onDone))) {
      onDone.accept(new CloseReason.LocalAbort());
    }
  }

  private void leave() {
    flush();
    closed = true;
    shared.inbound.clear();
  }

  @Override
  public void applyOptions() {
    post(linkEnd::applyOptions);
  }

  @Override
  public void pause() {
    // What happens is kept by the link's end.
  }

  @Override
  public void resume() {
    toChannel.signal();
  }

  // ---------------------------------------------------------------- the way to the link

  private void signalLink() {
    if (!toLink.signal()) {
      onLinkEnded();
    }
  }

  private boolean post(Runnable command) {
    try {
      driver.eventLoop().execute(command);
      return true;
    } catch (RejectedExecutionException e) {
      onLinkEnded();
      return false;
    }
  }

  /** The link's event loop has ended, and with it every connection. */
  private void onLinkEnded() {
    shared.outbound.clear();
    if (openedTold) {
      shared.closed = new CloseReason.LocalAbort();
    } else {
      shared.openFailure = new ClosedChannelException();
    }
    toChannel.signal();
  }
}
