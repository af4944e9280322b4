package io.limpet.tcp.internal.netty.suite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.limpet.tcp.internal.netty.LeakGuard;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.testsuite.transport.TestsuitePermutation.BootstrapComboFactory;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A kernel's accepted socket takes data at once; so does an accepted mesh channel. */
@ExtendWith(LeakGuard.class)
class AcceptedChannelWriteTest {

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void whatIsWrittenBeforeTheHandshakeIsCompleteGoesOutWhenItIs(int eventLoops)
      throws InterruptedException {
    BootstrapComboFactory<ServerBootstrap, Bootstrap> combo =
        MeshPermutation.INSTANCE.socket().get(eventLoops);
    AtomicReference<ChannelFuture> written = new AtomicReference<>();
    AtomicInteger received = new AtomicInteger();
    Channel server =
        combo
            .newServerInstance()
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel child) {
                    // Here the SYN-ACK has not even been sent.
                    assertThat(child.isActive()).isFalse();
                    written.set(child.writeAndFlush(Unpooled.wrappedBuffer(new byte[4])));
                  }
                })
            .bind(MeshPermutation.anyAddress())
            .sync()
            .channel();
    Channel client =
        combo
            .newClientInstance()
            .handler(
                new ChannelInboundHandlerAdapter() {
                  @Override
                  public void channelRead(ChannelHandlerContext ctx, Object message) {
                    received.addAndGet(((ByteBuf) message).readableBytes());
                    ((ByteBuf) message).release();
                  }
                })
            .connect(server.localAddress())
            .sync()
            .channel();
    await().atMost(Duration.ofSeconds(5)).until(() -> received.get() == 4);
    assertThat(written.get().await(5_000)).isTrue();
    assertThat(written.get().isSuccess()).isTrue();
    client.close().sync();
    server.close().sync();
  }
}
