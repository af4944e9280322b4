package io.limpet.tcp.internal.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.limpet.tcp.CloseReason;
import io.limpet.tcp.MeshChannel;
import io.limpet.tcp.MeshChannelOption;
import io.limpet.tcp.MeshConnectException;
import io.limpet.tcp.TcpInfo;
import io.limpet.tcp.TcpState;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.local.LocalAddress;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.UnresolvedAddressException;
import java.nio.channels.UnsupportedAddressTypeException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Connections that come about, and such that do not: the reason is always said. */
@ExtendWith(LeakGuard.class)
@ParameterizedClass
@EnumSource(Loops.class)
class MeshConnectTest {

  private static final Duration ROUND_TRIP = Duration.ofMillis(2);

  private final VirtualMesh mesh;
  private final Recorder serverSide = new Recorder();
  private final Recorder clientSide = new Recorder();

  MeshConnectTest(Loops loops) {
    mesh = new VirtualMesh(1, loops);
  }

  @AfterEach
  void close() {
    mesh.close();
  }

  @Test
  void bothSidesBecomeActiveAndKnowEachOther() {
    mesh.listen(mesh.serverBootstrap(serverSide));
    Channel client = mesh.connect(mesh.clientBootstrap(clientSide));
    mesh.until(() -> serverSide.saw("active"));

    assertThat(clientSide.events).containsExactly("active");
    assertThat(client.remoteAddress()).isEqualTo(mesh.serverAddress());
    Channel child = serverSide.channels().get(0);
    assertThat(child.remoteAddress()).isEqualTo(client.localAddress());
    assertThat(child.localAddress()).isEqualTo(client.remoteAddress());
  }

  @Test
  void aConnectionTakesOneRoundTrip() {
    mesh.listen(mesh.serverBootstrap(serverSide));
    Duration before = mesh.loop.now();
    mesh.connect(mesh.clientBootstrap(clientSide));

    assertThat(mesh.loop.now().minus(before)).isLessThan(Duration.ofMillis(3));
  }

  @Test
  void nobodyListensAtThePort() {
    Duration before = mesh.loop.now();
    ChannelFuture future = mesh.clientBootstrap(clientSide).connect(mesh.serverAddress());

    assertThat(mesh.failure(future))
        .isInstanceOf(ConnectException.class)
        .hasMessageContaining("nobody listens")
        .hasMessageContaining("4711")
        .isInstanceOfSatisfying(
            MeshConnectException.class,
            e -> assertThat(e.reason()).isEqualTo(new CloseReason.PortClosed()));
    assertThat(mesh.loop.now().minus(before)).as("one round trip").isEqualTo(ROUND_TRIP);
    mesh.until(() -> !future.channel().isOpen());
    assertThat(clientSide.events).isEmpty();
  }

  @Test
  void thePeerHasNeverBeenHeard() {
    InetSocketAddress stranger = FakeMesh.address(77).at(1);
    Duration before = mesh.loop.now();
    Throwable cause = mesh.failure(mesh.clientBootstrap(clientSide).connect(stranger));

    assertThat(cause)
        .isInstanceOf(ConnectException.class)
        .hasMessageContaining("never been heard")
        .hasMessageContaining("2001:20");
    assertThat(mesh.loop.now()).isEqualTo(before);
  }

  @Test
  @Tag("MUST-46")
  void addressesOutsideOfTheMeshAreRefusedClearly() {
    assertThat(
            mesh.failure(
                mesh.clientBootstrap(clientSide)
                    .connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), 80))))
        .isInstanceOf(ConnectException.class)
        .hasMessageContaining("not a mesh address");
    assertThat(mesh.failure(mesh.clientBootstrap(clientSide).connect(new LocalAddress("x"))))
        .isInstanceOf(UnsupportedAddressTypeException.class);
    Channel registered = mesh.done(mesh.clientBootstrap(clientSide).register());
    assertThat(
            mesh.failure(registered.connect(InetSocketAddress.createUnresolved("nobody.mesh", 80))))
        .isInstanceOf(UnresolvedAddressException.class);
    registered.close();
  }

  @Test
  @Tag("MUST-43")
  void anotherNodesAddressCannotBeBound() {
    ServerBootstrap server = mesh.serverBootstrap(serverSide);
    assertThat(mesh.failure(server.bind(FakeMesh.address(2).at(80))))
        .isInstanceOf(BindException.class)
        .hasMessageContaining("not this node's");
  }

  @Test
  void aPortIsTakenOnceAndFreeAgainAfterClose() {
    Channel first = mesh.listen(mesh.serverBootstrap(serverSide));
    assertThat(mesh.failure(mesh.serverBootstrap(serverSide).bind(mesh.serverAddress())))
        .isInstanceOf(BindException.class);

    mesh.done(first.close());

    Channel second = mesh.listen(mesh.serverBootstrap(serverSide));
    assertThat(second.localAddress()).isEqualTo(mesh.serverAddress());
  }

  @Test
  void anyFreePortIsGivenOnRequest() {
    Channel server =
        mesh.done(mesh.serverBootstrap(serverSide).bind(new InetSocketAddress("::", 0)));
    InetSocketAddress bound = (InetSocketAddress) server.localAddress();

    assertThat(bound.getPort()).isPositive();
    assertThat(mesh.done(mesh.clientBootstrap(clientSide).connect(bound)).isActive()).isTrue();
  }

  @Test
  void aSilentPeerTimesOut() {
    mesh.serverLink.silent = true;
    ChannelFuture future =
        mesh.clientBootstrap(clientSide)
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, 5000)
            .connect(mesh.serverAddress());
    Duration before = mesh.loop.now();

    assertThat(mesh.failure(future)).isInstanceOf(ConnectTimeoutException.class);
    assertThat(mesh.loop.now().minus(before)).isEqualTo(Duration.ofSeconds(5));
    mesh.until(() -> !future.channel().isOpen());
  }

  @Test
  void theUserTimeoutEndsAnAttemptThatHasNoTimeoutOfItsOwn() {
    mesh.serverLink.silent = true;
    ChannelFuture future =
        mesh.clientBootstrap(clientSide)
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, 0)
            .option(MeshChannelOption.USER_TIMEOUT, Duration.ofSeconds(20))
            .connect(mesh.serverAddress());

    assertThat(mesh.failure(future))
        .isInstanceOf(MeshConnectException.class)
        .hasMessageContaining("no answer for");
  }

  @Test
  void aCancelledAttemptClosesTheChannel() {
    mesh.serverLink.silent = true;
    ChannelFuture future = mesh.clientBootstrap(clientSide).connect(mesh.serverAddress());
    mesh.loop.runFor(Duration.ofSeconds(1));

    assertThat(future.cancel(false)).isTrue();

    mesh.until(() -> future.channel().closeFuture().isDone());
    assertThat(clientSide.events).isEmpty();
  }

  @Test
  void lostSynsAreRepeated() {
    mesh.listen(mesh.serverBootstrap(serverSide));
    mesh.serverLink.silent = true;
    ChannelFuture future = mesh.clientBootstrap(clientSide).connect(mesh.serverAddress());
    mesh.loop.runFor(Duration.ofMillis(500));
    mesh.serverLink.silent = false;

    assertThat(mesh.done(future).isActive()).isTrue();
  }

  @Test
  void aListenerThatDoesNotReadLeavesClientsWaitingUntilItDoes() {
    Channel server =
        mesh.listen(mesh.serverBootstrap(serverSide).option(ChannelOption.AUTO_READ, false));
    ChannelFuture future = mesh.clientBootstrap(clientSide).connect(mesh.serverAddress());
    mesh.loop.runFor(Duration.ofSeconds(3));
    assertThat(future.isDone()).as("connected means accepted").isFalse();

    server.read();

    assertThat(mesh.done(future).isActive()).isTrue();
  }

  @Test
  void aFullBacklogRefusesAtOnceAndSaysSo() {
    mesh.listen(
        mesh.serverBootstrap(serverSide)
            .option(ChannelOption.AUTO_READ, false)
            .option(ChannelOption.SO_BACKLOG, 2));
    List<ChannelFuture> futures = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      futures.add(mesh.clientBootstrap(clientSide).connect(mesh.serverAddress()));
      mesh.loop.runFor(Duration.ofMillis(5));
    }

    assertThat(futures.get(0).isDone()).isFalse();
    assertThat(futures.get(1).isDone()).isFalse();
    assertThat(mesh.failure(futures.get(2)))
        .isInstanceOf(ConnectException.class)
        .hasMessageContaining("backlog is full")
        .isInstanceOfSatisfying(
            MeshConnectException.class,
            e -> assertThat(e.reason()).isEqualTo(new CloseReason.BacklogFull()));
  }

  @Test
  void aBacklogThatIsReadHasRoomAgain() {
    Channel server =
        mesh.listen(
            mesh.serverBootstrap(serverSide)
                .option(ChannelOption.AUTO_READ, false)
                .option(ChannelOption.SO_BACKLOG, 1));
    ChannelFuture first = mesh.clientBootstrap(clientSide).connect(mesh.serverAddress());
    mesh.loop.runFor(Duration.ofMillis(5));
    Duration before = mesh.loop.now();
    mesh.failure(mesh.clientBootstrap(clientSide).connect(mesh.serverAddress()));
    assertThat(mesh.loop.now().minus(before)).as("one round trip").isEqualTo(ROUND_TRIP);

    server.read();
    mesh.done(first);
    ChannelFuture third = mesh.clientBootstrap(clientSide).connect(mesh.serverAddress());
    mesh.loop.runFor(Duration.ofMillis(5));
    assertThat(third.isDone()).isFalse();
    server.read();

    mesh.done(third);
  }

  @Test
  void closingTheListenerRefusesThoseWhoWait() {
    Channel server =
        mesh.listen(mesh.serverBootstrap(serverSide).option(ChannelOption.AUTO_READ, false));
    ChannelFuture future = mesh.clientBootstrap(clientSide).connect(mesh.serverAddress());
    mesh.loop.runFor(Duration.ofMillis(10));

    server.close();

    assertThat(mesh.failure(future)).isInstanceOf(ConnectException.class);
  }

  @Test
  void aNodeCanConnectToItself() {
    mesh.listen(mesh.serverBootstrap(serverSide));
    Channel client =
        mesh.done(
            new Bootstrap()
                .group(mesh.loop)
                .channelFactory(mesh.server.clientChannels())
                .handler(clientSide)
                .connect(mesh.serverAddress()));
    client.writeAndFlush(Unpooled.copiedBuffer("to myself", StandardCharsets.UTF_8));

    mesh.until(() -> serverSide.text.toString().equals("to myself"));
  }

  @Test
  void aConnectionShowsItsStatistics() throws Exception {
    mesh.listen(mesh.serverBootstrap(serverSide));
    MeshChannel client = (MeshChannel) mesh.connect(mesh.clientBootstrap(clientSide));

    TcpInfo info = client.tcpInfo().toCompletableFuture().get();

    assertThat(info.state()).isEqualTo(TcpState.ESTABLISHED);
    assertThat(info.remotePort()).isEqualTo(VirtualMesh.PORT);
    assertThat(mesh.client.connections(mesh.serverLink.localAddress()).toCompletableFuture().get())
        .hasSize(1);
    assertThat(mesh.client.connections(FakeMesh.address(50)).toCompletableFuture().get()).isEmpty();
  }
}
