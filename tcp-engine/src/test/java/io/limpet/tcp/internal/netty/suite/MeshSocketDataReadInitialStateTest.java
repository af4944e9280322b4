package io.limpet.tcp.internal.netty.suite;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.limpet.tcp.internal.netty.LeakGuard;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.testsuite.transport.TestsuitePermutation.BootstrapComboFactory;
import io.netty.testsuite.transport.socket.SocketDataReadInitialStateTest;
import java.net.SocketAddress;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.extension.ExtendWith;

/** Nothing is read before {@code read()} when auto-read is off. */
@ExtendWith(LeakGuard.class)
public class MeshSocketDataReadInitialStateTest extends SocketDataReadInitialStateTest {

  @Override
  protected List<BootstrapComboFactory<ServerBootstrap, Bootstrap>> newFactories() {
    return MeshPermutation.INSTANCE.socket();
  }

  @Override
  protected SocketAddress newSocketAddress() {
    return MeshPermutation.anyAddress();
  }

  /**
   * The original waits for the connection before the listener reads. Here connected means accepted,
   * so the listener reads first, and until then the connection must not be there.
   */
  @Override
  public void testAutoReadOffNoDataReadUntilReadCalled(ServerBootstrap sb, Bootstrap cb)
      throws Throwable {
    BlockingQueue<Channel> children = new LinkedBlockingQueue<>();
    BlockingQueue<Integer> atServer = new LinkedBlockingQueue<>();
    BlockingQueue<Integer> atClient = new LinkedBlockingQueue<>();
    sb.option(ChannelOption.AUTO_READ, false)
        .childOption(ChannelOption.AUTO_READ, false)
        .childHandler(new Reader(children, atServer));
    cb.option(ChannelOption.AUTO_READ, false)
        .handler(new Reader(new LinkedBlockingQueue<>(), atClient));
    Channel server = sb.bind().sync().channel();

    ChannelFuture connecting = cb.connect(server.localAddress());
    assertThat(connecting.await(100)).isFalse();
    server.read();
    Channel client = connecting.sync().channel();
    Channel child = requireNonNull(children.poll(5, TimeUnit.SECONDS));

    client.writeAndFlush(Unpooled.copyInt(7)).sync();
    assertThat(atServer.poll(100, TimeUnit.MILLISECONDS)).isNull();
    child.read();
    assertThat(atServer.poll(5, TimeUnit.SECONDS)).isEqualTo(7);

    child.writeAndFlush(Unpooled.copyInt(8)).sync();
    assertThat(atClient.poll(100, TimeUnit.MILLISECONDS)).isNull();
    client.read();
    assertThat(atClient.poll(5, TimeUnit.SECONDS)).isEqualTo(8);

    client.close().sync();
    server.close().sync();
  }

  private static final class Reader extends ChannelInboundHandlerAdapter {
    private final BlockingQueue<Channel> channels;
    private final BlockingQueue<Integer> read;

    Reader(BlockingQueue<Channel> channels, BlockingQueue<Integer> read) {
      this.channels = channels;
      this.read = read;
    }

    @Override
    public boolean isSharable() {
      return true;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
      channels.add(ctx.channel());
      ctx.fireChannelActive();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
      ByteBuf buffer = (ByteBuf) msg;
      read.add(buffer.readInt());
      buffer.release();
    }
  }
}
