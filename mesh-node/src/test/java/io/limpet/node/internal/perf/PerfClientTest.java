package io.limpet.node.internal.perf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The measuring handlers on channels that are not mesh channels: the kernel's, over loopback. */
class PerfClientTest {
  private static final int MILLI = 1_000_000;

  private final EventLoopGroup group =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final PerfLog log = new PerfLog();
  private final PerfClient client = new PerfClient();
  private InetSocketAddress server;

  @BeforeEach
  void listen() {
    server = listen(PerfServer.sessions(log));
  }

  @AfterEach
  void end() {
    group.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
  }

  private InetSocketAddress listen(ChannelHandler handler) {
    return (InetSocketAddress)
        new ServerBootstrap()
            .group(group)
            .channel(NioServerSocketChannel.class)
            .option(ChannelOption.SO_BACKLOG, 512)
            .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
            .childHandler(handler)
            .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .syncUninterruptibly()
            .channel()
            .localAddress();
  }

  private Dialer dialer(InetSocketAddress to) {
    EventLoop loop = group.next();
    return new Dialer() {
      @Override
      public EventLoop eventLoop() {
        return loop;
      }

      @Override
      public void open(ChannelHandler handler, int timeoutMs, CompletableFuture<?> failed) {
        Dialer.connect(
            new Bootstrap().group(loop).channel(NioSocketChannel.class),
            to,
            handler,
            timeoutMs,
            failed);
      }

      @Override
      public CompletableFuture<String> carrier() {
        return CompletableFuture.completedFuture("loopback");
      }
    };
  }

  private static <T> T get(CompletionStage<T> stage) throws Exception {
    return stage.toCompletableFuture().get(30, TimeUnit.SECONDS);
  }

  /** Accepts and never answers. */
  private static final class Mute extends ChannelInboundHandlerAdapter {
    @Override
    public boolean isSharable() {
      return true;
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      ctx.close(); // who gives up resets
    }
  }

  @Test
  void severalConnectionsAreMeasuredTogetherAndEachForItself() throws Exception {
    PerfClient.Bulk bulk = get(client.bulk(dialer(server), 1, 3));
    assertThat(bulk.connections()).hasSize(3);
    assertThat(bulk.bytes())
        .isEqualTo(bulk.connections().stream().mapToLong(PerfClient.Flow::bytes).sum())
        .isEqualTo(log.received().stream().mapToLong(PerfLog.Received::bytes).sum());
    assertThat(bulk.carrier()).isEqualTo("loopback");
  }

  @Test
  void roundTripsAreToldOneByOneWhenAskedFor() throws Exception {
    PerfClient.Ping ping =
        get(client.ping(dialer(server), new PingPlan(20, 200, MILLI, 1000L * MILLI, true)));
    assertThat(ping.received()).isEqualTo(20);
    assertThat(ping.samplesMs()).hasSize(20);
    assertThat(ping.rttMs().max()).isPositive();
    PerfLog.Received received = log.received().get(0);
    assertThat(received.mode()).isEqualTo("ping");
    assertThat(received.bytes()).isEqualTo(20 * 200);
  }

  @Test
  void connectionsBeginEachIntervalWhetherOrNotTheOthersHaveEnded() throws Exception {
    InetSocketAddress mute = listen(new Mute());
    // One after the other these would need 10 × 300 ms.
    long startNs = System.nanoTime();
    CompletionStage<PerfClient.Connect> none =
        client.connect(dialer(mute), new ConnectPlan(10, 200, 10L * MILLI, 300, true));
    assertThatThrownBy(() -> get(none))
        .isInstanceOf(ExecutionException.class)
        .hasMessageContaining("no answer in time");
    assertThat(System.nanoTime() - startNs).isLessThan(2_500L * MILLI);
    PerfClient.Connect all =
        get(client.connect(dialer(server), new ConnectPlan(10, 200, 10L * MILLI, 5000, true)));
    assertThat(all.succeeded()).isEqualTo(10);
    assertThat(all.samplesMs()).hasSize(10);
  }

  @Test
  void whatIsAnsweredTooLateHasFailedAndCountsSo() throws Exception {
    InetSocketAddress everySecond =
        listen(
            new ChannelInitializer<Channel>() {
              private int number;

              @Override
              public boolean isSharable() {
                return true;
              }

              @Override
              protected void initChannel(Channel child) {
                boolean answers = number++ % 2 == 0;
                child.pipeline().addLast(answers ? PerfServer.sessions(log) : new Mute());
              }
            });
    PerfClient.Connect half =
        get(client.connect(dialer(everySecond), new ConnectPlan(6, 200, 0, 200, false)));
    assertThat(half.attempted()).isEqualTo(6);
    assertThat(half.succeeded()).isEqualTo(3);
  }

  @Test
  void heldConnectionsStayOpenUntilTheyAreCancelled() throws Exception {
    assertThat(get(client.hold(dialer(server), 100)).opened()).isEqualTo(100);
    CompletionStage<PerfClient.Bulk> bulk = client.bulk(dialer(server), 60, 1);
    await().until(() -> !log.received().isEmpty());
    client.cancel();
    assertThatThrownBy(() -> get(bulk)).isInstanceOf(ExecutionException.class);
  }

  @Test
  void aStreamThatIsStoppedHasArrivedWholeAndInOrder() throws Exception {
    CompletionStage<PerfClient.Stream> stream =
        client.stream(dialer(server), new StreamPlan(64, 2L * MILLI, 10_000, 5_000));
    await()
        .until(
            () ->
                log.streams().arrivals().stream()
                    .anyMatch(arrivals -> arrivals.sentNs().size() > 20));
    client.stopStreams();
    int sent = get(stream).sent();
    StreamLog.Arrivals arrivals = log.streams().arrivals().get(0);
    assertThat(arrivals.fault()).isEmpty();
    assertThat(arrivals.ended()).isTrue();
    assertThat(arrivals.sentNs()).hasSize(sent).isSorted();
    assertThat(arrivals.arrivedNs()).hasSize(sent).isSorted();
  }

  @Test
  void aStreamThatIsCutOffHasFailed() throws Exception {
    CompletionStage<PerfClient.Stream> stream =
        client.stream(dialer(server), new StreamPlan(64, 2L * MILLI, 10_000, 5_000));
    await().until(() -> !log.streams().arrivals().isEmpty());
    client.cancel();
    assertThatThrownBy(() -> get(stream)).isInstanceOf(ExecutionException.class);
  }

  @Test
  void anEndedConnectionFailsItsMeasurement() {
    InetSocketAddress hangsUp =
        listen(
            new ChannelInboundHandlerAdapter() {
              @Override
              public boolean isSharable() {
                return true;
              }

              @Override
              public void channelActive(ChannelHandlerContext ctx) {
                ctx.close();
              }
            });
    CompletionStage<PerfClient.Ping> ping =
        client.ping(dialer(hangsUp), new PingPlan(100, 200, 10L * MILLI, 1000L * MILLI, false));
    assertThatThrownBy(() -> get(ping)).isInstanceOf(ExecutionException.class);
  }
}
