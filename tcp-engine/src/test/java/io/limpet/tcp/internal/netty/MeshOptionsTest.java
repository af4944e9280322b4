package io.limpet.tcp.internal.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.limpet.tcp.CloseReason;
import io.limpet.tcp.MeshChannel;
import io.limpet.tcp.MeshChannelOption;
import io.limpet.tcp.TcpConfig;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioChannelOption;
import java.net.StandardSocketOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import jdk.net.ExtendedSocketOptions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Options mean what Netty's users expect of them, by any of their names. */
@ParameterizedClass
@EnumSource(Loops.class)
@ExtendWith(LeakGuard.class)
class MeshOptionsTest {

  private final VirtualMesh mesh;
  private final Recorder serverSide = new Recorder();
  private final Recorder clientSide = new Recorder();

  MeshOptionsTest(Loops loops) {
    mesh = new VirtualMesh(10, loops);
  }

  @AfterEach
  void close() {
    mesh.close();
  }

  private Channel connected() {
    mesh.listen(
        mesh.serverBootstrap(serverSide).childOption(ChannelOption.ALLOW_HALF_CLOSURE, true));
    Channel client =
        mesh.connect(
            mesh.clientBootstrap(clientSide).option(ChannelOption.ALLOW_HALF_CLOSURE, true));
    mesh.until(() -> serverSide.saw("active"));
    return client;
  }

  private Channel child() {
    return serverSide.channels().get(0);
  }

  private static Map<ChannelOption<?>, Object> ofConnections() {
    return Map.ofEntries(
        Map.entry(ChannelOption.SO_KEEPALIVE, true),
        Map.entry(ChannelOption.SO_LINGER, 3),
        Map.entry(ChannelOption.TCP_NODELAY, false),
        Map.entry(ChannelOption.SO_RCVBUF, 100_000),
        Map.entry(ChannelOption.SO_SNDBUF, 200_000),
        Map.entry(ChannelOption.SO_REUSEADDR, true),
        Map.entry(ChannelOption.IP_TOS, 8),
        Map.entry(ChannelOption.TCP_FASTOPEN_CONNECT, true),
        Map.entry(ChannelOption.ALLOW_HALF_CLOSURE, true),
        Map.entry(ChannelOption.CONNECT_TIMEOUT_MILLIS, 1234),
        Map.entry(EpollChannelOption.TCP_USER_TIMEOUT, 9_000),
        Map.entry(EpollChannelOption.TCP_KEEPIDLE, 7),
        Map.entry(EpollChannelOption.TCP_KEEPINTVL, 2),
        Map.entry(EpollChannelOption.TCP_KEEPCNT, 3),
        Map.entry(MeshChannelOption.SUSPECT_AFTER, Duration.ofSeconds(1)),
        Map.entry(MeshChannelOption.CONGESTION_CONTROL, TcpConfig.CongestionAlgorithm.CUBIC));
  }

  @SuppressWarnings("unchecked") // The table above has values of the options' types.
  private static ChannelOption<Object> any(ChannelOption<?> option) {
    return (ChannelOption<Object>) option;
  }

  @Test
  void everyOptionIsTakenShownAndListed() {
    Channel client = mesh.done(mesh.clientBootstrap(clientSide).register());
    ofConnections()
        .forEach(
            (option, value) -> {
              assertThat(client.config().setOption(any(option), value)).as("%s", option).isTrue();
              assertThat(client.config().getOption(any(option))).as("%s", option).isEqualTo(value);
              assertThat(client.config().getOptions()).containsEntry(option, value);
            });
    assertThat(client.config().getOption(MeshChannelOption.USER_TIMEOUT))
        .isEqualTo(Duration.ofSeconds(9));
    assertThat(client.config().getOption(MeshChannelOption.KEEP_ALIVE_TIME))
        .isEqualTo(Duration.ofSeconds(7));
    client.close();
  }

  @Test
  void everyChildOptionReachesTheChildBeforeItsInitializer() {
    List<Object> seen = new ArrayList<>();
    ServerBootstrap server =
        mesh.serverBootstrap(
            new ChannelInitializer<Channel>() {
              @Override
              protected void initChannel(Channel channel) {
                ofConnections()
                    .forEach(
                        (option, value) -> {
                          if (!value.equals(channel.config().getOption(any(option)))) {
                            seen.add(option);
                          }
                        });
                channel.pipeline().addLast(serverSide);
              }
            });
    ofConnections().forEach((option, value) -> server.childOption(any(option), value));
    mesh.listen(server);
    mesh.connect(mesh.clientBootstrap(clientSide));
    mesh.until(() -> serverSide.saw("active"));

    assertThat(seen).isEmpty();
  }

  @Test
  void optionsOfTheListenerAreWhatConnectionsStartWith() {
    mesh.listen(
        mesh.serverBootstrap(serverSide)
            .option(ChannelOption.SO_RCVBUF, 50_000)
            .option(ChannelOption.SO_BACKLOG, 5)
            .option(ChannelOption.SO_REUSEADDR, true)
            .option(ChannelOption.TCP_FASTOPEN, 16)
            .option(EpollChannelOption.TCP_USER_TIMEOUT, 4_000));
    mesh.connect(mesh.clientBootstrap(clientSide));
    mesh.until(() -> serverSide.saw("active"));

    Channel listener = child().parent();
    assertThat(child().config().getOption(ChannelOption.SO_RCVBUF)).isEqualTo(50_000);
    assertThat(child().config().getOption(MeshChannelOption.USER_TIMEOUT))
        .isEqualTo(Duration.ofSeconds(4));
    assertThat(listener.config().getOption(ChannelOption.SO_BACKLOG)).isEqualTo(5);
    assertThat(listener.config().getOption(ChannelOption.TCP_FASTOPEN)).isEqualTo(16);
    assertThat(listener.config().getOption(ChannelOption.SO_REUSEADDR)).isTrue();
  }

  @Test
  void optionsAreKnownByTheNamesOfOtherTransports() {
    Channel client = mesh.done(mesh.clientBootstrap(clientSide).register());
    var config = client.config();
    config.setOption(NioChannelOption.of(StandardSocketOptions.TCP_NODELAY), false);
    config.setOption(NioChannelOption.of(StandardSocketOptions.SO_KEEPALIVE), true);
    config.setOption(NioChannelOption.of(StandardSocketOptions.SO_LINGER), 4);
    config.setOption(NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPIDLE), 11);
    config.setOption(NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPINTERVAL), 12);
    config.setOption(NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPCOUNT), 13);
    ChannelOption<Integer> ofIoUring =
        ChannelOption.valueOf("io.netty.channel.uring.IoUringChannelOption#TCP_USER_TIMEOUT");
    config.setOption(ofIoUring, 14_000);

    assertThat(config.getOption(ChannelOption.TCP_NODELAY)).isFalse();
    assertThat(config.getOption(ChannelOption.SO_KEEPALIVE)).isTrue();
    assertThat(config.getOption(ChannelOption.SO_LINGER)).isEqualTo(4);
    assertThat(config.getOption(EpollChannelOption.TCP_KEEPIDLE)).isEqualTo(11);
    assertThat(config.getOption(EpollChannelOption.TCP_KEEPINTVL)).isEqualTo(12);
    assertThat(config.getOption(EpollChannelOption.TCP_KEEPCNT)).isEqualTo(13);
    assertThat(config.getOption(EpollChannelOption.TCP_USER_TIMEOUT)).isEqualTo(14_000);
    assertThat(config.getOption(ofIoUring)).isEqualTo(14_000);
    client.close();
  }

  @Test
  void valuesWithoutAMeaningAreRefused() {
    Channel client = mesh.done(mesh.clientBootstrap(clientSide).register());
    var config = client.config();
    assertThatThrownBy(() -> config.setOption(EpollChannelOption.TCP_USER_TIMEOUT, -1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> config.setOption(EpollChannelOption.TCP_KEEPIDLE, 0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> config.setOption(MeshChannelOption.USER_TIMEOUT, Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> config.setOption(MeshChannelOption.SUSPECT_AFTER, Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class);
    client.close();
  }

  @Test
  void theUserTimeoutOfLinuxEndsAConnection() {
    Channel client = connected();
    client.config().setOption(EpollChannelOption.TCP_USER_TIMEOUT, 2_500);
    mesh.loop.runFor(Duration.ofMillis(10));
    mesh.serverLink.silent = true;
    Duration before = mesh.loop.now();
    client.writeAndFlush(Unpooled.copyInt(1));
    mesh.until(() -> clientSide.saw("inactive"));

    assertThat(mesh.loop.now().minus(before))
        .isBetween(Duration.ofMillis(2_500), Duration.ofMillis(2_600));
    assertThat(((MeshChannel) client).closeReason()).isInstanceOf(CloseReason.UserTimeout.class);
  }

  @Test
  void aUserTimeoutOfZeroIsTheDefaultAgain() {
    Channel client = connected();
    client.config().setOption(EpollChannelOption.TCP_USER_TIMEOUT, 2_500);
    client.config().setOption(EpollChannelOption.TCP_USER_TIMEOUT, 0);

    assertThat(client.config().getOption(MeshChannelOption.USER_TIMEOUT))
        .isEqualTo(Duration.ofNanos(TcpConfig.defaults().userTimeoutNs()));
  }

  @Test
  void keepAliveProbesAsOftenAsItIsTold() {
    mesh.listen(mesh.serverBootstrap(serverSide));
    Channel client =
        mesh.connect(
            mesh.clientBootstrap(clientSide)
                .option(ChannelOption.SO_KEEPALIVE, true)
                .option(EpollChannelOption.TCP_KEEPIDLE, 5)
                .option(EpollChannelOption.TCP_KEEPINTVL, 2)
                .option(EpollChannelOption.TCP_KEEPCNT, 3));
    mesh.until(() -> serverSide.saw("active"));
    mesh.loop.runFor(Duration.ofSeconds(60));
    assertThat(client.isActive()).isTrue();
    mesh.serverLink.silent = true;
    Duration before = mesh.loop.now();
    mesh.until(() -> clientSide.saw("inactive"));

    // The last answer was up to five seconds old; then three probes, two seconds apart.
    assertThat(mesh.loop.now().minus(before))
        .isBetween(Duration.ofSeconds(6), Duration.ofSeconds(11));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void nagleHoldsASmallSegmentBackAndNoDelayDoesNot(boolean noDelay) {
    Channel client = connected();
    client.config().setOption(ChannelOption.TCP_NODELAY, noDelay);
    mesh.loop.runFor(Duration.ofSeconds(1));
    int before = mesh.clientLink.datagramsSent.get();
    for (int i = 0; i < 2; i++) {
      client.writeAndFlush(Unpooled.copyInt(i));
      // Shorter than the way to the peer.
      mesh.loop.runFor(Duration.ofNanos(100_000));
    }

    assertThat(mesh.clientLink.datagramsSent.get() - before).isEqualTo(noDelay ? 2 : 1);
    mesh.until(() -> serverSide.text.length() == 8);
  }

  @ParameterizedTest
  @ValueSource(ints = {16 * 1024, 128 * 1024})
  void buffersHoldWhatTheyAreToldTo(int bytes) {
    mesh.listen(
        mesh.serverBootstrap(serverSide)
            .option(ChannelOption.SO_RCVBUF, bytes)
            .childOption(ChannelOption.AUTO_READ, false));
    Channel client =
        mesh.connect(mesh.clientBootstrap(clientSide).option(ChannelOption.SO_SNDBUF, bytes));
    List<ChannelFuture> writes = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      writes.add(client.writeAndFlush(Unpooled.buffer(1024).writeZero(1024)));
    }
    mesh.loop.runFor(Duration.ofSeconds(20));

    long taken = 1024 * writes.stream().filter(ChannelFuture::isDone).count();
    assertThat(taken).isBetween((long) (1.7 * bytes), 2L * bytes);
  }

  /** {@code SO_LINGER}, when this side closes first, and when the other side has. */
  @Nested
  class Linger {

    /** Returns a client whose close is the first, or the answer to the server's. */
    private Channel closing(boolean first, int seconds) {
      Channel client = connected();
      client.config().setOption(ChannelOption.SO_LINGER, seconds);
      if (!first) {
        ((SocketChannel) child()).shutdownOutput();
        mesh.until(() -> clientSide.saw("ChannelInputShutdownReadComplete"));
      }
      return client;
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void noneClosesAtOnceAndDeliversNevertheless(boolean first) {
      Channel client = closing(first, -1);
      mesh.serverLink.silent = true;
      client.writeAndFlush(Unpooled.buffer(100_000).writeZero(100_000));
      mesh.done(client.close());
      mesh.loop.runFor(Duration.ofSeconds(30));
      mesh.serverLink.silent = false;

      mesh.until(() -> serverSide.text.length() == 100_000);
      mesh.until(() -> serverSide.saw("ChannelInputShutdownReadComplete"));
      assertThat(serverSide.cause).isNull();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void zeroResets(boolean first) {
      Channel client = closing(first, 0);
      mesh.done(client.close());

      mesh.until(() -> serverSide.saw("inactive"));
      assertThat(serverSide.cause).hasMessageStartingWith("Connection reset by peer");
      assertThat(mesh.client.connections().toCompletableFuture().join()).isEmpty();
      assertThat(((MeshChannel) client).closeReason()).isEqualTo(new CloseReason.LocalAbort());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aTimeIsWaitedForTheAcknowledgementOfEverything(boolean first) {
      Channel client = closing(first, 20);
      mesh.serverLink.silent = true;
      client.writeAndFlush(Unpooled.buffer(100_000).writeZero(100_000));
      ChannelFuture closing = client.close();
      mesh.loop.runFor(Duration.ofSeconds(5));
      assertThat(closing.isDone()).isFalse();
      mesh.serverLink.silent = false;

      mesh.done(closing);

      mesh.until(() -> serverSide.text.length() == 100_000);
      assertThat(clientSide.events).endsWith("inactive");
      assertThat(((MeshChannel) client).closeReason()).isEqualTo(new CloseReason.Graceful());
      assertThat(serverSide.cause).isNull();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void andNoLongerThanThatTime(boolean first) {
      Channel client = closing(first, 2);
      mesh.serverLink.silent = true;
      client.writeAndFlush(Unpooled.copyInt(1));
      mesh.loop.runFor(Duration.ofMillis(1));
      Duration before = mesh.loop.now();
      ChannelFuture closing = client.close();

      mesh.done(closing);

      assertThat(mesh.loop.now().minus(before)).isEqualTo(Duration.ofSeconds(2));
      assertThat(mesh.client.connections().toCompletableFuture().join()).isEmpty();
      assertThat(((MeshChannel) client).closeReason()).isEqualTo(new CloseReason.LocalAbort());
    }

    @Test
    void closingTwiceWaitsForTheSame() {
      Channel client = closing(true, 20);
      client.writeAndFlush(Unpooled.copyInt(1));
      ChannelFuture first = client.close();
      ChannelFuture second = client.close();

      mesh.done(first);
      mesh.done(second);

      assertThat(clientSide.events).containsOnlyOnce("inactive");
    }

    @Test
    void closingTheTransportEndsTheWaiting() {
      Channel client = closing(true, 20);
      mesh.serverLink.silent = true;
      client.writeAndFlush(Unpooled.copyInt(1));
      ChannelFuture closing = client.close();
      mesh.loop.runFor(Duration.ofSeconds(1));
      Duration before = mesh.loop.now();

      mesh.client.close();

      mesh.done(closing);
      assertThat(mesh.loop.now()).isEqualTo(before);
    }
  }
}
