package io.limpet.node.internal.cli;

import io.netty.util.NetUtil;
import java.net.InetSocketAddress;
import java.util.Optional;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads {@code 9464}, {@code 127.0.0.1:9464}, {@code [::1]:9464} or {@code off}. */
final class MetricsAddressConverter implements ITypeConverter<Optional<InetSocketAddress>> {
  @Override
  public Optional<InetSocketAddress> convert(String text) {
    if (text.equals("off")) {
      return Optional.empty();
    }
    int colon = text.lastIndexOf(':');
    String host = colon < 0 ? "127.0.0.1" : text.substring(0, colon);
    int port = new PortConverter().convert(text.substring(colon + 1));
    if (host.equals("localhost")) {
      host = "127.0.0.1";
    }
    if (host.startsWith("[") && host.endsWith("]")) {
      host = host.substring(1, host.length() - 1);
    }
    if (!NetUtil.isValidIpV4Address(host) && !NetUtil.isValidIpV6Address(host)) {
      throw new TypeConversionException("'" + text + "' is neither PORT, IPADDRESS:PORT nor off");
    }
    return Optional.of(new InetSocketAddress(host, port));
  }
}
