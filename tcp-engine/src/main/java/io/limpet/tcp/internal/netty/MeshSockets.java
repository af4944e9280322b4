package io.limpet.tcp.internal.netty;

import io.limpet.tcp.MeshSocketFactory;
import io.limpet.tcp.MeshTcp;
import java.net.Socket;
import java.net.SocketException;

/** Puts the JDK's own {@link Socket} on a mesh channel: its checks and states are the real ones. */
public final class MeshSockets {

  private MeshSockets() {}

  /**
   * Makes an unconnected socket.
   *
   * @param fastOpen whether it connects with what is written first
   */
  public static Socket create(MeshTcp tcp, MeshSocketFactory.Resolver resolver, boolean fastOpen)
      throws SocketException {
    return new MeshSocket(new MeshSocketImpl(tcp, resolver, fastOpen));
  }

  private static final class MeshSocket extends Socket {
    MeshSocket(MeshSocketImpl impl) throws SocketException {
      super(impl);
    }
  }
}
