package io.limpet.tcp.internal.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.limpet.tcp.CloseReason;
import io.limpet.tcp.MeshChannel;
import io.limpet.tcp.MeshChannelOption;
import io.limpet.tcp.MeshConnectionException;
import io.limpet.tcp.TcpInfo;
import io.limpet.tcp.TcpState;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelOption;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The ends of connections: in order, by force, and by silence. */
@ExtendWith(LeakGuard.class)
class MeshCloseTest {

  private final VirtualMesh mesh = new VirtualMesh(4);
  private final Recorder serverSide = new Recorder();
  private final Recorder clientSide = new Recorder();

  @AfterEach
  void close() {
    mesh.close();
  }

  private Channel connected() {
    mesh.listen(mesh.serverBootstrap(serverSide));
    Channel client = mesh.connect(mesh.clientBootstrap(clientSide));
    mesh.until(() -> serverSide.saw("active"));
    return client;
  }

  private List<TcpInfo> clientConnections() {
    return mesh.client.connections().toCompletableFuture().join();
  }

  @Test
  void closeDeliversWhatWasWritten() {
    Channel client = connected();
    client.writeAndFlush(Unpooled.buffer(1 << 15).writeZero(1 << 15));
    client.close();

    mesh.until(() -> serverSide.saw("inactive"));
    assertThat(serverSide.text).hasSize(1 << 15);
    assertThat(serverSide.cause).isNull();
    assertThat(clientSide.events).startsWith("active").endsWith("inactive");
    assertThat(clientSide.cause).isNull();
  }

  /** As over a kernel's socket: what the send buffer had no room for is waited for by promise. */
  @Test
  void closingOnThePromiseDeliversMoreThanTheSendBufferHolds() {
    Channel client = connected();
    client
        .writeAndFlush(Unpooled.buffer(1 << 20).writeZero(1 << 20))
        .addListener(ChannelFutureListener.CLOSE);

    mesh.until(() -> serverSide.saw("inactive"));
    assertThat(serverSide.text).hasSize(1 << 20);
    assertThat(serverSide.cause).isNull();
  }

  @Test
  void lingerOfZeroResetsThePeer() {
    Channel client = connected();
    client.config().setOption(ChannelOption.SO_LINGER, 0);
    client.close();

    mesh.until(() -> serverSide.saw("inactive"));
    assertThat(serverSide.events).containsExactly("active", "exception", "inactive");
    assertThat(serverSide.cause)
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("Connection reset by peer")
        .hasMessageContaining("2001:20")
        .isInstanceOfSatisfying(
            MeshConnectionException.class,
            e -> assertThat(e.reason()).isEqualTo(new CloseReason.PeerReset()));
    assertThat(clientConnections()).isEmpty();
  }

  @Test
  void aPausedReaderHearsOfAResetAtOnce() {
    Channel client = connected();
    serverSide.channels().get(0).config().setAutoRead(false);
    client.writeAndFlush(Unpooled.copyInt(1));
    mesh.loop.runFor(Duration.ofMillis(10));
    client.config().setOption(ChannelOption.SO_LINGER, 0);
    client.close();

    mesh.until(() -> serverSide.saw("inactive"));
    assertThat(serverSide.events).containsExactly("active", "exception", "inactive");
  }

  @Test
  void aPositiveLingerGivesUpAfterThatTime() {
    Channel client = connected();
    client.config().setOption(ChannelOption.SO_LINGER, 2);
    mesh.serverLink.silent = true;
    client.writeAndFlush(Unpooled.copyInt(1));
    client.close();
    mesh.loop.runFor(Duration.ofMillis(1900));
    assertThat(clientConnections()).hasSize(1);

    mesh.loop.runFor(Duration.ofMillis(200));

    assertThat(clientConnections()).isEmpty();
  }

  @Test
  void closingAtBothEndsAtOnceIsInOrder() {
    Channel client = connected();
    serverSide.channels().get(0).close();
    client.close();

    mesh.until(() -> serverSide.saw("inactive") && clientSide.saw("inactive"));
    mesh.loop.runFor(Duration.ofSeconds(1));
    assertThat(serverSide.cause).isNull();
    assertThat(clientSide.cause).isNull();
    assertThat(clientConnections()).allMatch(info -> info.state() == TcpState.TIME_WAIT);
  }

  @Test
  void silenceEndsInTheUserTimeoutAfterASuspicion() {
    mesh.listen(mesh.serverBootstrap(serverSide));
    Channel client =
        mesh.connect(
            mesh.clientBootstrap(clientSide)
                .option(MeshChannelOption.SUSPECT_AFTER, Duration.ofSeconds(1))
                .option(MeshChannelOption.USER_TIMEOUT, Duration.ofSeconds(30)));
    mesh.loop.runFor(Duration.ofSeconds(1));
    mesh.serverLink.silent = true;
    Duration before = mesh.loop.now();
    client.writeAndFlush(Unpooled.copiedBuffer("anybody there?", StandardCharsets.UTF_8));

    mesh.until(() -> clientSide.saw("PeerSuspect"));
    assertThat(mesh.loop.now().minus(before)).isBetween(millis(900), millis(1500));
    mesh.until(() -> clientSide.saw("inactive"));
    assertThat(mesh.loop.now().minus(before)).isBetween(millis(29_000), millis(33_000));
    assertThat(clientSide.cause).hasMessageContaining("no answer for");
    assertThat(((MeshChannel) client).closeReason()).isInstanceOf(CloseReason.UserTimeout.class);
  }

  private static Duration millis(long millis) {
    return Duration.ofMillis(millis);
  }

  @Test
  void theUserTimeoutCanBeChangedOnALivingConnection() {
    Channel client = connected();
    client.config().setOption(MeshChannelOption.USER_TIMEOUT, Duration.ofSeconds(3));
    mesh.serverLink.silent = true;
    client.writeAndFlush(Unpooled.copyInt(1));
    mesh.loop.runFor(Duration.ofSeconds(6));

    assertThat(clientSide.saw("inactive")).isTrue();
  }

  @Test
  void keepAliveFindsOutThatAnIdlePeerHasGone() {
    Channel client = connected();
    client.config().setOption(MeshChannelOption.KEEP_ALIVE_TIME, Duration.ofSeconds(5));
    client.config().setOption(MeshChannelOption.USER_TIMEOUT, Duration.ofSeconds(10));
    client.config().setOption(ChannelOption.SO_KEEPALIVE, true);
    mesh.loop.runFor(Duration.ofMinutes(10));
    assertThat(client.isActive()).isTrue();

    mesh.serverLink.silent = true;
    mesh.loop.runFor(Duration.ofMinutes(2));

    assertThat(client.isActive()).isFalse();
    assertThat(clientSide.saw("exception")).isTrue();
  }

  @Test
  void closingTheListenerLeavesItsConnectionsAlone() {
    Channel server = mesh.listen(mesh.serverBootstrap(serverSide));
    Channel client = mesh.connect(mesh.clientBootstrap(clientSide));
    mesh.done(server.close());
    client.writeAndFlush(Unpooled.copiedBuffer("still here", StandardCharsets.UTF_8));

    mesh.until(() -> serverSide.text.toString().equals("still here"));
  }

  @Test
  void closingTheTransportEndsEverythingOnIt() {
    Channel server = mesh.listen(mesh.serverBootstrap(serverSide));
    Channel client = mesh.connect(mesh.clientBootstrap(clientSide));
    mesh.until(() -> serverSide.saw("active"));

    mesh.server.close();
    mesh.until(() -> clientSide.saw("inactive") && serverSide.saw("inactive"));

    assertThat(server.isOpen()).isFalse();
    assertThat(client.isOpen()).isFalse();
    assertThat(clientSide.cause).hasMessageStartingWith("Connection reset by peer");
    assertThat(mesh.failure(mesh.serverBootstrap(serverSide).bind(mesh.serverAddress())))
        .isInstanceOf(IOException.class);
  }

  @Test
  void aConnectionThatWasNotConfirmedIsNeverActive() {
    mesh.listen(mesh.serverBootstrap(serverSide));
    mesh.clientBootstrap(clientSide)
        .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, 100)
        .connect(mesh.serverAddress());
    // The SYN is on its way; nothing after it arrives.
    mesh.loop.runFor(Duration.ofNanos(1));
    mesh.clientLink.silent = true;
    mesh.loop.runFor(Duration.ofMinutes(10));

    assertThat(serverSide.channels()).hasSize(1);
    assertThat(serverSide.events).isEmpty();
    assertThat(serverSide.channels().get(0).isOpen()).isFalse();
  }

  @Test
  void theNewestConnectionOfAPeerWins() {
    mesh.listen(mesh.serverBootstrap(serverSide).option(MeshChannelOption.NEWEST_WINS, true));
    mesh.connect(mesh.clientBootstrap(clientSide));
    mesh.until(() -> serverSide.saw("active"));
    Recorder newer = new Recorder();

    Channel second = mesh.connect(mesh.clientBootstrap(newer));

    mesh.until(() -> clientSide.saw("inactive"));
    assertThat(serverSide.channels().get(0).isOpen()).isFalse();
    assertThat(((MeshChannel) serverSide.channels().get(0)).closeReason())
        .isEqualTo(new CloseReason.Replaced());
    assertThat(second.isActive()).isTrue();
  }
}
