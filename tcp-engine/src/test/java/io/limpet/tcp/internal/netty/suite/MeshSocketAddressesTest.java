package io.limpet.tcp.internal.netty.suite;

import static org.assertj.core.api.Assertions.assertThat;

import io.limpet.link.MeshAddress;
import io.limpet.tcp.internal.netty.LeakGuard;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.testsuite.transport.TestsuitePermutation.BootstrapComboFactory;
import io.netty.testsuite.transport.socket.SocketAddressesTest;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;
import org.junit.jupiter.api.extension.ExtendWith;

/** Both ends know both addresses. */
@ExtendWith(LeakGuard.class)
public class MeshSocketAddressesTest extends SocketAddressesTest {

  @Override
  protected List<BootstrapComboFactory<ServerBootstrap, Bootstrap>> newFactories() {
    return MeshPermutation.INSTANCE.socket();
  }

  @Override
  protected SocketAddress newSocketAddress() {
    return MeshPermutation.anyAddress();
  }

  @Override
  protected void assertAddress(SocketAddress address) {
    InetSocketAddress endpoint = (InetSocketAddress) address;
    assertThat(MeshAddress.isMesh(endpoint.getAddress())).isTrue();
    assertThat(endpoint.getPort()).isPositive();
  }
}
