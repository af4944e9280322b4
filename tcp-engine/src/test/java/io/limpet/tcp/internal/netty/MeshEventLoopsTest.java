package io.limpet.tcp.internal.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.limpet.tcp.MeshChannel;
import io.limpet.tcp.TcpInfo;
import io.limpet.tcp.TcpState;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.net.BindException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Channels on any event loop, in virtual time; what they do elsewhere, they do here. */
@ExtendWith(LeakGuard.class)
class MeshEventLoopsTest {

  private final VirtualMesh mesh = new VirtualMesh(8, Loops.FAR);
  private final Recorder serverSide = new Recorder();
  private final Recorder clientSide = new Recorder();

  @AfterEach
  void close() {
    mesh.close();
  }

  static Stream<Arguments> arrangements() {
    List<Arguments> all = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      all.add(Arguments.of((i & 1) != 0, (i & 2) != 0, (i & 4) != 0));
    }
    return all.stream();
  }

  private ServerBootstrap server(VirtualLoop listener, VirtualLoop child) {
    return new ServerBootstrap()
        .group(listener, child)
        .channelFactory(mesh.server.serverChannels())
        .childHandler(serverSide);
  }

  private Bootstrap client(VirtualLoop loop) {
    return new Bootstrap()
        .group(loop)
        .channelFactory(mesh.client.clientChannels())
        .handler(clientSide);
  }

  private static ByteBuf text(String text) {
    return Unpooled.copiedBuffer(text, StandardCharsets.UTF_8);
  }

  @ParameterizedTest(name = "listener far {0}, child far {1}, client far {2}")
  @MethodSource("arrangements")
  void everyMixOfLoopsCarriesAConversation(
      boolean farListener, boolean farChild, boolean farClient) {
    mesh.done(
        server(farListener ? mesh.listenerLoop : mesh.loop, farChild ? mesh.childLoop : mesh.loop)
            .bind(mesh.serverAddress()));
    Channel client =
        mesh.done(client(farClient ? mesh.clientLoop : mesh.loop).connect(mesh.serverAddress()));
    mesh.until(() -> serverSide.saw("active"));
    client.writeAndFlush(text("a question"));
    mesh.until(() -> serverSide.text.toString().equals("a question"));
    serverSide.channels().get(0).writeAndFlush(text("an answer"));
    mesh.until(() -> clientSide.text.toString().equals("an answer"));
    client.close();
    mesh.until(() -> serverSide.saw("inactive") && clientSide.saw("inactive"));

    assertThat(serverSide.events).containsExactly("active", "inactive");
    assertThat(clientSide.events).containsExactly("active", "inactive");
    assertThat(serverSide.cause).isNull();
    assertThat(clientSide.cause).isNull();
  }

  @Test
  void handlersRunOnTheLoopOfTheirChannelOnly() {
    List<String> strays = new ArrayList<>();
    Recorder watchful =
        new Recorder() {
          @Override
          public void channelActive(ChannelHandlerContext ctx) {
            note(ctx, mesh.childLoop);
            super.channelActive(ctx);
          }

          @Override
          public void channelRead(ChannelHandlerContext ctx, Object msg) {
            note(ctx, mesh.childLoop);
            super.channelRead(ctx, msg);
          }

          private void note(ChannelHandlerContext ctx, VirtualLoop loop) {
            if (ctx.channel().eventLoop() != loop || !loop.inEventLoop()) {
              strays.add("on a strange loop");
            }
          }
        };
    mesh.done(
        server(mesh.listenerLoop, mesh.childLoop)
            .childHandler(watchful)
            .bind(mesh.serverAddress()));
    Channel client = mesh.connect(mesh.clientBootstrap(clientSide));
    client.writeAndFlush(text("hello"));
    mesh.until(() -> watchful.text.toString().equals("hello"));

    assertThat(strays).isEmpty();
  }

  @Test
  void aBurstOfWritesIsOneTaskForTheLink() {
    mesh.listen(mesh.serverBootstrap(serverSide));
    Channel client = mesh.connect(mesh.clientBootstrap(clientSide));
    mesh.loop.runFor(Duration.ofMillis(100));
    int before = mesh.loop.tasksRun();

    mesh.clientLoop.execute(
        () -> {
          for (int i = 0; i < 500; i++) {
            client.writeAndFlush(text("x"));
          }
        });
    mesh.until(() -> serverSide.text.length() == 500);

    // The signal, the turn, and at both ends what a datagram and its acknowledgement take.
    assertThat(mesh.loop.tasksRun() - before).isLessThan(12);
  }

  @Test
  void aBurstOfDatagramsIsFewTasksForTheChannel() {
    mesh.listen(mesh.serverBootstrap(serverSide));
    Channel client = mesh.connect(mesh.clientBootstrap(clientSide));
    mesh.loop.runFor(Duration.ofMillis(100));
    int before = mesh.childLoop.tasksRun();
    int received = mesh.clientLink.datagramsSent.get();

    client.writeAndFlush(Unpooled.buffer(2 << 20).writeZero(2 << 20));
    mesh.until(() -> serverSide.text.length() == 2 << 20);

    received = mesh.clientLink.datagramsSent.get() - received;
    assertThat(received).isGreaterThan(1600);
    assertThat(mesh.childLoop.tasksRun() - before).isLessThan(received / 3);
  }

  @Test
  void whatABoundPortMeansHoldsAtOnceForEverybody() {
    ChannelFuture first = server(mesh.listenerLoop, mesh.childLoop).bind(mesh.serverAddress());
    ChannelFuture second = server(mesh.clientLoop, mesh.childLoop).bind(mesh.serverAddress());

    mesh.until(() -> first.isDone() && second.isDone());
    assertThat(first.isSuccess()).isNotEqualTo(second.isSuccess());
    assertThat(first.isSuccess() ? second.cause() : first.cause())
        .isInstanceOf(BindException.class);

    Channel bound = first.isSuccess() ? first.channel() : second.channel();
    bound.close();
    ChannelFuture third = server(mesh.listenerLoop, mesh.childLoop).bind(mesh.serverAddress());
    mesh.until(() -> third.isDone());
    assertThat(third.isSuccess()).isTrue();
    assertThat(mesh.connect(mesh.clientBootstrap(clientSide)).isActive()).isTrue();
  }

  @Test
  void statisticsCanBeAskedForFromAnywhere() {
    mesh.listen(mesh.serverBootstrap(serverSide));
    MeshChannel client = (MeshChannel) mesh.connect(mesh.clientBootstrap(clientSide));
    mesh.until(() -> serverSide.saw("active"));
    List<TcpInfo> infos = new ArrayList<>();

    mesh.clientLoop.execute(() -> client.tcpInfo().thenAccept(infos::add));
    mesh.childLoop.execute(
        () -> ((MeshChannel) serverSide.channels().get(0)).tcpInfo().thenAccept(infos::add));
    mesh.until(() -> infos.size() == 2);

    assertThat(infos).allMatch(info -> info.state() == TcpState.ESTABLISHED);
  }

  @Test
  void aChannelThatNobodyRegistersIsRefused() {
    mesh.done(
        new ServerBootstrap()
            .group(mesh.listenerLoop, mesh.childLoop)
            .channelFactory(mesh.server.serverChannels())
            .handler(
                new Recorder() {
                  @Override
                  public void channelRead(ChannelHandlerContext ctx, Object msg) {
                    ((Channel) msg).unsafe().closeForcibly();
                  }
                })
            .childHandler(serverSide)
            .bind(mesh.serverAddress()));

    assertThat(mesh.failure(mesh.clientBootstrap(clientSide).connect(mesh.serverAddress())))
        .isInstanceOf(IOException.class);
  }

  @ParameterizedTest(name = "from far {0} to far {1}")
  @MethodSource("moves")
  void aChannelMovesToAnotherLoopAndMissesNothing(boolean fromFar, boolean toFar) {
    mesh.listen(mesh.serverBootstrap(serverSide).childOption(ChannelOption.AUTO_READ, true));
    Channel client =
        mesh.done(client(fromFar ? mesh.clientLoop : mesh.loop).connect(mesh.serverAddress()));
    mesh.until(() -> serverSide.saw("active"));
    Channel child = serverSide.channels().get(0);
    client.writeAndFlush(text("before, "));
    ChannelFuture left = client.deregister();
    mesh.until(left::isSuccess);
    child.writeAndFlush(text("meanwhile, "));
    mesh.loop.runFor(Duration.ofMillis(50));
    assertThat(clientSide.text).isEmpty();

    EventLoop next = toFar ? mesh.childLoop : mesh.loop;
    mesh.done(next.register(client));
    client.writeAndFlush(text("after"));
    child.writeAndFlush(text("after"));
    mesh.until(() -> serverSide.text.toString().equals("before, after"));
    mesh.until(() -> clientSide.text.toString().equals("meanwhile, after"));
    child.close();

    mesh.until(() -> clientSide.saw("inactive"));
    assertThat(clientSide.events).containsExactly("active", "inactive");
  }

  static Stream<Arguments> moves() {
    return arrangements().limit(4).map(a -> Arguments.of(a.get()[0], a.get()[1]));
  }

  @Test
  void aFullBufferThatMovesIsWrittenToItsEnd() {
    mesh.listen(mesh.serverBootstrap(serverSide));
    Channel client =
        mesh.done(
            client(mesh.loop)
                .option(ChannelOption.SO_SNDBUF, 64 * 1024)
                .connect(mesh.serverAddress()));
    ChannelFuture write = client.writeAndFlush(Unpooled.buffer(1 << 20).writeZero(1 << 20));
    ChannelFuture left = client.deregister();
    mesh.until(left::isSuccess);
    assertThat(write.isDone()).isFalse();

    EventLoop next = mesh.clientLoop;
    mesh.done(next.register(client));

    mesh.done(write);
    mesh.until(() -> serverSide.text.length() == 1 << 20);
  }
}
