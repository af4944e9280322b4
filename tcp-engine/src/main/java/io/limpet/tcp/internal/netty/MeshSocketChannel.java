package io.limpet.tcp.internal.netty;

import io.limpet.link.MeshAddress;
import io.limpet.tcp.CloseReason;
import io.limpet.tcp.ConnectionEvent;
import io.limpet.tcp.MeshConnectException;
import io.limpet.tcp.MeshConnectionException;
import io.limpet.tcp.TcpInfo;
import io.limpet.tcp.TcpState;
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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * A connection of the engine as a Netty channel.
 *
 * <p>It is active while the connection is established: an accepted channel becomes so when the
 * peer's answer to our SYN-ACK arrives. What is flushed is copied into the engine's send buffer,
 * and the promise of a write completes when its last byte was taken; beyond that Netty's own
 * outbound buffer fills, and with it comes unwritability.
 */
final class MeshSocketChannel extends DuplexStreamChannel {

  private static final ChannelMetadata METADATA = new ChannelMetadata(false, 16);

  private final TcpDriver driver;
  private final MeshSocketConfig config;
  private final ReadLoop readLoop = new ReadLoop(this);
  private final WriteLoop writeLoop = new WriteLoop(this);

  private volatile boolean open = true;
  private volatile boolean active;
  private volatile @Nullable CloseReason closeReason;
  private volatile @Nullable TcpConnection connection;
  private volatile @Nullable InetSocketAddress local;
  private volatile @Nullable InetSocketAddress remote;

  private boolean accepted;
  private @Nullable ConnectAttempt attempt;

  /** Makes a channel that will connect. */
  MeshSocketChannel(TcpDriver driver, TcpOptions options) {
    super(null, driver);
    this.driver = driver;
    this.config = new MeshSocketConfig(this, options);
    this.accepted = true;
  }

  /** Makes the channel of a connection request: the registration of the channel accepts it. */
  MeshSocketChannel(MeshServerSocketChannel parent, TcpDriver driver, TcpConnection request) {
    super(parent, driver);
    this.driver = driver;
    this.config = new MeshSocketConfig(this, parent.config().tcp().copy());
    this.connection = request;
    this.local = driver.localAddress().at(request.localPort());
    this.remote = request.peer().at(request.remotePort());
    request.setAttachment(this);
  }

  TcpDriver driver() {
    return driver;
  }

  @Nullable TcpConnection connection() {
    return connection;
  }

  // ---------------------------------------------------------------- events of the engine

  void onEvent(TcpEvent event) {
    if (event instanceof TcpEvent.Connected) {
      onConnected();
    } else if (event instanceof TcpEvent.Readable) {
      readLoop.run();
    } else if (event instanceof TcpEvent.Writable) {
      writeLoop.onWritable();
    } else if (event instanceof TcpEvent.PeerSuspect suspect) {
      Duration silentFor = Duration.ofNanos(suspect.silentForNs());
      fireIfActive(new ConnectionEvent.PeerSuspect(peer(), silentFor));
    } else if (event instanceof TcpEvent.PeerResumed) {
      fireIfActive(new ConnectionEvent.PeerResumed(peer()));
    } else if (event instanceof TcpEvent.Closed closed) {
      onClosed(closed.reason());
    }
  }

  /** While connecting, silence is what the connect timeout is for. */
  private void fireIfActive(ConnectionEvent event) {
    if (active) {
      pipeline().fireUserEventTriggered(event);
    }
  }

  private MeshAddress peer() {
    TcpConnection current = connection;
    if (current == null) {
      throw new NotYetConnectedException();
    }
    return current.peer();
  }

  private void onConnected() {
    ConnectAttempt current = attempt;
    attempt = null;
    active = true;
    // A listener of the promise may close the channel: it has been active nevertheless.
    boolean wanted = current == null || current.succeed();
    pipeline().fireChannelActive();
    if (!wanted) {
      unsafe().close(unsafe().voidPromise());
    } else if (parent() != null) {
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

  /** The link has never heard the peer: waiting for an answer would be in vain. */
  void onUnknownPeer() {
    TcpConnection current = connection;
    if (!active && current != null && closeReason == null) {
      current.abort(driver.nowNs());
      current.setAttachment(null);
      onClosed(new CloseReason.UnknownPeer());
    }
  }

  private void failAttempt(Throwable cause) {
    ConnectAttempt current = attempt;
    attempt = null;
    if (current != null) {
      current.fail(cause);
    }
  }

  private InetSocketAddress remoteOrThrow() {
    InetSocketAddress address = remote;
    if (address == null) {
      throw new NotYetConnectedException();
    }
    return address;
  }

  // ---------------------------------------------------------------- options

  void onOptionsChanged() {
    if (isRegistered()) {
      driver.execute(this::applyOptions);
    }
  }

  private void applyOptions() {
    TcpConnection current = connection;
    if (current == null || !open || closeReason != null) {
      return;
    }
    long nowNs = driver.nowNs();
    TcpOptions tcp = config.tcp();
    current.setNoDelay(nowNs, tcp.noDelay());
    current.setKeepAliveNs(nowNs, tcp.effectiveKeepAliveNs());
    current.setUserTimeoutNs(nowNs, tcp.userTimeoutNs());
    driver.requestTurn();
  }

  void onAutoReadCleared() {
    if (!isRegistered()) {
      return;
    }
    if (eventLoop().inEventLoop()) {
      readLoop.stopReading();
      return;
    }
    eventLoop()
        .execute(
            () -> {
              if (!readLoop.isReadPending() && !config.isAutoRead()) {
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
    return loop == driver.eventLoop();
  }

  @Override
  protected void doRegister(ChannelPromise promise) {
    if (!accepted) {
      accepted = true;
      TcpConnection request = connection;
      if (request != null && closeReason == null) {
        applyOptions();
        request.accept(driver.nowNs());
        driver.requestTurn();
      }
    }
    promise.setSuccess();
  }

  @Override
  protected void doBind(SocketAddress localAddress) throws Exception {
    local = MeshEndpoints.local(driver.localAddress(), localAddress);
  }

  private void doConnect(SocketAddress remoteAddress, @Nullable SocketAddress localAddress)
      throws IOException {
    if (connection != null) {
      throw new AlreadyConnectedException();
    }
    if (driver.isClosed()) {
      throw new ClosedChannelException();
    }
    InetSocketAddress to = MeshEndpoints.remote(remoteAddress);
    InetSocketAddress bound = local;
    InetSocketAddress from =
        localAddress == null && bound != null
            ? bound
            : MeshEndpoints.local(driver.localAddress(), localAddress);
    MeshAddress peer = MeshAddress.of(to.getAddress());
    driver.beforeConnect(peer);
    TcpConnection created =
        driver
            .endpoint()
            .connect(driver.nowNs(), peer, to.getPort(), from.getPort(), config.tcp().toConfig());
    created.setAttachment(this);
    connection = created;
    remote = to;
    local = driver.localAddress().at(created.localPort());
    driver.requestTurn();
  }

  @Override
  protected void doBeginRead() {
    readLoop.beginRead();
  }

  @Override
  protected Object filterOutboundMessage(Object msg) {
    if (msg instanceof ByteBuf || msg instanceof FileRegion) {
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
    TcpConnection current = connection;
    if (current == null || current.state() == TcpState.CLOSED) {
      // Closed by now; the event that says why is about to be heard, and fails what is pending.
      return;
    }
    writeLoop.write(in, current);
    driver.requestTurn();
  }

  @Override
  protected void doShutdownOutput() {
    TcpConnection current = connection;
    if (current == null || !active) {
      throw new NotYetConnectedException();
    }
    markOutputShutdown();
    if (closeReason == null) {
      current.shutdownOutput(driver.nowNs());
      driver.requestTurn();
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
    open = false;
    active = false;
    markInputShutdown();
    markOutputShutdown();
    failAttempt(new ClosedChannelException());
    TcpConnection current = connection;
    if (current != null) {
      driver.execute(() -> closeConnection(current));
    }
  }

  private void closeConnection(TcpConnection current) {
    current.setAttachment(null);
    if (closeReason != null) {
      return;
    }
    int lingerSeconds = config.getSoLinger();
    if (!accepted || lingerSeconds == 0) {
      closeReason = new CloseReason.LocalAbort();
      // What was written before goes out first, as far as the peer's window allows.
      driver.transmitNow();
      current.abort(driver.nowNs());
    } else {
      closeReason = new CloseReason.Graceful();
      current.close(driver.nowNs());
      if (lingerSeconds > 0) {
        driver.abortLater(current, lingerSeconds);
      }
    }
    driver.requestTurn();
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
    CompletableFuture<TcpInfo> answer = new CompletableFuture<>();
    driver.execute(
        () -> {
          TcpConnection current = connection;
          if (current == null) {
            answer.completeExceptionally(new NotYetConnectedException());
          } else {
            answer.complete(current.info(driver.nowNs()));
          }
        });
    return answer;
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

  @Override
  protected @Nullable SocketAddress localAddress0() {
    return local;
  }

  @Override
  protected @Nullable SocketAddress remoteAddress0() {
    return remote;
  }

  void flushAgain() {
    ((MeshUnsafe) unsafe()).flushBlocked();
  }

  private final class MeshUnsafe extends AbstractUnsafe {

    @Override
    protected void flush0() {
      // While the send buffer is full, or the handshake of an accepted channel is under way, there
      // is an event to wait for: a kernel's accepted socket takes data at once, and so does this.
      if (!writeLoop.isBlocked() && !isAwaitingHandshake()) {
        super.flush0();
      }
    }

    void flushBlocked() {
      super.flush0();
    }

    @Override
    public void connect(
        SocketAddress remoteAddress, @Nullable SocketAddress localAddress, ChannelPromise promise) {
      if (promise.isDone() || !ensureOpen(promise)) {
        return;
      }
      try {
        if (attempt != null) {
          throw new ConnectionPendingException();
        }
        doConnect(remoteAddress, localAddress);
      } catch (IOException | RuntimeException e) {
        promise.tryFailure(annotateConnectException(e, remoteAddress));
        closeIfClosed();
        return;
      }
      attempt =
          new ConnectAttempt(
              MeshSocketChannel.this, remoteAddress, config.getConnectTimeoutMillis(), promise);
    }
  }
}
