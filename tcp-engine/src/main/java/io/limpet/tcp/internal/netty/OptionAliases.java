package io.limpet.tcp.internal.netty;

import io.netty.channel.ChannelOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Options that Netty's other transports have names of their own for: those of epoll, io_uring and
 * NIO mean the same here, and none of these transports need be there.
 */
final class OptionAliases {

  private static final String EPOLL = "io.netty.channel.epoll.EpollChannelOption#";
  private static final String IO_URING = "io.netty.channel.uring.IoUringChannelOption#";

  // One object of each name: these are the very constants of EpollChannelOption.
  static final ChannelOption<Integer> TCP_USER_TIMEOUT =
      ChannelOption.valueOf(EPOLL + "TCP_USER_TIMEOUT");
  static final ChannelOption<Integer> TCP_KEEPIDLE = ChannelOption.valueOf(EPOLL + "TCP_KEEPIDLE");
  static final ChannelOption<Integer> TCP_KEEPINTVL =
      ChannelOption.valueOf(EPOLL + "TCP_KEEPINTVL");
  static final ChannelOption<Integer> TCP_KEEPCNT = ChannelOption.valueOf(EPOLL + "TCP_KEEPCNT");

  private static final Map<String, ChannelOption<?>> BY_NAME = byName();

  private OptionAliases() {}

  private static Map<String, ChannelOption<?>> byName() {
    Map<String, ChannelOption<?>> aliases = new HashMap<>();
    // NioChannelOption.of(…) makes an option by the name of the JDK's.
    for (ChannelOption<?> same :
        List.of(
            ChannelOption.SO_KEEPALIVE,
            ChannelOption.SO_SNDBUF,
            ChannelOption.SO_RCVBUF,
            ChannelOption.SO_REUSEADDR,
            ChannelOption.SO_LINGER,
            ChannelOption.IP_TOS,
            ChannelOption.TCP_NODELAY)) {
      aliases.put(same.name(), same);
    }
    aliases.put("TCP_KEEPIDLE", TCP_KEEPIDLE);
    aliases.put("TCP_KEEPINTERVAL", TCP_KEEPINTVL);
    aliases.put("TCP_KEEPCOUNT", TCP_KEEPCNT);
    aliases.put(IO_URING + "TCP_USER_TIMEOUT", TCP_USER_TIMEOUT);
    aliases.put(IO_URING + "TCP_KEEPIDLE", TCP_KEEPIDLE);
    aliases.put(IO_URING + "TCP_KEEPINTVL", TCP_KEEPINTVL);
    aliases.put(IO_URING + "TCP_KEEPCNT", TCP_KEEPCNT);
    return Map.copyOf(aliases);
  }

  /** Returns the option that is meant: mostly the one that is given. */
  @SuppressWarnings("unchecked") // Options of one meaning have values of one type.
  static <T> ChannelOption<T> meant(ChannelOption<T> option) {
    ChannelOption<?> known = BY_NAME.get(option.name());
    return known == null ? option : (ChannelOption<T>) known;
  }
}
