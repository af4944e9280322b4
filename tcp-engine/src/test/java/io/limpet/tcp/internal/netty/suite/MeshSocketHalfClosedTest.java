package io.limpet.tcp.internal.netty.suite;

import static org.assertj.core.api.Assertions.assertThat;

import io.limpet.tcp.internal.netty.LeakGuard;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.testsuite.transport.TestsuitePermutation.BootstrapComboFactory;
import io.netty.testsuite.transport.socket.SocketHalfClosedTest;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.net.SocketAddress;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.extension.ExtendWith;

/** One direction closed while the other goes on. */
@ExtendWith(LeakGuard.class)
public class MeshSocketHalfClosedTest extends SocketHalfClosedTest {

  @Override
  protected List<BootstrapComboFactory<ServerBootstrap, Bootstrap>> newFactories() {
    return MeshPermutation.INSTANCE.socket();
  }

  @Override
  protected SocketAddress newSocketAddress() {
    return MeshPermutation.anyAddress();
  }

  /**
   * The original blocks the event loop and expects the kernel's TCP to go on underneath; ours lives
   * on that loop. The story is the same: a peer that answers and then resets the connection is
   * still read, and what is written afterwards fails.
   */
  @Override
  public void testAutoCloseFalseDoesShutdownOutput(ServerBootstrap sb, Bootstrap cb)
      throws Throwable {
    sb.childOption(ChannelOption.SO_LINGER, 0).childHandler(new AnswerAndReset());
    BlockingQueue<Object> seen = new LinkedBlockingQueue<>();
    cb.option(ChannelOption.AUTO_CLOSE, false).handler(new Recorder(seen));
    Channel server = sb.bind().sync().channel();
    Channel client = cb.connect(server.localAddress()).sync().channel();

    client.writeAndFlush(Unpooled.copyInt(1)).sync();

    assertThat(seen.poll(10, TimeUnit.SECONDS)).isEqualTo(42);
    assertThat(seen.poll(10, TimeUnit.SECONDS)).isInstanceOf(IOException.class);
    assertThat(client.closeFuture().await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(client.writeAndFlush(Unpooled.copyInt(2)).await().cause())
        .isInstanceOf(IOException.class);
    server.close().sync();
  }

  private static final class AnswerAndReset extends ChannelInboundHandlerAdapter {
    @Override
    public boolean isSharable() {
      return true;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
      ReferenceCountUtil.release(msg);
      ctx.writeAndFlush(Unpooled.copyInt(42)).addListener(ChannelFutureListener.CLOSE);
    }
  }

  private static final class Recorder extends ChannelInboundHandlerAdapter {
    private final BlockingQueue<Object> seen;

    Recorder(BlockingQueue<Object> seen) {
      this.seen = seen;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
      ByteBuf buffer = (ByteBuf) msg;
      seen.add(buffer.readInt());
      buffer.release();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      seen.add(cause);
    }
  }
}
