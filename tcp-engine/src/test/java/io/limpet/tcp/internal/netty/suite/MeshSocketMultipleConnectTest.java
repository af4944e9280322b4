package io.limpet.tcp.internal.netty.suite;

import static org.assertj.core.api.Assertions.assertThat;

import io.limpet.tcp.internal.netty.LeakGuard;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.testsuite.transport.TestsuitePermutation.BootstrapComboFactory;
import io.netty.testsuite.transport.socket.SocketMultipleConnectTest;
import java.nio.channels.AlreadyConnectedException;
import java.util.List;
import org.junit.jupiter.api.extension.ExtendWith;

/** Connecting a channel that is connected. */
@ExtendWith(LeakGuard.class)
public class MeshSocketMultipleConnectTest extends SocketMultipleConnectTest {

  @Override
  protected List<BootstrapComboFactory<ServerBootstrap, Bootstrap>> newFactories() {
    return MeshPermutation.INSTANCE.socket();
  }

  /** The original binds to the loopback address, which is none of the mesh. */
  @Override
  public void testMultipleConnect(ServerBootstrap sb, Bootstrap cb) throws Exception {
    Channel server =
        sb.childHandler(new ChannelInboundHandlerAdapter())
            .bind(MeshPermutation.anyAddress())
            .sync()
            .channel();
    Channel client = cb.handler(new ChannelInboundHandlerAdapter()).register().sync().channel();
    client.connect(server.localAddress()).sync();

    assertThat(client.connect(server.localAddress()).await().cause())
        .isInstanceOf(AlreadyConnectedException.class);

    client.close().sync();
    server.close().sync();
  }
}
