package io.limpet.tcp.internal.netty.suite;

import io.limpet.tcp.internal.netty.LeakGuard;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.testsuite.transport.TestsuitePermutation.BootstrapComboFactory;
import io.netty.testsuite.transport.socket.SocketCancelWriteTest;
import java.net.SocketAddress;
import java.util.List;
import org.junit.jupiter.api.extension.ExtendWith;

/** Cancelled writes are not sent. */
@ExtendWith(LeakGuard.class)
public class MeshSocketCancelWriteTest extends SocketCancelWriteTest {

  @Override
  protected List<BootstrapComboFactory<ServerBootstrap, Bootstrap>> newFactories() {
    return MeshPermutation.INSTANCE.socket();
  }

  @Override
  protected SocketAddress newSocketAddress() {
    return MeshPermutation.anyAddress();
  }
}
