package io.limpet.tcp.internal.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NotYetConnectedException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Back-pressure, and handlers that write while they read. */
@ExtendWith(LeakGuard.class)
@ParameterizedClass
@EnumSource(Loops.class)
class MeshWriteTest {

  private static final int PIECE_BYTES = 16 * 1024;

  private final VirtualMesh mesh;
  private final Recorder serverSide = new Recorder();
  private final Recorder clientSide = new Recorder();

  MeshWriteTest(Loops loops) {
    mesh = new VirtualMesh(3, loops);
  }

  @AfterEach
  void close() {
    mesh.close();
  }

  private Channel connectedWithSmallBuffers() {
    mesh.listen(
        mesh.serverBootstrap(serverSide)
            .option(ChannelOption.SO_RCVBUF, 64 * 1024)
            .childOption(ChannelOption.AUTO_READ, false));
    Channel client =
        mesh.connect(
            mesh.clientBootstrap(clientSide)
                .option(ChannelOption.SO_SNDBUF, 64 * 1024)
                .option(
                    ChannelOption.WRITE_BUFFER_WATER_MARK,
                    new WriteBufferWaterMark(32 * 1024, 64 * 1024)));
    mesh.until(() -> serverSide.saw("active"));
    return client;
  }

  @Test
  void aWriteIsDoneWhenItsBytesWereTakenAndNotBefore() {
    Channel client = connectedWithSmallBuffers();
    List<ChannelFuture> writes = new ArrayList<>();
    for (int i = 0; i < 64; i++) {
      writes.add(client.writeAndFlush(Unpooled.buffer(PIECE_BYTES).writeZero(PIECE_BYTES)));
    }
    mesh.loop.runFor(Duration.ofSeconds(10));

    long done = writes.stream().filter(ChannelFuture::isDone).count();
    // What both buffers hold, and not a byte more.
    assertThat(done).isBetween(4L, 8L);
    assertThat(client.isWritable()).isFalse();
    assertThat(clientSide.events).containsExactly("active", "unwritable");

    serverSide.channels().get(0).config().setAutoRead(true);
    mesh.until(() -> serverSide.text.length() == 64 * PIECE_BYTES);

    assertThat(writes).allMatch(ChannelFuture::isSuccess);
    assertThat(client.isWritable()).isTrue();
    assertThat(clientSide.events).containsExactly("active", "unwritable", "writable");
  }

  @Test
  void closingFailsWhatWasNotTakenAndDeliversWhatWas() {
    Channel client = connectedWithSmallBuffers();
    List<ChannelFuture> writes = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      writes.add(client.writeAndFlush(Unpooled.buffer(PIECE_BYTES).writeZero(PIECE_BYTES)));
    }
    mesh.loop.runFor(Duration.ofSeconds(1));
    long taken = writes.stream().filter(ChannelFuture::isSuccess).count();

    client.close();
    serverSide.channels().get(0).config().setAutoRead(true);
    mesh.until(() -> serverSide.saw("inactive"));

    assertThat(writes.get(15).cause()).isInstanceOf(ClosedChannelException.class);
    assertThat(serverSide.text.length()).isGreaterThanOrEqualTo((int) taken * PIECE_BYTES);
    assertThat(serverSide.cause).isNull();
  }

  @Test
  void writingBeforeConnectingFails() {
    Channel client = mesh.done(mesh.clientBootstrap(clientSide).register());

    assertThat(mesh.failure(client.writeAndFlush(Unpooled.copyInt(1))))
        .isInstanceOf(NotYetConnectedException.class);
    client.close();
  }

  @Test
  void onlyBuffersAndFileRegionsCanBeWritten() {
    Channel client = connectedWithSmallBuffers();

    assertThat(mesh.failure(client.writeAndFlush("a string")))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("java.lang.String");
    assertThat(client.isActive()).isTrue();
  }

  @Test
  void handlersMayWriteFlushAndReadInsideOfChannelRead() {
    Recorder echo =
        new Recorder() {
          @Override
          public void channelRead(ChannelHandlerContext ctx, Object msg) {
            ctx.write(msg);
            ctx.flush();
            ctx.read();
          }
        };
    mesh.listen(mesh.serverBootstrap(echo));
    Channel client = mesh.connect(mesh.clientBootstrap(clientSide));
    String words = "a word in your ear ".repeat(10_000);

    client.writeAndFlush(Unpooled.copiedBuffer(words, StandardCharsets.UTF_8));
    mesh.until(() -> clientSide.text.length() >= words.length());

    assertThat(clientSide.text).hasToString(words);
  }

  @Test
  void listenersOfWritesMayWriteAgain() {
    mesh.listen(mesh.serverBootstrap(serverSide));
    Channel client = mesh.connect(mesh.clientBootstrap(clientSide));
    writeAgain(client, 2000);

    mesh.until(() -> serverSide.text.length() == 2000);
  }

  private static void writeAgain(Channel channel, int left) {
    if (left > 0) {
      channel
          .writeAndFlush(Unpooled.copiedBuffer("x", StandardCharsets.UTF_8))
          .addListener(done -> channel.eventLoop().execute(() -> writeAgain(channel, left - 1)));
    }
  }

  @Test
  void nothingIsReadAfterAHandlerClosedTheChannel() {
    Recorder closer =
        new Recorder() {
          @Override
          public void channelRead(ChannelHandlerContext ctx, Object msg) {
            super.channelRead(ctx, msg);
            events.add("read");
            ctx.close();
          }
        };
    mesh.listen(mesh.serverBootstrap(closer));
    Channel client = mesh.connect(mesh.clientBootstrap(clientSide));
    client.writeAndFlush(Unpooled.buffer(1 << 20).writeZero(1 << 20));

    mesh.until(() -> closer.saw("inactive"));
    assertThat(closer.events).containsExactly("active", "read", "inactive");
    mesh.until(() -> clientSide.saw("inactive"));
  }

  @Test
  void manySmallWritesOfOneMomentShareSegmentsAndFlushes() {
    mesh.listen(mesh.serverBootstrap(serverSide));
    Channel client = mesh.connect(mesh.clientBootstrap(clientSide));
    mesh.loop.runFor(Duration.ofMillis(10));
    int flushesBefore = mesh.clientLink.flushes.get();
    int sentBefore = mesh.clientLink.datagramsSent.get();
    for (int i = 0; i < 100; i++) {
      ByteBuf ten = Unpooled.copiedBuffer("0123456789", StandardCharsets.UTF_8);
      client.writeAndFlush(ten);
    }
    mesh.until(() -> serverSide.text.length() == 1000);

    assertThat(mesh.clientLink.datagramsSent.get() - sentBefore).isLessThan(5);
    assertThat(mesh.clientLink.flushes.get() - flushesBefore).isLessThan(5);
  }
}
