package io.limpet.tcp.internal.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.limpet.tcp.MeshTcp;
import io.limpet.tcp.TcpConfig;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.local.LocalIoHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.ChannelInputShutdownReadComplete;
import io.netty.channel.socket.SocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Channels on event loops with threads of their own, in real time. */
@ExtendWith(LeakGuard.class)
@Timeout(60)
class MeshThreadsTest {

  /** Replay a failure with {@code -Dlimpet.seed=…}, as far as threads allow. */
  private static final long SEED = Long.getLong("limpet.seed", System.nanoTime());

  private final FakeMesh mesh = new FakeMesh(SEED);
  private final EventLoopGroup serverLink = group(1, "server-link");
  private final EventLoopGroup clientLink = group(1, "client-link");
  private final EventLoopGroup listeners = group(1, "listeners");
  private final EventLoopGroup children =
      new MultiThreadIoEventLoopGroup(
          2, new DefaultThreadFactory("children", true), NioIoHandler.newFactory());
  private final EventLoopGroup clients =
      new MultiThreadIoEventLoopGroup(
          2,
          new DefaultThreadFactory("clients", true),
          Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
  private final MeshTcp server =
      MeshTcp.over(mesh.join(1, serverLink.next()), TcpConfig.defaults());
  private final MeshTcp client =
      MeshTcp.over(mesh.join(2, clientLink.next()), TcpConfig.defaults());

  private static EventLoopGroup group(int threads, String name) {
    return new MultiThreadIoEventLoopGroup(
        threads, new DefaultThreadFactory(name, true), LocalIoHandler.newFactory());
  }

  @AfterEach
  void close() {
    client.close();
    server.close();
    for (EventLoopGroup group : List.of(clients, children, listeners, clientLink, serverLink)) {
      end(group);
    }
  }

  private static void end(EventLoopGroup group) {
    group.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
  }

  private Channel listen(ChannelHandler handler) {
    return new ServerBootstrap()
        .group(listeners, children)
        .channelFactory(server.serverChannels())
        .option(ChannelOption.SO_RCVBUF, 64 * 1024)
        .option(ChannelOption.SO_SNDBUF, 32 * 1024)
        .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
        .childHandler(handler)
        .bind(new InetSocketAddress("::", 0))
        .syncUninterruptibly()
        .channel();
  }

  private ChannelFuture connect(Channel to, ChannelHandler handler) {
    return new Bootstrap()
        .group(clients)
        .channelFactory(client.clientChannels())
        .option(ChannelOption.SO_RCVBUF, 64 * 1024)
        .option(ChannelOption.SO_SNDBUF, 32 * 1024)
        .option(ChannelOption.ALLOW_HALF_CLOSURE, true)
        .handler(handler)
        .connect(to.localAddress());
  }

  @Test
  void streamsBothWaysArriveWholeWhateverTheThreadsDo() {
    System.out.println("limpet.seed=" + SEED);
    Random random = new Random(SEED);
    mesh.lossRate = 0.002;
    List<Talker> talkers = new ArrayList<>();
    Queue<Talker> accepted = new ConcurrentLinkedQueue<>();
    Channel listener =
        listen(
            new ChannelInitializer<Channel>() {
              @Override
              protected void initChannel(Channel channel) {
                Talker talker = new Talker();
                accepted.add(talker);
                channel.pipeline().addLast(talker);
              }
            });
    for (int i = 0; i < 16; i++) {
      Talker talker = new Talker();
      talkers.add(talker);
      connect(listener, talker);
    }
    await().until(() -> accepted.size() == talkers.size());
    talkers.addAll(accepted);
    // From a thread that is none of theirs, readers are stopped and let go.
    await()
        .atMost(Duration.ofSeconds(50))
        .pollInterval(Duration.ofMillis(1))
        .until(
            () -> {
              talkers.get(random.nextInt(talkers.size())).setReading(random.nextInt(3) > 0);
              if (random.nextInt(10) == 0) {
                talkers.forEach(talker -> talker.setReading(true));
              }
              talkers.forEach(talker -> assertThat(talker.complaint).isNull());
              return talkers.stream().allMatch(Talker::isDone);
            });
  }

  @Test
  void whenAGroupEndsItsChannelsCloseInOrder() {
    Queue<Object> atServer = new ConcurrentLinkedQueue<>();
    Channel listener = listen(new Witness(atServer));
    Channel connected =
        connect(listener, new Witness(new ConcurrentLinkedQueue<>()))
            .syncUninterruptibly()
            .channel();
    connected.writeAndFlush(Unpooled.copyInt(7)).syncUninterruptibly();

    end(clients);

    await().until(() -> atServer.contains("end"));
    assertThat(atServer).contains(4).doesNotContain("exception");
    assertThat(connected.isOpen()).isFalse();
  }

  @Test
  void whenTheListenersGroupEndsItsPortIsFree() {
    Channel listener = listen(new Witness(new ConcurrentLinkedQueue<>()));

    end(listeners);

    assertThat(listener.isOpen()).isFalse();
    ChannelFuture again =
        new ServerBootstrap()
            .group(children)
            .channelFactory(server.serverChannels())
            .childHandler(new Witness(new ConcurrentLinkedQueue<>()))
            .bind(listener.localAddress());
    assertThat(again.awaitUninterruptibly().isSuccess()).isTrue();
  }

  @Test
  void whenTheLinksLoopEndsItsChannelsDoNotWaitForEver() {
    Queue<Object> atClient = new ConcurrentLinkedQueue<>();
    Channel listener = listen(new Witness(new ConcurrentLinkedQueue<>()));
    Channel connected = connect(listener, new Witness(atClient)).syncUninterruptibly().channel();

    end(clientLink);

    connected.writeAndFlush(Unpooled.copyInt(7));
    assertThat(connected.closeFuture().awaitUninterruptibly(5, TimeUnit.SECONDS)).isTrue();
    Throwable cause =
        new Bootstrap()
            .group(clients)
            .channelFactory(client.clientChannels())
            .handler(new Witness(atClient))
            .connect(listener.localAddress())
            .awaitUninterruptibly()
            .cause();
    assertThat(cause).isInstanceOf(ClosedChannelException.class);
  }

  @Test
  void aMutePeerStopsAFarWriterAndCostsNoMoreThanTheBuffers() {
    Queue<Object> atServer = new ConcurrentLinkedQueue<>();
    Channel listener = listen(new Witness(atServer));
    Channel connected =
        connect(listener, new Witness(new ConcurrentLinkedQueue<>()))
            .syncUninterruptibly()
            .channel();
    connected.config().setWriteBufferWaterMark(new WriteBufferWaterMark(8 * 1024, 16 * 1024));
    await().until(() -> atServer.stream().anyMatch(Channel.class::isInstance));
    Channel child =
        (Channel) atServer.stream().filter(Channel.class::isInstance).findFirst().orElseThrow();
    child.config().setAutoRead(false);
    child.eventLoop().submit(() -> {}).syncUninterruptibly();
    List<ChannelFuture> writes = new ArrayList<>();
    await()
        .during(Duration.ofMillis(200))
        .until(
            () -> {
              boolean writable = connected.isWritable();
              while (connected.isWritable()) {
                writes.add(connected.writeAndFlush(Unpooled.buffer(4096).writeZero(4096)));
              }
              return !writable;
            });
    assertThat(writes.size() * 4096).isBetween(96 * 1024, 256 * 1024);

    child.config().setAutoRead(true);

    await().until(() -> writes.stream().allMatch(ChannelFuture::isSuccess));
    await().until(() -> bytes(atServer) == writes.size() * 4096L);
  }

  private static long bytes(Queue<Object> seen) {
    return seen.stream().filter(Integer.class::isInstance).mapToLong(i -> (Integer) i).sum();
  }

  /** Writes down what a channel sees. */
  private static final class Witness extends ChannelInboundHandlerAdapter {
    private final Queue<Object> seen;

    Witness(Queue<Object> seen) {
      this.seen = seen;
    }

    @Override
    public boolean isSharable() {
      return true;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
      seen.add(ctx.channel());
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
      seen.add(((ByteBuf) msg).readableBytes());
      ((ByteBuf) msg).release();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object evt) {
      if (evt instanceof ChannelInputShutdownReadComplete) {
        seen.add("end");
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      seen.add("exception");
    }
  }

  /** Sends a counted stream while the channel is writable, and counts what the other side sends. */
  private static final class Talker extends ChannelInboundHandlerAdapter {
    private static final int BYTES = 1 << 20;

    private final Random random = new Random(SEED);
    volatile @Nullable Channel channel;
    volatile @Nullable String complaint;
    private volatile boolean ended;
    private int written;
    private int read;

    boolean isDone() {
      return ended;
    }

    void setReading(boolean reading) {
      Channel current = channel;
      if (current != null) {
        current.config().setAutoRead(reading);
      }
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
      channel = ctx.channel();
      talk(ctx);
    }

    private void talk(ChannelHandlerContext ctx) {
      while (written < BYTES && ctx.channel().isWritable()) {
        int count = Math.min(BYTES - written, 1 + random.nextInt(20_000));
        byte[] data = new byte[count];
        for (int i = 0; i < count; i++) {
          data[i] = (byte) written++;
        }
        // At once: under leak detection every access of a buffer is written down.
        ctx.write(ctx.alloc().buffer(count).writeBytes(data));
        if (random.nextInt(4) > 0) {
          ctx.flush();
        }
      }
      ctx.flush();
      if (written == BYTES) {
        written++;
        ctx.writeAndFlush(Unpooled.EMPTY_BUFFER)
            .addListener(done -> ((SocketChannel) ctx.channel()).shutdownOutput());
      }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
      talk(ctx);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
      ByteBuf data = (ByteBuf) msg;
      byte[] bytes = new byte[data.readableBytes()];
      data.readBytes(bytes);
      data.release();
      for (byte value : bytes) {
        if (value != (byte) read++) {
          complaint = "a wrong byte at " + (read - 1);
        }
      }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object evt) {
      if (evt instanceof ChannelInputShutdownReadComplete) {
        if (read != BYTES) {
          complaint = "the end after " + read + " bytes";
        }
        ended = true;
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      complaint = cause.toString();
    }
  }
}
