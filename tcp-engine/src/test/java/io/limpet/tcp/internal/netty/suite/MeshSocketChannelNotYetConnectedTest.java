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
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.testsuite.transport.TestsuitePermutation.BootstrapFactory;
import io.netty.testsuite.transport.socket.SocketChannelNotYetConnectedTest;
import java.net.SocketAddress;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.ExtendWith;

/** Channels that are not connected yet. */
@ExtendWith(LeakGuard.class)
public class MeshSocketChannelNotYetConnectedTest extends SocketChannelNotYetConnectedTest {

  @Override
  protected List<BootstrapFactory<Bootstrap>> newFactories() {
    return MeshPermutation.INSTANCE.clientSocket();
  }

  @Override
  protected SocketAddress newSocketAddress() {
    return MeshPermutation.anyAddress();
  }

  /** The original connects to a server of the kernel; this one to a server of the mesh. */
  @Test
  @Override
  public void readMustBePendingUntilChannelIsActive(TestInfo info) throws Throwable {
    run(
        info,
        bootstrap -> {
          ServerBootstrap sb = MeshPermutation.INSTANCE.serverSocket().get(0).newInstance();
          Channel server = sb.childHandler(new Greeter()).bind(newSocketAddress()).sync().channel();
          CountDownLatch greeted = new CountDownLatch(1);
          Channel client =
              bootstrap
                  .handler(new EagerReader(greeted))
                  .connect(server.localAddress())
                  .sync()
                  .channel();
          assertThat(greeted.await(10, TimeUnit.SECONDS)).isTrue();
          client.close().sync();
          server.close().sync();
        });
  }

  private static final class Greeter extends ChannelInboundHandlerAdapter {
    @Override
    public boolean isSharable() {
      return true;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
      ctx.writeAndFlush(Unpooled.copyInt(42));
    }
  }

  private static final class EagerReader extends ByteToMessageDecoder {
    private final CountDownLatch greeted;

    EagerReader(CountDownLatch greeted) {
      this.greeted = greeted;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
      assertThat(ctx.channel().isActive()).isFalse();
      ctx.read();
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
      if (in.readableBytes() == Integer.BYTES) {
        assertThat(in.readInt()).isEqualTo(42);
        greeted.countDown();
      }
    }
  }
}
