package io.limpet.tcp.internal.netty;

import io.limpet.tcp.MeshChannelOption;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelOption;
import io.netty.channel.DefaultChannelConfig;
import io.netty.channel.MessageSizeEstimator;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.ServerChannelRecvByteBufAllocator;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.ServerSocketChannelConfig;
import io.netty.util.NetUtil;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The options of a listener; those of TCP are what its connections start with.
 *
 * <p>Any thread. They take effect when the channel is bound.
 */
@SuppressWarnings("ReferenceEquality") // There is one object of each option.
final class MeshServerSocketConfig extends DefaultChannelConfig
    implements ServerSocketChannelConfig {

  private final MeshServerSocketChannel server;
  private final TcpOptions tcp;
  private volatile int backlog = NetUtil.SOMAXCONN;
  private volatile boolean reuseAddress;
  private volatile boolean newestWins;
  private volatile int fastOpen;

  MeshServerSocketConfig(MeshServerSocketChannel server, TcpOptions tcp) {
    super(server, new ServerChannelRecvByteBufAllocator());
    this.server = server;
    this.tcp = tcp;
  }

  TcpOptions tcp() {
    return tcp;
  }

  boolean isNewestWins() {
    return newestWins;
  }

  @Override
  public Map<ChannelOption<?>, Object> getOptions() {
    return getOptions(
        getOptions(getOptions(super.getOptions(), TcpOptions.all()), KeepAliveOptions.all()),
        ChannelOption.SO_BACKLOG,
        ChannelOption.SO_REUSEADDR,
        ChannelOption.TCP_FASTOPEN,
        MeshChannelOption.NEWEST_WINS);
  }

  @Override
  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // The shape of Netty's method.
  public <T> @Nullable T getOption(ChannelOption<T> given) {
    ChannelOption<T> option = OptionAliases.meant(given);
    if (option == ChannelOption.SO_BACKLOG) {
      return (T) Integer.valueOf(backlog);
    } else if (option == ChannelOption.SO_REUSEADDR) {
      return (T) Boolean.valueOf(reuseAddress);
    } else if (option == MeshChannelOption.NEWEST_WINS) {
      return (T) Boolean.valueOf(newestWins);
    } else if (option == ChannelOption.TCP_FASTOPEN) {
      return (T) Integer.valueOf(fastOpen);
    }
    Object value = tcp.get(option);
    return value != null ? (T) value : super.getOption(option);
  }

  @Override
  public <T> boolean setOption(ChannelOption<T> given, T value) {
    ChannelOption<T> option = OptionAliases.meant(given);
    validate(option, value);
    if (option == ChannelOption.SO_BACKLOG) {
      setBacklog((Integer) value);
    } else if (option == ChannelOption.SO_REUSEADDR) {
      setReuseAddress((Boolean) value);
    } else if (option == MeshChannelOption.NEWEST_WINS) {
      newestWins = (Boolean) value;
    } else if (option == ChannelOption.TCP_FASTOPEN) {
      // Kept for applications that set it: data that comes with a SYN is always taken.
      fastOpen = (Integer) value;
    } else if (!tcp.set(option, value)) {
      return super.setOption(option, value);
    }
    return true;
  }

  @Override
  protected void autoReadCleared() {
    server.onAutoReadCleared();
  }

  @Override
  public int getBacklog() {
    return backlog;
  }

  @Override
  public ServerSocketChannelConfig setBacklog(int backlog) {
    if (backlog < 0) {
      throw new IllegalArgumentException("SO_BACKLOG is not negative: " + backlog);
    }
    // As kernels do: a backlog of zero still lets one connection wait.
    this.backlog = Math.max(1, backlog);
    return this;
  }

  @Override
  public boolean isReuseAddress() {
    return reuseAddress;
  }

  /** Kept for applications that set it; a port is free for others once nobody listens at it. */
  @Override
  public ServerSocketChannelConfig setReuseAddress(boolean reuseAddress) {
    this.reuseAddress = reuseAddress;
    return this;
  }

  @Override
  public int getReceiveBufferSize() {
    return tcp.toConfig().receiveBufferBytes();
  }

  @Override
  public ServerSocketChannelConfig setReceiveBufferSize(int receiveBufferSize) {
    tcp.set(ChannelOption.SO_RCVBUF, receiveBufferSize);
    return this;
  }

  @Override
  public ServerSocketChannelConfig setPerformancePreferences(
      int connectionTime, int latency, int bandwidth) {
    return this;
  }

  @Override
  public ServerSocketChannelConfig setConnectTimeoutMillis(int connectTimeoutMillis) {
    super.setConnectTimeoutMillis(connectTimeoutMillis);
    return this;
  }

  @Override
  @Deprecated
  public ServerSocketChannelConfig setMaxMessagesPerRead(int maxMessagesPerRead) {
    super.setMaxMessagesPerRead(maxMessagesPerRead);
    return this;
  }

  @Override
  public ServerSocketChannelConfig setWriteSpinCount(int writeSpinCount) {
    super.setWriteSpinCount(writeSpinCount);
    return this;
  }

  @Override
  public ServerSocketChannelConfig setAllocator(ByteBufAllocator allocator) {
    super.setAllocator(allocator);
    return this;
  }

  @Override
  public ServerSocketChannelConfig setRecvByteBufAllocator(RecvByteBufAllocator allocator) {
    super.setRecvByteBufAllocator(allocator);
    return this;
  }

  @Override
  public ServerSocketChannelConfig setAutoRead(boolean autoRead) {
    super.setAutoRead(autoRead);
    return this;
  }

  @Override
  @Deprecated
  public ServerSocketChannelConfig setWriteBufferHighWaterMark(int writeBufferHighWaterMark) {
    super.setWriteBufferHighWaterMark(writeBufferHighWaterMark);
    return this;
  }

  @Override
  @Deprecated
  public ServerSocketChannelConfig setWriteBufferLowWaterMark(int writeBufferLowWaterMark) {
    super.setWriteBufferLowWaterMark(writeBufferLowWaterMark);
    return this;
  }

  @Override
  public ServerSocketChannelConfig setWriteBufferWaterMark(WriteBufferWaterMark waterMark) {
    super.setWriteBufferWaterMark(waterMark);
    return this;
  }

  @Override
  public ServerSocketChannelConfig setMessageSizeEstimator(MessageSizeEstimator estimator) {
    super.setMessageSizeEstimator(estimator);
    return this;
  }
}
