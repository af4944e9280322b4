package io.limpet.tcp.internal.netty.suite;

import static org.assertj.core.api.Assertions.assertThat;

import io.limpet.tcp.internal.netty.LeakGuard;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.ChannelInputShutdownReadComplete;
import io.netty.channel.socket.SocketChannel;
import io.netty.testsuite.transport.TestsuitePermutation.BootstrapFactory;
import io.netty.testsuite.transport.socket.SocketShutdownOutputBySelfTest;
import java.net.SocketAddress;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A client closes its half. The peers of the originals are blocking sockets of the kernel; here
 * each story is told with a listener of the mesh, and the one that Netty has disabled as well.
 */
@ExtendWith(LeakGuard.class)
public class MeshSocketShutdownOutputBySelfTest extends SocketShutdownOutputBySelfTest {

  @Override
  protected List<BootstrapFactory<Bootstrap>> newFactories() {
    return MeshPermutation.INSTANCE.clientSocket();
  }

  @Override
  protected SocketAddress newSocketAddress() {
    return MeshPermutation.anyAddress();
  }

  @Override
  public void testShutdownOutput(Bootstrap cb) throws Throwable {
    try (Pair pair = new Pair(cb)) {
      pair.client.writeAndFlush(Unpooled.wrappedBuffer(new byte[] {1})).sync();
      assertThat(pair.atServer.next()).isEqualTo((byte) 1);
      assertThat(pair.client.isOutputShutdown()).isFalse();

      pair.client.shutdownOutput().sync();

      assertThat(pair.atServer.next()).isEqualTo("end");
      assertThat(pair.client.isOpen()).isTrue();
      assertThat(pair.client.isActive()).isTrue();
      assertThat(pair.client.isInputShutdown()).isFalse();
      assertThat(pair.client.isOutputShutdown()).isTrue();
      pair.child().writeAndFlush(Unpooled.wrappedBuffer(new byte[] {2})).sync();
      assertThat(pair.atClient.next()).isEqualTo((byte) 2);
    }
  }

  @Override
  public void testShutdownOutputAfterClosed(Bootstrap cb) throws Throwable {
    try (Pair pair = new Pair(cb)) {
      pair.client.close().sync();

      assertThat(pair.client.shutdownInput().await().cause()).isNotNull();
      assertThat(pair.client.shutdownOutput().await().cause()).isNotNull();
    }
  }

  @Test
  @Override
  public void testWriteAfterShutdownOutputNoWritabilityChange(TestInfo testInfo) throws Throwable {
    run(testInfo, this::testWriteAfterShutdownOutputNoWritabilityChange);
  }

  @Override
  public void testWriteAfterShutdownOutputNoWritabilityChange(Bootstrap cb) throws Throwable {
    cb.option(ChannelOption.WRITE_BUFFER_WATER_MARK, new WriteBufferWaterMark(2, 4));
    try (Pair pair = new Pair(cb)) {
      // On its event loop: a write from elsewhere changes the writability once more, while it
      // waits.
      ByteBuf bytes = Unpooled.wrappedBuffer(new byte[] {1, 2, 3, 4, 5, 6});
      pair.client.eventLoop().submit(() -> pair.client.writeAndFlush(bytes)).sync().get().sync();
      for (int i = 1; i <= 6; i++) {
        assertThat(pair.atServer.next()).isEqualTo((byte) i);
      }
      assertThat(pair.atClient.next()).isEqualTo("unwritable");
      assertThat(pair.atClient.next()).isEqualTo("writable");
      pair.client.shutdownOutput().sync();
      assertThat(pair.atServer.next()).isEqualTo("end");

      assertThat(pair.client.writeAndFlush(Unpooled.wrappedBuffer(new byte[6])).await().cause())
          .isNotNull();

      // Whatever the loop has to tell is told by now.
      pair.client.eventLoop().submit(() -> {}).sync();
      assertThat(pair.atClient.seen).isEmpty();
    }
  }

  @Override
  public void testShutdownOutputSoLingerNoAssertError(Bootstrap cb) throws Throwable {
    try (Pair pair = new Pair(cb.option(ChannelOption.SO_LINGER, 1))) {
      pair.client.shutdownOutput().sync();
    }
  }

  @Override
  public void testShutdownSoLingerNoAssertError(Bootstrap cb) throws Throwable {
    try (Pair pair = new Pair(cb.option(ChannelOption.SO_LINGER, 1))) {
      pair.client.shutdown().sync();
    }
  }

  /** A connected client, and the listener it is connected to. */
  private static final class Pair implements AutoCloseable {
    final Seen atServer = new Seen();
    final Seen atClient = new Seen();
    final Channel server;
    final SocketChannel client;

    Pair(Bootstrap cb) throws InterruptedException {
      ServerBootstrap sb = MeshPermutation.INSTANCE.serverSocket().get(0).newInstance();
      server =
          sb.childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
              .childHandler(atServer)
              .bind(MeshPermutation.anyAddress())
              .sync()
              .channel();
      client = (SocketChannel) cb.handler(atClient).connect(server.localAddress()).sync().channel();
      assertThat(client.isActive()).isTrue();
    }

    Channel child() throws InterruptedException {
      return atServer.channels.take();
    }

    @Override
    public void close() {
      client.close().syncUninterruptibly();
      server.close().syncUninterruptibly();
    }
  }

  /** What one side sees: bytes, the end, and its writability. */
  private static final class Seen extends ChannelInboundHandlerAdapter {
    final BlockingQueue<Object> seen = new LinkedBlockingQueue<>();
    final BlockingQueue<Channel> channels = new LinkedBlockingQueue<>();

    Object next() throws InterruptedException {
      Object next = seen.poll(10, TimeUnit.SECONDS);
      return next == null ? "nothing" : next;
    }

    @Override
    public boolean isSharable() {
      return true;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
      channels.add(ctx.channel());
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
      ByteBuf buffer = (ByteBuf) msg;
      while (buffer.isReadable()) {
        seen.add(buffer.readByte());
      }
      buffer.release();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
      seen.add(ctx.channel().isWritable() ? "writable" : "unwritable");
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object evt) {
      if (evt instanceof ChannelInputShutdownReadComplete && ctx.channel().parent() != null) {
        seen.add("end");
      }
    }
  }
}
