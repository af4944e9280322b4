package io.limpet.tcp.internal.netty.suite;

import io.limpet.tcp.internal.netty.LeakGuard;
import io.netty.bootstrap.Bootstrap;
import io.netty.testsuite.transport.TestsuitePermutation.BootstrapFactory;
import io.netty.testsuite.transport.socket.WriteBeforeRegisteredTest;
import java.net.SocketAddress;
import java.util.List;
import org.junit.jupiter.api.extension.ExtendWith;

/** Writing before the connection is there. */
@ExtendWith(LeakGuard.class)
public class MeshWriteBeforeRegisteredTest extends WriteBeforeRegisteredTest {

  @Override
  protected List<BootstrapFactory<Bootstrap>> newFactories() {
    return MeshPermutation.INSTANCE.clientSocket();
  }

  @Override
  protected SocketAddress newSocketAddress() {
    return MeshPermutation.serverAddress(9);
  }
}
