package io.limpet.tcp;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.SocketFactory;

/**
 * A {@link MeshSocketFactory} for code that takes the name of a class and makes the object itself,
 * as JDBC drivers do: it stands for the factory that was registered under a name.
 *
 * <pre>{@code
 * NamedMeshSocketFactory.register("oak", new MeshSocketFactory(node.tcp()));
 * DriverManager.getConnection(
 *     "jdbc:postgresql://[2001:20::1]:5432/stock"
 *         + "?socketFactory=io.limpet.tcp.NamedMeshSocketFactory&socketFactoryArg=oak");
 * }</pre>
 *
 * <p>Safe for any thread.
 */
public final class NamedMeshSocketFactory extends SocketFactory {

  /** The name that is meant when none is given. */
  public static final String DEFAULT_NAME = "default";

  private static final Map<String, MeshSocketFactory> REGISTERED = new ConcurrentHashMap<>();

  private final MeshSocketFactory factory;

  /** What {@link #register} gives: closing it forgets the name. */
  public interface Registration extends AutoCloseable {
    @Override
    void close();
  }

  /** Stands for the factory registered as {@link #DEFAULT_NAME}. */
  public NamedMeshSocketFactory() {
    this(DEFAULT_NAME);
  }

  /**
   * Stands for the factory registered under a name.
   *
   * @throws IllegalArgumentException if there is none
   */
  public NamedMeshSocketFactory(String name) {
    MeshSocketFactory registered = REGISTERED.get(name);
    if (registered == null) {
      throw new IllegalArgumentException("no socket factory is registered as '" + name + "'");
    }
    factory = registered;
  }

  /**
   * Gives a factory a name, for the whole of this JVM.
   *
   * @throws IllegalArgumentException if the name is taken
   */
  public static Registration register(String name, MeshSocketFactory factory) {
    if (REGISTERED.putIfAbsent(name, factory) != null) {
      throw new IllegalArgumentException(
          "a socket factory is registered as '" + name + "' already");
    }
    return () -> REGISTERED.remove(name, factory);
  }

  @Override
  public Socket createSocket() throws IOException {
    return factory.createSocket();
  }

  @Override
  public Socket createSocket(String host, int port) throws IOException {
    return factory.createSocket(host, port);
  }

  @Override
  public Socket createSocket(String host, int port, InetAddress localHost, int localPort)
      throws IOException {
    return factory.createSocket(host, port, localHost, localPort);
  }

  @Override
  public Socket createSocket(InetAddress host, int port) throws IOException {
    return factory.createSocket(host, port);
  }

  @Override
  public Socket createSocket(InetAddress host, int port, InetAddress localHost, int localPort)
      throws IOException {
    return factory.createSocket(host, port, localHost, localPort);
  }
}
