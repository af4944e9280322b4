package io.limpet.tcp.internal.netty;

import io.limpet.link.MeshAddress;
import io.limpet.tcp.CloseReason;
import io.limpet.tcp.ConnectionEvent;
import io.limpet.tcp.MeshConnectException;
import io.limpet.tcp.MeshConnectionException;
import io.limpet.tcp.TcpInfo;
import io.limpet.tcp.internal.engine.TcpConnection;
import io.limpet.tcp.internal.engine.TcpEvent;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelMetadata;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.channel.EventLoop;
import io.netty.channel.FileRegion;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.AlreadyConnectedException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ConnectionPendingException;
import java.nio.channels.NotYetConnectedException;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * A connection of the engine as a Netty channel, on any event loop.
 *
 * <p>It is active while the connection is established: an accepted channel becomes so when the
 * peer's answer to our SYN-ACK arrives, or at once if data came with the request. What is flushed
 * is copied into the connection's send buffer, and the promise of a write completes when its last
 * byte was taken; beyond that Netty's own outbound buffer fills, and with it comes unwritability.
 */
final class MeshSocketChannel extends DuplexStreamChannel implements Conduit.Listener {

  private static final ChannelMetadata METADATA = new ChannelMetadata(false, 16);

  private final TcpDriver driver;
  private final MeshSocketConfig config;
  private final ReadLoop readLoop = new ReadLoop(this);
  private final WriteLoop writeLoop = new WriteLoop(this);
  private final LoopShutdown loopShutdown = new LoopShutdown(this);

  /** What another side has asked for; its registration accepts it. */
  private final @Nullable Request request;

  /** Since the first registration: its kind depends on the event loop. */
  private volatile @Nullable Conduit conduit;

  private volatile boolean open = true;
  private volatile boolean active;
  private volatile @Nullable CloseReason closeReason;

  private @Nullable ConnectAttempt attempt;

  /** Makes a channel that will connect. */
  MeshSocketChannel(TcpDriver driver, TcpOptions options) {
    super(null);
    this.driver = driver;
    this.config = new MeshSocketConfig(this, options);
    this.request = null;
  }

  /** Makes the channel of a connection request: the registration of the channel accepts it. */
  MeshSocketChannel(MeshServerSocketChannel parent, TcpDriver driver, Request request) {
    super(parent);
    this.driver = driver;
    this.config = new MeshSocketConfig(this, parent.config().tcp().copy());
    this.request = request;
    TcpConnection connection = request.connection();
    this.local = driver.localAddress().at(connection.localPort());
    this.remote = connection.peer().at(connection.remotePort());
  }

  @Nullable Conduit conduit() {
    return conduit;
  }

  // ---------------------------------------------------------------- what the conduit tells

  @Override
  public void onOpened(int localPort) {
    local = driver.localAddress().at(localPort);
  }

  @Override
  public void onOpenFailed(Throwable cause) {
    InetSocketAddress wanted = remote;
    if (wanted != null) {
      remote = null;
      failAttempt(((MeshUnsafe) unsafe()).annotated(cause, wanted));
    }
  }

  @Override
  public void onEvent(TcpEvent event) {
    if (event instanceof TcpEvent.Connected) {
      onConnected();
    } else if (event instanceof TcpEvent.Readable) {
      readLoop.run();
    } else if (event instanceof TcpEvent.Writable) {
      writeLoop.onWritable();
    } else if (event instanceof TcpEvent.Closed closed) {
      onClosed(closed.reason());
    } else if (active) {
      // While connecting, silence is what the connect timeout is for.
      firePeerEvent(event);
    }
  }

  private void firePeerEvent(TcpEvent event) {
    MeshAddress peer = MeshAddress.of(remoteOrThrow().getAddress());
    Conduit current = conduit;
    if (event instanceof TcpEvent.PeerSuspect suspect) {
      Duration silentFor = Duration.ofNanos(suspect.silentForNs());
      pipeline().fireUserEventTriggered(new ConnectionEvent.PeerSuspect(peer, silentFor));
    } else if (event instanceof TcpEvent.PeerResumed) {
      pipeline().fireUserEventTriggered(new ConnectionEvent.PeerResumed(peer));
    } else if (event instanceof TcpEvent.Urgent && current != null) {
      pipeline().fireUserEventTriggered(new ConnectionEvent.Urgent(peer, current.urgentBytes()));
    }
  }

  private void onConnected() {
    if (active) {
      // Data came with the request: the channel has been in use since it was accepted.
      return;
    }
    ConnectAttempt current = attempt;
    attempt = null;
    active = true;
    // A listener of the promise may close the channel: it has been active nevertheless.
    boolean wanted = current == null || current.succeed();
    pipeline().fireChannelActive();
    if (!wanted) {
      unsafe().close(unsafe().voidPromise());
    } else {
      ((MeshUnsafe) unsafe()).flush0();
    }
  }

  /** Says whether a server has accepted this, and the peer's acknowledgement is still to come. */
  private boolean isAwaitingHandshake() {
    return parent() != null && !active && isOpen() && closeReason == null;
  }

  private void onClosed(CloseReason reason) {
    closeReason = reason;
    if (!active) {
      failAttempt(new MeshConnectException(reason, remoteOrThrow()));
      unsafe().close(unsafe().voidPromise());
    } else if (reason instanceof CloseReason.Graceful) {
      readLoop.run();
    } else if (reason instanceof CloseReason.LocalAbort) {
      // The whole transport was closed: that is this side's own doing and no error.
      unsafe().close(unsafe().voidPromise());
    } else {
      readLoop.fail(new MeshConnectionException(reason, remoteOrThrow()));
    }
  }

  private void failAttempt(Throwable cause) {
    ConnectAttempt current = attempt;
    attempt = null;
    if (current != null) {
      current.fail(cause);
    }
  }

  // ---------------------------------------------------------------- options

  void onOptionsChanged() {
    Conduit current = conduit;
    if (current != null) {
      current.applyOptions();
    }
  }

  void onAutoReadCleared() {
    if (!isRegistered()) {
      return;
    }
    EventLoop loop = eventLoop();
    if (loop.inEventLoop()) {
      readLoop.stopReading();
      return;
    }
    loop.execute(
        () -> {
          if (!config.isAutoRead()) {
            readLoop.stopReading();
          }
        });
  }

  // ---------------------------------------------------------------- what AbstractChannel asks for

  @Override
  protected AbstractUnsafe newUnsafe() {
    return new MeshUnsafe();
  }

  @Override
  protected boolean isCompatible(EventLoop loop) {
    return true;
  }

  @Override
  protected void doRegister(ChannelPromise promise) {
    loopShutdown.watch(eventLoop());
    boolean near = eventLoop() == driver.eventLoop();
    Conduit before = conduit;
    if (before == null) {
      Conduit created = near ? new DirectConduit(driver, this) : new QueuedConduit(driver, this);
      conduit = created;
      Request accepted = request;
      active = accepted != null && created.accept(accepted);
    } else if (!near && before instanceof DirectConduit direct) {
      conduit = direct.toQueued(active);
      readLoop.onConduitChanged();
      writeLoop.onWritable();
    } else {
      before.resume();
    }
    promise.setSuccess();
  }

  @Override
  protected void doDeregister() {
    loopShutdown.unwatch();
    Conduit current = conduit;
    if (open && current != null) {
      current.pause();
    }
  }

  @Override
  protected void doBind(SocketAddress localAddress) throws Exception {
    local = MeshEndpoints.local(driver.localAddress(), localAddress);
  }

  @Override
  protected void doBeginRead() {
    readLoop.beginRead();
  }

  @Override
  protected Object filterOutboundMessage(Object msg) {
    if (msg instanceof ByteBuf || msg instanceof FileRegion || msg == URGENT_MARK) {
      return msg;
    }
    throw new UnsupportedOperationException(
        "only ByteBuf and FileRegion can be written, not " + msg.getClass().getName());
  }

  @Override
  protected void doWrite(ChannelOutboundBuffer in) throws Exception {
    CloseReason over = closeReason;
    if (over != null && !(over instanceof CloseReason.Graceful)) {
      throw new MeshConnectionException(over, remoteOrThrow());
    }
    Conduit current = conduit;
    if (current != null) {
      writeLoop.write(in, current);
      current.flush();
    }
  }

  @Override
  protected void doShutdownOutput() {
    Conduit current = conduit;
    if (current == null || !active) {
      throw new NotYetConnectedException();
    }
    markOutputShutdown();
    if (closeReason == null) {
      current.shutdownOutput();
    }
  }

  @Override
  protected void doDisconnect() {
    doClose();
  }

  @Override
  protected void doClose() {
    if (!open) {
      return;
    }
    int linger = config.getSoLinger();
    // An attempt that is given up must not come about later, with what was written ahead.
    boolean abort = linger == 0 || (parent() == null && !active);
    open = false;
    active = false;
    markInputShutdown();
    markOutputShutdown();
    failAttempt(new ClosedChannelException());
    if (closeReason == null && remote != null) {
      closeReason = abort ? new CloseReason.LocalAbort() : new CloseReason.Graceful();
    }
    Conduit current = conduit;
    Request unaccepted = request;
    if (current == null && unaccepted != null) {
      driver.execute(() -> driver.commands().abort(unaccepted.connection()));
    } else if (current != null && !abort && linger > 0) {
      current.closeLingering(linger, reason -> {});
    } else if (current != null) {
      current.close(abort);
    }
  }

  @Override
  void beforeShutdownOutput() {
    ((MeshUnsafe) unsafe()).flushLast();
  }

  @Override
  void shutdownInputNow(ChannelPromise promise) {
    if (!open) {
      promise.setFailure(new ClosedChannelException());
    } else if (!active) {
      promise.setFailure(new NotYetConnectedException());
    } else {
      markInputShutdown();
      promise.setSuccess();
      readLoop.onShutdownInput();
    }
  }

  // ---------------------------------------------------------------- what the face shows

  @Override
  public CompletionStage<TcpInfo> tcpInfo() {
    return driver.infoOf(this::connection);
  }

  private @Nullable TcpConnection connection() {
    Conduit current = conduit;
    Request requested = request;
    return current != null
        ? current.connection()
        : requested == null ? null : requested.connection();
  }

  @Override
  public @Nullable CloseReason closeReason() {
    return closeReason;
  }

  @Override
  public MeshSocketConfig config() {
    return config;
  }

  @Override
  public boolean isOpen() {
    return open;
  }

  @Override
  public boolean isActive() {
    return active;
  }

  @Override
  public ChannelMetadata metadata() {
    return METADATA;
  }

  void flushAgain() {
    ((MeshUnsafe) unsafe()).flushBlocked();
  }

  private final class MeshUnsafe extends AbstractUnsafe {

    @Override
    protected void flush0() {
      // While the send buffer is full, or the handshake of an accepted channel is under way, there
      // is an event to wait for: a kernel's accepted socket takes data at once, and so does this.
      if (writeLoop.isBlocked() || isAwaitingHandshake()) {
        return;
      }
      if (active || closeReason != null || !open || !config.isFastOpenConnect()) {
        super.flush0();
      } else if (attempt != null) {
        writeAhead();
      }
    }

    /** What is written while connecting rides with the SYN, or follows at once. */
    private void writeAhead() {
      ChannelOutboundBuffer outbound = outboundBuffer();
      if (outbound != null && !outbound.isEmpty()) {
        try {
          doWrite(outbound);
        } catch (Exception e) {
          handleWriteError(e);
        }
      }
    }

    void flushBlocked() {
      super.flush0();
    }

    @Override
    public void close(ChannelPromise promise) {
      flushLast();
      super.close(promise);
    }

    /**
     * What was flushed and had to wait for room goes before the end, as far as the whole of the
     * send buffer holds it.
     */
    void flushLast() {
      Conduit current = conduit;
      if (writeLoop.isBlocked() && active && current != null && config.getSoLinger() != 0) {
        current.expectLastWords();
        super.flush0();
      }
    }

    Throwable annotated(Throwable cause, SocketAddress remoteAddress) {
      return annotateConnectException(cause, remoteAddress);
    }

    @Override
    public void connect(
        SocketAddress remoteAddress, @Nullable SocketAddress localAddress, ChannelPromise promise) {
      if (promise.isDone() || !ensureOpen(promise)) {
        return;
      }
      try {
        connect0(remoteAddress, localAddress, promise);
      } catch (IOException | RuntimeException e) {
        promise.tryFailure(annotateConnectException(e, remoteAddress));
        closeIfClosed();
      }
    }

    private void connect0(
        SocketAddress remoteAddress, @Nullable SocketAddress localAddress, ChannelPromise promise)
        throws IOException {
      Conduit current = conduit;
      if (attempt != null) {
        throw new ConnectionPendingException();
      }
      if (remote != null) {
        throw new AlreadyConnectedException();
      }
      if (driver.isClosed() || current == null) {
        throw new ClosedChannelException();
      }
      InetSocketAddress to = MeshEndpoints.remote(remoteAddress);
      InetSocketAddress bound = local;
      InetSocketAddress from =
          localAddress == null && bound != null
              ? bound
              : MeshEndpoints.local(driver.localAddress(), localAddress);
      remote = to;
      attempt =
          new ConnectAttempt(
              MeshSocketChannel.this, remoteAddress, config.getConnectTimeoutMillis(), promise);
      MeshAddress peer = MeshAddress.of(to.getAddress());
      current.open(peer, to.getPort(), from.getPort(), config.tcp().toConfig());
      if (config.isFastOpenConnect()) {
        // As in Netty's own transports: what was written before connect() needs no flush.
        addFlush();
        writeAhead();
      }
      current.flush();
    }

    private void addFlush() {
      ChannelOutboundBuffer outbound = outboundBuffer();
      if (outbound != null) {
        outbound.addFlush();
      }
    }

    /** As in Netty's own transports, a close that lingers is over when its time is. */
    @Override
    protected @Nullable Executor prepareToClose() {
      int linger = config.getSoLinger();
      Conduit current = conduit;
      if (linger <= 0 || !active || closeReason != null || current == null) {
        return null;
      }
      return close -> current.closeLingering(linger, reason -> onLingered(reason, close));
    }

    private void onLingered(CloseReason reason, Runnable close) {
      if (closeReason == null) {
        closeReason = reason;
      }
      try {
        eventLoop().execute(close);
      } catch (RejectedExecutionException e) {
        close.run();
      }
    }
  }
}
