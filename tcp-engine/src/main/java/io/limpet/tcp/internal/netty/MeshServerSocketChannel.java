package io.limpet.tcp.internal.netty;

import io.limpet.tcp.internal.engine.TcpConnection;
import io.limpet.tcp.internal.engine.TcpListener;
import io.netty.channel.AbstractServerChannel;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.EventLoop;
import io.netty.channel.RecvByteBufAllocator.ExtendedHandle;
import io.netty.channel.socket.ServerSocketChannel;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A listener of the engine as a Netty channel: its messages are channels of connection requests,
 * which are answered when they are registered.
 *
 * <p>Requests that nobody reads wait in the listener, as many as {@code SO_BACKLOG}; more are
 * refused.
 */
final class MeshServerSocketChannel extends AbstractServerChannel implements ServerSocketChannel {

  private final TcpDriver driver;
  private final MeshServerSocketConfig config;
  private final Runnable readTask = this::runReadTask;

  private volatile boolean open = true;
  private volatile @Nullable TcpListener listener;

  private boolean readPending;
  private boolean interested;
  private boolean reading;
  private boolean readScheduled;

  MeshServerSocketChannel(TcpDriver driver, TcpOptions options) {
    this.driver = driver;
    this.config = new MeshServerSocketConfig(this, options);
  }

  /** The engine has requests for us. */
  void onRequests() {
    runReadLoop();
  }

  private void runReadTask() {
    readScheduled = false;
    runReadLoop();
  }

  private void runReadLoop() {
    TcpListener current = listener;
    if (reading || !open || !interested || current == null) {
      return;
    }
    reading = true;
    try {
      readRequests(current);
    } finally {
      reading = false;
      if (!readPending && !config.isAutoRead()) {
        interested = false;
      }
    }
    scheduleIfRequests();
  }

  private void readRequests(TcpListener current) {
    ExtendedHandle handle = (ExtendedHandle) unsafe().recvBufAllocHandle();
    ChannelPipeline pipeline = pipeline();
    handle.reset(config);
    List<MeshSocketChannel> children = new ArrayList<>();
    do {
      TcpConnection request = current.pollRequest();
      if (request == null) {
        break;
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

  private void scheduleIfRequests() {
    TcpListener current = listener;
    if (open
        && interested
        && !reading
        && !readScheduled
        && current != null
        && current.pending() > 0) {
      readScheduled = true;
      eventLoop().execute(readTask);
    }
  }

  void onAutoReadCleared() {
    if (isRegistered()) {
      driver.execute(
          () -> {
            if (!config.isAutoRead()) {
              readPending = false;
              interested = false;
            }
          });
    }
  }

  @Override
  protected boolean isCompatible(EventLoop loop) {
    return loop == driver.eventLoop();
  }

  @Override
  protected void doBind(SocketAddress localAddress) throws Exception {
    if (driver.isClosed()) {
      throw new ClosedChannelException();
    }
    InetSocketAddress wanted = MeshEndpoints.local(driver.localAddress(), localAddress);
    TcpListener created =
        driver
            .endpoint()
            .listen(
                wanted.getPort(),
                config.getBacklog(),
                config.isNewestWins(),
                config.tcp().toConfig());
    created.setAttachment(this);
    listener = created;
    driver.onBound(this);
  }

  @Override
  protected void doBeginRead() {
    readPending = true;
    interested = true;
    scheduleIfRequests();
  }

  @Override
  protected void doClose() {
    if (!open) {
      return;
    }
    open = false;
    TcpListener current = listener;
    if (current != null) {
      driver.execute(
          () -> {
            driver.onUnbound(this);
            current.setAttachment(null);
            current.close(driver.nowNs());
            driver.requestTurn();
          });
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
    return open && listener != null;
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
    TcpListener current = listener;
    return current == null ? null : driver.localAddress().at(current.port());
  }
}
