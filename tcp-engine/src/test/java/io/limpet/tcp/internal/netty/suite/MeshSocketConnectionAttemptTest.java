package io.limpet.tcp.internal.netty.suite;

import static org.assertj.core.api.Assertions.assertThat;

import io.limpet.tcp.CloseReason;
import io.limpet.tcp.MeshConnectException;
import io.limpet.tcp.internal.netty.LeakGuard;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.ConnectTimeoutException;
import io.netty.testsuite.transport.TestsuitePermutation.BootstrapFactory;
import io.netty.testsuite.transport.socket.SocketConnectionAttemptTest;
import java.net.ConnectException;
import java.net.SocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.ExtendWith;

/** Attempts that fail: the originals go to addresses outside of the mesh. */
@ExtendWith(LeakGuard.class)
public class MeshSocketConnectionAttemptTest extends SocketConnectionAttemptTest {

  @Override
  protected List<BootstrapFactory<Bootstrap>> newFactories() {
    return MeshPermutation.INSTANCE.clientSocket();
  }

  @Override
  protected SocketAddress newSocketAddress() {
    return MeshPermutation.anyAddress();
  }

  @Override
  public void testConnectTimeout(Bootstrap cb) throws Exception {
    ChannelFuture future =
        cb.handler(new ChannelInboundHandlerAdapter())
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, 200)
            .connect(MeshPermutation.INSTANCE.silentAddress());

    assertThat(future.await(3, TimeUnit.SECONDS)).isTrue();
    assertThat(future.cause()).isInstanceOf(ConnectTimeoutException.class);
    assertThat(future.channel().closeFuture().await(3, TimeUnit.SECONDS)).isTrue();
  }

  @Override
  public void testConnectRefused(Bootstrap cb) throws Exception {
    refused(cb, false);
  }

  @Override
  public void testConnectRefusedHalfClosure(Bootstrap cb) throws Exception {
    refused(cb, true);
  }

  private static void refused(Bootstrap cb, boolean halfClosure) throws Exception {
    AtomicBoolean wasActive = new AtomicBoolean();
    ChannelFuture future =
        cb.handler(
                new ChannelInboundHandlerAdapter() {
                  @Override
                  public void channelActive(ChannelHandlerContext ctx) {
                    wasActive.set(true);
                  }
                })
            .option(ChannelOption.ALLOW_HALF_CLOSURE, halfClosure)
            .connect(MeshPermutation.serverAddress(4));

    assertThat(future.await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(future.cause())
        .isInstanceOf(ConnectException.class)
        .isInstanceOfSatisfying(
            MeshConnectException.class,
            e -> assertThat(e.reason()).isEqualTo(new CloseReason.PortClosed()));
    assertThat(wasActive).isFalse();
    assertThat(future.channel().closeFuture().await(3, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  @Override
  public void testConnectCancellation(TestInfo testInfo) throws Throwable {
    run(testInfo, this::testConnectCancellation);
  }

  @Override
  public void testConnectCancellation(Bootstrap cb) throws Exception {
    ChannelFuture future =
        cb.handler(new ChannelInboundHandlerAdapter())
            .connect(MeshPermutation.INSTANCE.silentAddress());
    assertThat(future.await(50)).isFalse();

    assertThat(future.cancel(true)).isTrue();

    assertThat(future.channel().closeFuture().await(3, TimeUnit.SECONDS)).isTrue();
    assertThat(future.isCancelled()).isTrue();
  }
}
