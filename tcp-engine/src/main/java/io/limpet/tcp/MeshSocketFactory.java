package io.limpet.tcp;

import io.limpet.tcp.internal.netty.MeshSockets;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import javax.net.SocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * Makes blocking {@link Socket}s to mesh addresses, for code that knows nothing of Netty: HTTP
 * clients, database drivers, {@code SSLSocketFactory} on top of one.
 *
 * <p>Safe for any thread; its sockets block as usual and must not be used on the event loop, where
 * they throw {@link IllegalStateException} instead of blocking it. {@code SO_TIMEOUT} and connect
 * timeouts are kept, half-close works, {@code available()} is what can be read without waiting.
 */
public final class MeshSocketFactory extends SocketFactory {

  /** Finds the address behind a host name. */
  @FunctionalInterface
  public interface Resolver {
    /**
     * Returns the address of a host; may block.
     *
     * @throws UnknownHostException if there is none of that name
     */
    InetAddress resolve(String host) throws UnknownHostException;
  }

  private final MeshTcp tcp;
  private final Resolver resolver;
  private final boolean fastOpen;

  /** Makes a factory that resolves names as the JDK does: in effect, addresses only. */
  public MeshSocketFactory(MeshTcp tcp) {
    this(tcp, InetAddress::getByName);
  }

  /** Makes a factory that asks a resolver for names, such as {@code NAME.mesh}. */
  public MeshSocketFactory(MeshTcp tcp, Resolver resolver) {
    this(tcp, resolver, false);
  }

  private MeshSocketFactory(MeshTcp tcp, Resolver resolver, boolean fastOpen) {
    this.tcp = tcp;
    this.resolver = resolver;
    this.fastOpen = fastOpen;
  }

  /**
   * Returns a factory whose sockets connect when they are first written to, or read from: what is
   * written first rides with the SYN (RFC 7413), which saves a round trip. {@code connect} itself
   * then only looks at the address, and a connection that cannot be made is heard of where it is
   * first used, with the exception that {@code connect} would have thrown.
   */
  public MeshSocketFactory withFastOpen() {
    return new MeshSocketFactory(tcp, resolver, true);
  }

  @Override
  public Socket createSocket() throws IOException {
    return MeshSockets.create(tcp, resolver, fastOpen);
  }

  @Override
  public Socket createSocket(String host, int port) throws IOException {
    return connected(InetSocketAddress.createUnresolved(host, port), null);
  }

  @Override
  public Socket createSocket(String host, int port, InetAddress localHost, int localPort)
      throws IOException {
    return connected(
        InetSocketAddress.createUnresolved(host, port),
        new InetSocketAddress(localHost, localPort));
  }

  @Override
  public Socket createSocket(InetAddress host, int port) throws IOException {
    return connected(new InetSocketAddress(host, port), null);
  }

  @Override
  public Socket createSocket(InetAddress host, int port, InetAddress localHost, int localPort)
      throws IOException {
    return connected(
        new InetSocketAddress(host, port), new InetSocketAddress(localHost, localPort));
  }

  private Socket connected(InetSocketAddress remote, @Nullable InetSocketAddress local)
      throws IOException {
    Socket socket = createSocket();
    try {
      if (local != null) {
        socket.bind(local);
      }
      socket.connect(remote);
      return socket;
    } catch (IOException | RuntimeException e) {
      socket.close();
      throw e;
    }
  }
}
