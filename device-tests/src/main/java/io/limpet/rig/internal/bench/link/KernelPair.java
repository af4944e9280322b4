package io.limpet.rig.internal.bench.link;

import io.limpet.node.internal.perf.Dialer;
import io.limpet.node.internal.perf.PerfClient;
import io.limpet.node.internal.perf.PerfLog;
import io.limpet.node.internal.perf.PerfServer;
import io.limpet.node.internal.perf.StreamLog.Arrivals;
import io.limpet.node.internal.perf.StreamPlan;
import io.limpet.rig.RigDevice;
import io.limpet.rig.TcpProbe;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Two kernels alone on a ground of their own: sockets of this process that live in the devices, and
 * the measuring code that a node has.
 */
final class KernelPair implements Carriage {
  private static final int PORT = 7_005;
  private static final int CONNECT_TIMEOUT_MS = 5_000;

  private final Ground ground;
  private final EventLoopGroup group =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final Map<Way, PerfLog> received = new EnumMap<>(Way.class);
  private final Map<Way, PerfClient> clients = new EnumMap<>(Way.class);
  private final Set<Channel> ofSecond = ConcurrentHashMap.newKeySet();

  /** Takes over a ground, and listens on both sides. */
  KernelPair(Ground ground) {
    this.ground = ground;
    for (Way way : Way.values()) {
      received.put(way, new PerfLog());
      clients.put(way, new PerfClient());
    }
    listen(Way.THERE);
    listen(Way.BACK);
  }

  Ground ground() {
    return ground;
  }

  /** Listens for the streams of a way. */
  void listen(Way way) {
    RigDevice device = way == Way.THERE ? ground.second() : ground.first();
    ChannelHandler sessions = PerfServer.sessions(log(way));
    Channel server =
        new ServerBootstrap()
            .group(group)
            .channelFactory(() -> new NioServerSocketChannel(device.openServerSocketChannel()))
            .option(ChannelOption.SO_REUSEADDR, true)
            .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel child) {
                    note(device, child);
                    child.pipeline().addLast(sessions);
                  }
                })
            .bind(new InetSocketAddress(PORT))
            .syncUninterruptibly()
            .channel();
    note(device, server);
  }

  private void note(RigDevice device, Channel channel) {
    if (device == ground.second()) {
      ofSecond.add(channel);
      channel.closeFuture().addListener(closed -> ofSecond.remove(channel));
    }
  }

  /**
   * The second device loses power, as far as connections go: all its sockets are gone at once. What
   * its kernel says about that is for the caller to keep off the air.
   */
  void loseSecond() {
    for (Channel channel : ofSecond) {
      if (channel instanceof NioSocketChannel) {
        channel.config().setOption(ChannelOption.SO_LINGER, 0);
      }
      channel.close().syncUninterruptibly();
    }
  }

  private PerfLog log(Way way) {
    PerfLog log = received.get(way);
    if (log == null) {
      throw new IllegalStateException("no log for " + way);
    }
    return log;
  }

  private PerfClient client(Way way) {
    PerfClient client = clients.get(way);
    if (client == null) {
      throw new IllegalStateException("no client for " + way);
    }
    return client;
  }

  /** One fresh connection from the first device to the second. */
  TcpProbe connect(Duration atMost) {
    return ground.first().kernelTcpProbe(ground.target(), PORT, atMost);
  }

  @Override
  public CompletableFuture<Integer> open(Way way) {
    EventLoop loop = group.next();
    RigDevice device = way == Way.THERE ? ground.first() : ground.second();
    InetSocketAddress to =
        new InetSocketAddress(way == Way.THERE ? ground.target() : ground.backTarget(), PORT);
    Dialer dialer =
        new Dialer() {
          @Override
          public EventLoop eventLoop() {
            return loop;
          }

          @Override
          public void open(ChannelHandler handler, int timeoutMs, CompletableFuture<?> failed) {
            Dialer.connect(
                new Bootstrap()
                    .group(loop)
                    .channelFactory(
                        () -> {
                          Channel channel = new NioSocketChannel(device.openSocketChannel());
                          note(device, channel);
                          return channel;
                        }),
                to,
                handler,
                timeoutMs,
                failed);
          }

          @Override
          public CompletableFuture<String> carrier() {
            return CompletableFuture.completedFuture("kernel");
          }
        };
    StreamPlan plan =
        new StreamPlan(MESSAGE_BYTES, INTERVAL_MS * 1_000_000L, AT_MOST, CONNECT_TIMEOUT_MS);
    return client(way).stream(dialer, plan)
        .thenApply(PerfClient.Stream::sent)
        .toCompletableFuture();
  }

  @Override
  public void stop(Way way) {
    client(way).stopStreams();
  }

  @Override
  public List<Arrivals> arrived(Way way) {
    return log(way).streams().arrivals();
  }

  @Override
  public void forget() {
    received.values().forEach(PerfLog::clear);
  }

  @Override
  public void close() {
    clients.values().forEach(PerfClient::cancel);
    group.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
    ground.close();
  }
}
