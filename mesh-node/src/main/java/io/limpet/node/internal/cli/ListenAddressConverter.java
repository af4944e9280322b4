package io.limpet.node.internal.cli;

import io.netty.util.NetUtil;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Reads where to listen: {@code 9464} on this machine alone, {@code 192.0.2.1:9464}, {@code
 * [::1]:9464}, or {@code off}: null, for an empty Optional.
 */
final class ListenAddressConverter implements ITypeConverter<InetSocketAddress> {
  private static final String LOOPBACK = "127.0.0.1";

  @Override
  public @Nullable InetSocketAddress convert(String text) {
    if (text.equals("off")) {
      return null;
    }
    int colon = text.lastIndexOf(':');
    String host = colon < 0 ? LOOPBACK : text.substring(0, colon);
    int port = new PortConverter().convert(text.substring(colon + 1));
    if (host.equals("localhost")) {
      host = LOOPBACK;
    }
    boolean isIpv6 = host.startsWith("[") && host.endsWith("]");
    String ip = isIpv6 ? host.substring(1, host.length() - 1) : host;
    if (isIpv6 ? !NetUtil.isValidIpV6Address(ip) : !NetUtil.isValidIpV4Address(ip)) {
      throw new TypeConversionException(
          "'" + text + "' is neither PORT, IPADDRESS:PORT, [IPV6ADDRESS]:PORT nor off");
    }
    return new InetSocketAddress(ip, port);
  }
}
