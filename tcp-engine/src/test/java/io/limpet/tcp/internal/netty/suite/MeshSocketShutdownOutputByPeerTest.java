package io.limpet.tcp.internal.netty.suite;

import io.limpet.tcp.MeshSocketFactory;
import io.limpet.tcp.internal.netty.LeakGuard;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.testsuite.transport.TestsuitePermutation.BootstrapFactory;
import io.netty.testsuite.transport.socket.AbstractSocketShutdownOutputByPeerTest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketAddress;
import java.util.List;
import org.junit.jupiter.api.extension.ExtendWith;

/** A blocking socket of the mesh closes its half. */
@ExtendWith(LeakGuard.class)
public class MeshSocketShutdownOutputByPeerTest
    extends AbstractSocketShutdownOutputByPeerTest<Socket> {

  @Override
  protected List<BootstrapFactory<ServerBootstrap>> newFactories() {
    return MeshPermutation.INSTANCE.serverSocket();
  }

  @Override
  protected SocketAddress newSocketAddress() {
    return MeshPermutation.anyAddress();
  }

  @Override
  protected Socket newSocket() {
    try {
      return new MeshSocketFactory(MeshPermutation.INSTANCE.clientTcp()).createSocket();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  protected void connect(Socket socket, SocketAddress address) throws IOException {
    socket.connect(address, 10_000);
  }

  @Override
  protected void write(Socket socket, int data) throws IOException {
    socket.getOutputStream().write(data);
  }

  @Override
  protected void shutdownOutput(Socket socket) throws IOException {
    socket.shutdownOutput();
  }

  @Override
  protected void close(Socket socket) throws IOException {
    socket.close();
  }
}
