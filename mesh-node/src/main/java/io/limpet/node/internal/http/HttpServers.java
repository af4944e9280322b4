package io.limpet.node.internal.http;

import io.limpet.node.NodeException;
import io.netty.util.NetUtil;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The HTTP servers of a node: whoever asks for the same address shares one, and where nobody asks
 * nothing of HTTP is even loaded. Safe for any thread.
 */
public final class HttpServers implements AutoCloseable {
  private final Map<InetSocketAddress, LocalHttp> servers = new HashMap<>();

  /**
   * Returns the server at an address, started if need be.
   *
   * @param address port 0 for one that is free and not shared with others
   * @throws NodeException with one line, when the port cannot be had
   */
  public synchronized LocalHttp at(InetSocketAddress address) throws NodeException {
    LocalHttp server = servers.get(address);
    if (server == null) {
      server = LocalHttp.start(address);
      servers.put(server.address(), server);
    }
    return server;
  }

  /** Returns where they listen. */
  public synchronized List<InetSocketAddress> addresses() {
    return List.copyOf(servers.keySet());
  }

  /** Returns an address as it stands in a URL. */
  public static String written(InetSocketAddress address) {
    return NetUtil.toSocketAddressString(address);
  }

  /** Stops all servers. */
  @Override
  public synchronized void close() {
    servers.values().forEach(LocalHttp::close);
    servers.clear();
  }
}
