package io.limpet.tcp.internal.netty.suite;

import io.limpet.tcp.internal.netty.LeakGuard;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.testsuite.transport.TestsuitePermutation.BootstrapComboFactory;
import io.netty.testsuite.transport.socket.SocketSslSessionReuseTest;
import java.net.SocketAddress;
import java.util.List;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** TLS sessions are taken up again by the next connection. */
@ExtendWith(LeakGuard.class)
public class MeshSocketSslSessionReuseTest extends SocketSslSessionReuseTest {

  @Override
  protected List<BootstrapComboFactory<ServerBootstrap, Bootstrap>> newFactories() {
    return MeshPermutation.INSTANCE.socket();
  }

  @Override
  protected SocketAddress newSocketAddress() {
    return MeshPermutation.anyAddress();
  }

  /** The original wants the native OpenSSL as well. */
  @ParameterizedTest
  @MethodSource("jdkOnly")
  @Override
  public void testSslSessionTrustManagerResumption(
      SslContextBuilder serverCtx, SslContextBuilder clientCtx, TestInfo testInfo)
      throws Throwable {
    super.testSslSessionTrustManagerResumption(serverCtx, clientCtx, testInfo);
  }
}
