package io.limpet.tcp.internal.netty;

import io.limpet.tcp.TcpConfig;
import io.limpet.tcp.TcpState;
import io.limpet.tcp.internal.engine.TcpConnection;
import io.limpet.tcp.internal.engine.TcpListener;
import io.netty.channel.AbstractServerChannel;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.channel.EventLoop;
import io.netty.channel.RecvByteBufAllocator.ExtendedHandle;
import io.netty.channel.socket.ServerSocketChannel;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A listener of the engine as a Netty channel, on any event loop: its messages are channels of
 * connection requests, which are answered when they are registered.
 *
 * <p>Requests that nobody reads wait in the listener, as many as {@code SO_BACKLOG}; more are
 * refused.
 */
final class MeshServerSocketChannel extends AbstractServerChannel implements ServerSocketChannel {

  private static final Logger log = LoggerFactory.getLogger(MeshServerSocketChannel.class);

  private final TcpDriver driver;
  private final MeshServerSocketConfig config;
  private final Wakeup toServer = new Wakeup(this::eventLoop, this::runReadLoop);
  private final Wakeup toLink;
  private final LoopShutdown loopShutdown = new LoopShutdown(this);

  /** Requests on their way from the link's event loop: they count as waiting until accepted. */
  private final Queue<Request> requests = new ConcurrentLinkedQueue<>();

  private final AtomicInteger requestCount = new AtomicInteger();
  private volatile boolean open = true;
  private volatile int port;
  private volatile int backlog;
  private volatile boolean interested;

  /** Requests have stayed with the engine's listener, unwanted or for want of room. */
  private volatile boolean heldBack;

  // On the channel's event loop.
  private boolean readPending;
  private boolean reading;

  /** On the link's event loop. */
  private @Nullable TcpListener listener;

  MeshServerSocketChannel(TcpDriver driver, TcpOptions options) {
    this.driver = driver;
    this.config = new MeshServerSocketConfig(this, options);
    this.toLink = new Wakeup(driver::eventLoop, this::onRequests);
  }

  // ---------------------------------------------------------------- on the link's event loop

  private void listen(int atPort, TcpConfig defaults) {
    try {
      TcpListener created =
          driver.endpoint().listen(atPort, backlog, config.isNewestWins(), defaults);
      created.setAttachment(this);
      listener = created;
    } catch (BindException e) {
      // The ports that are taken are known before: this is an error of ours.
      log.error("{} cannot listen", this, e);
      closeLater();
    }
  }

  private void unlisten() {
    TcpListener current = listener;
    listener = null;
    requests.clear();
    if (current != null) {
      current.setAttachment(null);
      current.close(driver.nowNs());
      driver.requestTurn();
    }
  }

  /** The engine has requests for us. */
  void onRequests() {
    TcpListener current = listener;
    if (current == null) {
      return;
    }
    do {
      heldBack = false;
      moveRequests(current);
      if (current.pending() == 0) {
        break;
      }
      heldBack = true;
    } while (interested && requestCount.get() < backlog);
    if (requests.isEmpty()) {
      return;
    }
    if (eventLoop() == driver.eventLoop()) {
      runReadLoop();
    } else if (!toServer.signal()) {
      // The channel's event loop has ended, and the channel with it.
      unlisten();
    }
  }

  private void moveRequests(TcpListener current) {
    while (interested && requestCount.get() < backlog) {
      TcpConnection request = current.pollRequest();
      if (request == null) {
        return;
      }
      request.setAttachment(ConnectionOwner.NOBODY_YET);
      boolean hasData = request.info(driver.nowNs()).bytesReceived() > 0;
      requestCount.incrementAndGet();
      requests.add(new Request(request, hasData, request.sendBufferBytes()));
    }
  }

  // ---------------------------------------------------------------- on the channel's event loop

  private void runReadLoop() {
    if (reading || !open || !interested || requests.isEmpty()) {
      return;
    }
    reading = true;
    try {
      readRequests();
    } finally {
      reading = false;
      if (!readPending && !config.isAutoRead()) {
        interested = false;
      }
    }
    lookForRequests();
  }

  private void readRequests() {
    ExtendedHandle handle = (ExtendedHandle) unsafe().recvBufAllocHandle();
    ChannelPipeline pipeline = pipeline();
    handle.reset(config);
    List<MeshSocketChannel> children = new ArrayList<>();
    do {
      Request request = requests.poll();
      if (request == null) {
        break;
      }
      requestCount.decrementAndGet();
      if (isWithdrawn(request)) {
        continue;
      }
      children.add(new MeshSocketChannel(this, driver, request));
      handle.incMessagesRead(1);
    } while (handle.continueReading());
    for (MeshSocketChannel child : children) {
      readPending = false;
      pipeline.fireChannelRead(child);
    }
    handle.readComplete();
    pipeline.fireChannelReadComplete();
  }

  /** From another event loop that cannot be seen: the channel will be told. */
  private boolean isWithdrawn(Request request) {
    return eventLoop() == driver.eventLoop() && request.connection().state() == TcpState.CLOSED;
  }

  private void lookForRequests() {
    if (!open || !interested || reading) {
      return;
    }
    if (!requests.isEmpty()) {
      toServer.signal();
    }
    if (heldBack) {
      toLink.signal();
    }
  }

  void onAutoReadCleared() {
    if (!isRegistered()) {
      return;
    }
    EventLoop loop = eventLoop();
    if (loop.inEventLoop()) {
      stopReading();
    } else {
      loop.execute(this::stopReading);
    }
  }

  private void stopReading() {
    if (!config.isAutoRead()) {
      readPending = false;
      interested = false;
    }
  }

  /** Closes on the channel's own event loop. Any thread. */
  void closeLater() {
    EventLoop loop = eventLoop();
    if (loop.inEventLoop()) {
      unsafe().close(unsafe().voidPromise());
    } else {
      try {
        loop.execute(() -> unsafe().close(unsafe().voidPromise()));
      } catch (RejectedExecutionException e) {
        log.debug("{} was closed with its event loop", this);
      }
    }
  }

  @Override
  protected boolean isCompatible(EventLoop loop) {
    return true;
  }

  @Override
  protected void doRegister(ChannelPromise promise) {
    loopShutdown.watch(eventLoop());
    promise.setSuccess();
  }

  @Override
  protected void doDeregister() {
    loopShutdown.unwatch();
  }

  @Override
  protected void doBind(SocketAddress localAddress) throws Exception {
    InetSocketAddress wanted = MeshEndpoints.local(driver.localAddress(), localAddress);
    TcpConfig defaults = config.tcp().toConfig();
    backlog = config.getBacklog();
    int taken = driver.ports().take(wanted.getPort(), this);
    if (driver.isClosed()) {
      driver.ports().release(taken, this);
      throw new ClosedChannelException();
    }
    port = taken;
    try {
      driver.ports().change(() -> listen(taken, defaults));
    } catch (RejectedExecutionException e) {
      driver.ports().release(taken, this);
      throw new ClosedChannelException();
    }
  }

  @Override
  protected void doBeginRead() {
    readPending = true;
    interested = true;
    lookForRequests();
  }

  @Override
  protected void doClose() {
    if (!open) {
      return;
    }
    open = false;
    int taken = port;
    if (taken != 0) {
      driver.ports().release(taken, this);
      try {
        driver.ports().change(this::unlisten);
      } catch (RejectedExecutionException e) {
        log.debug("{} was closed with its link", this);
      }
    }
  }

  @Override
  public MeshServerSocketConfig config() {
    return config;
  }

  @Override
  public boolean isOpen() {
    return open;
  }

  @Override
  public boolean isActive() {
    return open && port != 0;
  }

  @Override
  public @Nullable InetSocketAddress localAddress() {
    return (InetSocketAddress) super.localAddress();
  }

  @Override
  public @Nullable InetSocketAddress remoteAddress() {
    return null;
  }

  @Override
  protected @Nullable SocketAddress localAddress0() {
    return port == 0 ? null : driver.localAddress().at(port);
  }
}
