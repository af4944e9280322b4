package io.limpet.tcp.internal.netty;

import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelOption;
import io.netty.channel.DefaultChannelConfig;
import io.netty.channel.MessageSizeEstimator;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.SocketChannelConfig;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The options of a connection. What concerns a living connection takes effect at once; buffer sizes
 * are fixed when the connection starts (for accepted ones: by the server channel's options).
 *
 * <p>Any thread.
 */
@SuppressWarnings("ReferenceEquality") // There is one object of each option.
final class MeshSocketConfig extends DefaultChannelConfig implements SocketChannelConfig {

  private final MeshSocketChannel socket;
  private final TcpOptions tcp;
  private volatile boolean allowHalfClosure;
  private volatile boolean fastOpenConnect;
  private volatile int lingerSeconds = -1;
  private volatile boolean reuseAddress;
  private volatile int trafficClass;

  MeshSocketConfig(MeshSocketChannel socket, TcpOptions tcp) {
    super(socket);
    this.socket = socket;
    this.tcp = tcp;
  }

  TcpOptions tcp() {
    return tcp;
  }

  @Override
  public Map<ChannelOption<?>, Object> getOptions() {
    return getOptions(
        getOptions(getOptions(super.getOptions(), TcpOptions.all()), KeepAliveOptions.all()),
        ChannelOption.SO_LINGER,
        ChannelOption.SO_REUSEADDR,
        ChannelOption.IP_TOS,
        ChannelOption.TCP_FASTOPEN_CONNECT,
        ChannelOption.ALLOW_HALF_CLOSURE);
  }

  @Override
  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // The shape of Netty's method.
  public <T> @Nullable T getOption(ChannelOption<T> given) {
    ChannelOption<T> option = OptionAliases.meant(given);
    if (option == ChannelOption.SO_LINGER) {
      return (T) Integer.valueOf(lingerSeconds);
    } else if (option == ChannelOption.SO_REUSEADDR) {
      return (T) Boolean.valueOf(reuseAddress);
    } else if (option == ChannelOption.IP_TOS) {
      return (T) Integer.valueOf(trafficClass);
    } else if (option == ChannelOption.ALLOW_HALF_CLOSURE) {
      return (T) Boolean.valueOf(allowHalfClosure);
    } else if (option == ChannelOption.TCP_FASTOPEN_CONNECT) {
      return (T) Boolean.valueOf(fastOpenConnect);
    }
    Object value = tcp.get(option);
    return value != null ? (T) value : super.getOption(option);
  }

  @Override
  public <T> boolean setOption(ChannelOption<T> given, T value) {
    ChannelOption<T> option = OptionAliases.meant(given);
    validate(option, value);
    if (option == ChannelOption.SO_LINGER) {
      setSoLinger((Integer) value);
    } else if (option == ChannelOption.SO_REUSEADDR) {
      setReuseAddress((Boolean) value);
    } else if (option == ChannelOption.IP_TOS) {
      setTrafficClass((Integer) value);
    } else if (option == ChannelOption.ALLOW_HALF_CLOSURE) {
      setAllowHalfClosure((Boolean) value);
    } else if (option == ChannelOption.TCP_FASTOPEN_CONNECT) {
      fastOpenConnect = (Boolean) value;
    } else if (tcp.set(option, value)) {
      socket.onOptionsChanged();
    } else {
      return super.setOption(option, value);
    }
    return true;
  }

  /** Whether what is written before the connection is made goes with the SYN (RFC 7413). */
  boolean isFastOpenConnect() {
    return fastOpenConnect;
  }

  @Override
  protected void autoReadCleared() {
    socket.onAutoReadCleared();
  }

  @Override
  public boolean isTcpNoDelay() {
    return tcp.noDelay();
  }

  @Override
  public SocketChannelConfig setTcpNoDelay(boolean tcpNoDelay) {
    setOption(ChannelOption.TCP_NODELAY, tcpNoDelay);
    return this;
  }

  @Override
  public int getSoLinger() {
    return lingerSeconds;
  }

  /**
   * Negative: close is done at once and sends what was written, however long it takes. Zero: close
   * sends RST, before it only what can go at once. Positive: close is done when the peer has
   * acknowledged everything, or after so many seconds, when the rest is dropped, with RST.
   */
  @Override
  public SocketChannelConfig setSoLinger(int soLinger) {
    lingerSeconds = soLinger;
    return this;
  }

  @Override
  public int getSendBufferSize() {
    return tcp.toConfig().sendBufferBytes();
  }

  @Override
  public SocketChannelConfig setSendBufferSize(int sendBufferSize) {
    setOption(ChannelOption.SO_SNDBUF, sendBufferSize);
    return this;
  }

  @Override
  public int getReceiveBufferSize() {
    return tcp.toConfig().receiveBufferBytes();
  }

  @Override
  public SocketChannelConfig setReceiveBufferSize(int receiveBufferSize) {
    setOption(ChannelOption.SO_RCVBUF, receiveBufferSize);
    return this;
  }

  @Override
  public boolean isKeepAlive() {
    return tcp.keepAlive().idleNs() > 0;
  }

  @Override
  public SocketChannelConfig setKeepAlive(boolean keepAlive) {
    setOption(ChannelOption.SO_KEEPALIVE, keepAlive);
    return this;
  }

  @Override
  public int getTrafficClass() {
    return trafficClass;
  }

  /** Kept for applications that set it; the link decides how its datagrams are marked. */
  @Override
  public SocketChannelConfig setTrafficClass(int trafficClass) {
    this.trafficClass = trafficClass;
    return this;
  }

  @Override
  public boolean isReuseAddress() {
    return reuseAddress;
  }

  /** Kept for applications that set it; a port is free for others once nobody listens at it. */
  @Override
  public SocketChannelConfig setReuseAddress(boolean reuseAddress) {
    this.reuseAddress = reuseAddress;
    return this;
  }

  @Override
  public SocketChannelConfig setPerformancePreferences(
      int connectionTime, int latency, int bandwidth) {
    return this;
  }

  @Override
  public boolean isAllowHalfClosure() {
    return allowHalfClosure;
  }

  @Override
  public SocketChannelConfig setAllowHalfClosure(boolean allowHalfClosure) {
    this.allowHalfClosure = allowHalfClosure;
    return this;
  }

  @Override
  public SocketChannelConfig setConnectTimeoutMillis(int connectTimeoutMillis) {
    super.setConnectTimeoutMillis(connectTimeoutMillis);
    return this;
  }

  @Override
  @Deprecated
  public SocketChannelConfig setMaxMessagesPerRead(int maxMessagesPerRead) {
    super.setMaxMessagesPerRead(maxMessagesPerRead);
    return this;
  }

  @Override
  public SocketChannelConfig setWriteSpinCount(int writeSpinCount) {
    super.setWriteSpinCount(writeSpinCount);
    return this;
  }

  @Override
  public SocketChannelConfig setAllocator(ByteBufAllocator allocator) {
    super.setAllocator(allocator);
    return this;
  }

  @Override
  public SocketChannelConfig setRecvByteBufAllocator(RecvByteBufAllocator allocator) {
    super.setRecvByteBufAllocator(allocator);
    return this;
  }

  @Override
  public SocketChannelConfig setAutoRead(boolean autoRead) {
    super.setAutoRead(autoRead);
    return this;
  }

  @Override
  public SocketChannelConfig setAutoClose(boolean autoClose) {
    super.setAutoClose(autoClose);
    return this;
  }

  @Override
  public SocketChannelConfig setMessageSizeEstimator(MessageSizeEstimator estimator) {
    super.setMessageSizeEstimator(estimator);
    return this;
  }

  @Override
  public SocketChannelConfig setWriteBufferWaterMark(WriteBufferWaterMark waterMark) {
    super.setWriteBufferWaterMark(waterMark);
    return this;
  }
}
