package io.limpet.tcp.internal.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.limpet.tcp.TcpState;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelOutputShutdownException;
import io.netty.channel.socket.SocketChannel;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** One direction closed, the other open: data, events, and their order. */
@ExtendWith(LeakGuard.class)
@ParameterizedClass
@EnumSource(Loops.class)
class MeshHalfCloseTest {

  private final VirtualMesh mesh;
  private final Recorder serverSide = new Recorder();
  private final Recorder clientSide = new Recorder();

  MeshHalfCloseTest(Loops loops) {
    mesh = new VirtualMesh(2, loops);
  }

  @AfterEach
  void close() {
    mesh.close();
  }

  private static ByteBuf text(String text) {
    return Unpooled.copiedBuffer(text, StandardCharsets.UTF_8);
  }

  private SocketChannel connected(boolean serverAllowsHalfClosure) {
    ServerBootstrap server = mesh.serverBootstrap(serverSide);
    mesh.listen(server.childOption(ChannelOption.ALLOW_HALF_CLOSURE, serverAllowsHalfClosure));
    SocketChannel client =
        (SocketChannel)
            mesh.connect(
                mesh.clientBootstrap(clientSide).option(ChannelOption.ALLOW_HALF_CLOSURE, true));
    mesh.until(() -> serverSide.saw("active"));
    return client;
  }

  @Test
  void theOtherSideReadsEverythingThenHearsTheEndOnce() {
    SocketChannel client = connected(true);
    client.write(text("all of "));
    client.writeAndFlush(text("it"));
    client.shutdownOutput();
    mesh.loop.runFor(Duration.ofSeconds(1));

    assertThat(serverSide.text).hasToString("all of it");
    assertThat(serverSide.events)
        .containsExactly("active", "ChannelInputShutdownEvent", "ChannelInputShutdownReadComplete");
    SocketChannel child = (SocketChannel) serverSide.channels().get(0);
    assertThat(child.isInputShutdown()).isTrue();
    assertThat(child.isOutputShutdown()).isFalse();
    assertThat(child.isActive()).isTrue();
    assertThat(client.isOutputShutdown()).isTrue();
    assertThat(client.isInputShutdown()).isFalse();
  }

  @Test
  void theOpenDirectionStillCarriesData() {
    SocketChannel client = connected(true);
    client.shutdownOutput();
    mesh.until(() -> serverSide.saw("ChannelInputShutdownReadComplete"));

    serverSide.channels().get(0).writeAndFlush(text("an answer after your end"));

    mesh.until(() -> clientSide.text.toString().equals("an answer after your end"));
    assertThat(client.isActive()).isTrue();
  }

  @Test
  void whenBothDirectionsHaveEndedBothSidesCloseInOrder() throws Exception {
    SocketChannel client = connected(true);
    client.shutdownOutput();
    mesh.until(() -> serverSide.saw("ChannelInputShutdownReadComplete"));
    Channel child = serverSide.channels().get(0);

    child.close();

    mesh.until(() -> clientSide.saw("ChannelInputShutdownReadComplete"));
    mesh.done(client.close());
    mesh.until(() -> serverSide.saw("inactive") && clientSide.saw("inactive"));
    assertThat(serverSide.cause).isNull();
    assertThat(clientSide.cause).isNull();
    mesh.loop.runFor(Duration.ofMinutes(5));
    assertThat(mesh.client.connections().toCompletableFuture().get()).isEmpty();
    assertThat(mesh.server.connections().toCompletableFuture().get()).isEmpty();
  }

  @Test
  void withoutHalfClosureTheEndOfInputClosesTheChannel() {
    SocketChannel client = connected(false);
    client.writeAndFlush(text("last words"));
    client.shutdownOutput();

    mesh.until(() -> serverSide.saw("inactive"));
    assertThat(serverSide.text).hasToString("last words");
    assertThat(serverSide.events).containsExactly("active", "inactive");
    mesh.until(() -> clientSide.saw("ChannelInputShutdownReadComplete"));
  }

  @Test
  void writingAfterShutdownOutputFails() {
    SocketChannel client = connected(true);
    client.shutdownOutput();

    ChannelFuture write = client.writeAndFlush(text("too late"));

    assertThat(mesh.failure(write))
        .isInstanceOfAny(ChannelOutputShutdownException.class, ClosedChannelException.class);
    assertThat(client.isActive()).isTrue();
  }

  @Test
  void aPausedReaderHearsOfTheEndOnlyAfterTheDataBeforeIt() {
    SocketChannel client = connected(true);
    Channel child = serverSide.channels().get(0);
    child.config().setAutoRead(false);
    client.writeAndFlush(text("unread"));
    client.shutdownOutput();
    mesh.loop.runFor(Duration.ofSeconds(1));
    assertThat(serverSide.events).containsExactly("active");
    assertThat(serverSide.text).isEmpty();

    child.read();
    mesh.loop.runFor(Duration.ofSeconds(1));

    assertThat(serverSide.text).hasToString("unread");
    assertThat(serverSide.events)
        .containsExactly("active", "ChannelInputShutdownEvent", "ChannelInputShutdownReadComplete");
  }

  @Test
  void aPausedReaderHearsOfTheEndWhenNothingIsLeftToRead() {
    SocketChannel client = connected(true);
    serverSide.channels().get(0).config().setAutoRead(false);
    client.shutdownOutput();

    mesh.until(() -> serverSide.saw("ChannelInputShutdownReadComplete"));
    assertThat(serverSide.events)
        .containsExactly("active", "ChannelInputShutdownEvent", "ChannelInputShutdownReadComplete");
  }

  @Test
  void afterShutdownInputThePeerIsNotBlocked() throws Exception {
    SocketChannel client = connected(true);
    SocketChannel child = (SocketChannel) serverSide.channels().get(0);
    child.shutdownInput();
    mesh.loop.runFor(Duration.ofMillis(10));

    ChannelFuture write = client.writeAndFlush(Unpooled.wrappedBuffer(new byte[20 << 20]));
    mesh.done(write);
    mesh.loop.runFor(Duration.ofSeconds(30));

    assertThat(serverSide.text).isEmpty();
    assertThat(client.isActive()).isTrue();
    assertThat(mesh.client.connections().toCompletableFuture().get())
        .singleElement()
        .satisfies(info -> assertThat(info.state()).isEqualTo(TcpState.ESTABLISHED))
        .satisfies(info -> assertThat(info.bytesAcked()).isGreaterThanOrEqualTo(20 << 20));
    child.writeAndFlush(text("I still speak"));
    mesh.until(() -> clientSide.text.toString().equals("I still speak"));
  }

  @Test
  void shutdownClosesBothDirections() {
    SocketChannel client = connected(true);
    mesh.done(client.shutdown());

    assertThat(client.isShutdown()).isTrue();
    mesh.until(() -> serverSide.saw("ChannelInputShutdownReadComplete"));
  }
}
