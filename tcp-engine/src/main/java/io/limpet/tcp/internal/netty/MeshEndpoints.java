package io.limpet.tcp.internal.netty;

import io.limpet.link.MeshAddress;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.UnresolvedAddressException;
import java.nio.channels.UnsupportedAddressTypeException;
import org.jspecify.annotations.Nullable;

/** Turns socket addresses into mesh addresses, or says clearly why not. */
final class MeshEndpoints {

  private MeshEndpoints() {}

  /**
   * Returns the endpoint to connect to.
   *
   * @throws UnsupportedAddressTypeException if it is no Internet address at all
   * @throws UnresolvedAddressException if its name has not been resolved
   * @throws ConnectException if it lies outside the mesh
   */
  static InetSocketAddress remote(SocketAddress address) throws ConnectException {
    InetSocketAddress endpoint = resolved(address);
    if (!MeshAddress.isMesh(endpoint.getAddress())) {
      throw new ConnectException("not a mesh address (2001:20::/28): " + endpoint);
    }
    if (endpoint.getPort() == 0) {
      throw new ConnectException("port 0 cannot be connected to: " + endpoint);
    }
    return endpoint;
  }

  /**
   * Returns the local endpoint that was asked for: the wildcard address stands for the node's own.
   *
   * @throws BindException if it is another node's address, or none of the mesh
   */
  static InetSocketAddress local(MeshAddress own, @Nullable SocketAddress address)
      throws BindException {
    if (address == null) {
      return own.at(0);
    }
    InetSocketAddress endpoint = resolved(address);
    InetAddress ip = endpoint.getAddress();
    boolean isOwn =
        ip.isAnyLocalAddress() || (MeshAddress.isMesh(ip) && MeshAddress.of(ip).equals(own));
    if (!isOwn) {
      throw new BindException("not this node's mesh address (" + own + "): " + endpoint);
    }
    return own.at(endpoint.getPort());
  }

  private static InetSocketAddress resolved(SocketAddress address) {
    if (!(address instanceof InetSocketAddress endpoint)) {
      throw new UnsupportedAddressTypeException();
    }
    if (endpoint.isUnresolved()) {
      throw new UnresolvedAddressException();
    }
    return endpoint;
  }
}
