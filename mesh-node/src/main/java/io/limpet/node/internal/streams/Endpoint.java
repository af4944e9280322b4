package io.limpet.node.internal.streams;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;

/**
 * An address and port of this machine or of its other networks, as a person writes it. Addresses
 * only: whoever answers for a name could have it mean another machine tomorrow.
 */
final class Endpoint {
  private static final String LOCALHOST = "localhost";
  private static final int MAX_PORT = 65_535;

  private Endpoint() {}

  /**
   * Reads {@code PORT} or {@code ADDRESS:PORT}.
   *
   * @param leastPort 0 where the kernel may choose
   * @return one, or of {@code localhost}, which is also what a port alone means, both
   */
  static List<InetSocketAddress> parse(String text, int leastPort, boolean beyondLoopback)
      throws BadEndpointException {
    int colon = text.lastIndexOf(':');
    int port = port(text.substring(colon + 1), leastPort, text);
    String host = colon < 0 ? LOCALHOST : text.substring(0, colon);
    if (host.toLowerCase(Locale.ROOT).equals(LOCALHOST)) {
      return List.of(
          new InetSocketAddress(address("127.0.0.1", text), port),
          new InetSocketAddress(address("::1", text), port));
    }
    InetAddress address = address(host, text);
    if (!address.isLoopbackAddress() && !beyondLoopback) {
      throw new BadEndpointException(
          host + " is beyond this machine's loopback: --beyond-loopback allows it");
    }
    return List.of(new InetSocketAddress(address, port));
  }

  private static int port(String text, int least, String whole) throws BadEndpointException {
    if (text.matches("[0-9]{1,5}")) {
      int port = Integer.parseInt(text);
      if (port >= least && port <= MAX_PORT) {
        return port;
      }
    }
    throw new BadEndpointException(
        "a port is "
            + least
            + " to 65535, alone or behind an address and a colon, not '"
            + whole
            + "'");
  }

  private static InetAddress address(String host, String whole) throws BadEndpointException {
    boolean bracketed = host.startsWith("[") && host.endsWith("]");
    byte[] bytes =
        NetUtil.createByteArrayFromIpAddressString(
            bracketed ? host.substring(1, host.length() - 1) : host);
    if (bytes != null) {
      try {
        return InetAddress.getByAddress(bytes);
      } catch (UnknownHostException e) {
        throw new AssertionError("four or sixteen bytes are always an address", e);
      }
    }
    throw new BadEndpointException(
        "'" + whole + "': before the port goes an IP address or localhost, no other name");
  }

  /** Writes it as it is read. */
  static String text(InetSocketAddress endpoint) {
    return NetUtil.toSocketAddressString(endpoint);
  }
}
