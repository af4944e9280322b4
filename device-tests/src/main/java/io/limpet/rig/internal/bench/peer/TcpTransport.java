package io.limpet.rig.internal.bench.peer;

import io.limpet.node.internal.perf.Dialer;
import io.limpet.node.internal.perf.PerfLog;
import io.limpet.node.internal.perf.PerfServer;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.unix.RawUnixChannelOption;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;

/**
 * The kernel's TCP with a congestion control of choice. Its buffers are left to the kernel's
 * autotuning; small messages are not held back (TCP_NODELAY), as Limpet's are not.
 */
final class TcpTransport implements Transport {
  private static final int IPPROTO_TCP = 6;
  private static final int TCP_CONGESTION = 13;
  private static final int TCP_CA_NAME_MAX = 16;
  private static final int BACKLOG = 1024;

  private static final RawUnixChannelOption CONGESTION =
      new RawUnixChannelOption("TCP_CONGESTION", IPPROTO_TCP, TCP_CONGESTION, TCP_CA_NAME_MAX);

  private final EventLoopGroup group =
      new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
  private final String congestionControl;

  TcpTransport(String congestionControl) {
    this.congestionControl = congestionControl;
  }

  @Override
  public void listen(InetSocketAddress local, PerfLog log) {
    new ServerBootstrap()
        .group(group)
        .channel(EpollServerSocketChannel.class)
        .option(ChannelOption.SO_BACKLOG, BACKLOG)
        .option(ChannelOption.SO_REUSEADDR, true)
        .option(CONGESTION, name()) // what is accepted inherits it
        .childOption(ChannelOption.TCP_NODELAY, true)
        .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
        .childHandler(PerfServer.sessions(log))
        .bind(local)
        .syncUninterruptibly();
  }

  @Override
  public Dialer dialer(InetSocketAddress remote) {
    EventLoop loop = group.next();
    return new Dialer() {
      @Override
      public EventLoop eventLoop() {
        return loop;
      }

      @Override
      public void open(ChannelHandler handler, int timeoutMs, CompletableFuture<?> failed) {
        Bootstrap bootstrap =
            new Bootstrap()
                .group(loop)
                .channel(EpollSocketChannel.class)
                .option(CONGESTION, name());
        Dialer.connect(bootstrap, remote, handler, timeoutMs, failed);
      }

      @Override
      public CompletableFuture<String> carrier() {
        return CompletableFuture.completedFuture("tcp-" + congestionControl);
      }
    };
  }

  /** The option is read to its end each time that it is set: a buffer for each. */
  private ByteBuffer name() {
    ByteBuffer name = ByteBuffer.allocateDirect(TCP_CA_NAME_MAX);
    name.put(congestionControl.getBytes(StandardCharsets.US_ASCII));
    return name.clear();
  }
}
