package io.limpet.tcp.internal.netty;

import io.limpet.tcp.MeshChannelOption;
import io.limpet.tcp.TcpConfig;
import io.netty.channel.ChannelOption;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The options that a listener and its connections have in common, as Netty sets them one by one.
 *
 * <p>Any thread.
 */
@SuppressWarnings("ReferenceEquality") // There is one object of each option.
final class TcpOptions {

  private static final int MIN_BUFFER_BYTES = 4096;

  /** The largest window that window scaling can express (RFC 7323 section 2.3). */
  private static final int MAX_BUFFER_BYTES = 1 << 30;

  private static final long MILLISECOND_NS = 1_000_000L;

  private volatile int sendBufferBytes;
  private volatile int receiveBufferBytes;
  private volatile boolean noDelay;
  private final KeepAliveOptions keepAlive;
  private final long defaultUserTimeoutNs;
  private volatile long userTimeoutNs;
  private volatile long suspectAfterNs;
  private volatile TcpConfig.CongestionAlgorithm congestionControl;
  private volatile double redundancyShare;

  TcpOptions(TcpConfig config) {
    this(config, new KeepAliveOptions(config.keepAliveNs()), config.userTimeoutNs());
  }

  private TcpOptions(TcpConfig config, KeepAliveOptions keepAlive, long defaultUserTimeoutNs) {
    this.keepAlive = keepAlive;
    this.defaultUserTimeoutNs = defaultUserTimeoutNs;
    sendBufferBytes = config.sendBufferBytes();
    receiveBufferBytes = config.receiveBufferBytes();
    noDelay = config.noDelay();
    userTimeoutNs = config.userTimeoutNs();
    suspectAfterNs = config.suspectAfterNs();
    congestionControl = config.congestionControl();
    redundancyShare = config.redundancyShare();
  }

  /** What an accepted connection starts with. */
  TcpOptions copy() {
    return new TcpOptions(toConfig(), keepAlive.copy(), defaultUserTimeoutNs);
  }

  TcpConfig toConfig() {
    return new TcpConfig(
        sendBufferBytes,
        receiveBufferBytes,
        noDelay,
        keepAlive.idleNs(),
        userTimeoutNs,
        suspectAfterNs,
        congestionControl,
        redundancyShare);
  }

  static ChannelOption<?>[] all() {
    return new ChannelOption<?>[] {
      ChannelOption.SO_SNDBUF,
      ChannelOption.SO_RCVBUF,
      ChannelOption.TCP_NODELAY,
      MeshChannelOption.USER_TIMEOUT,
      OptionAliases.TCP_USER_TIMEOUT,
      MeshChannelOption.SUSPECT_AFTER,
      MeshChannelOption.CONGESTION_CONTROL,
      MeshChannelOption.REDUNDANCY_SHARE
    };
  }

  /** Returns the value of an option, or null if it is none of these. */
  @Nullable Object get(ChannelOption<?> option) {
    if (option == ChannelOption.SO_SNDBUF) {
      return sendBufferBytes;
    } else if (option == ChannelOption.SO_RCVBUF) {
      return receiveBufferBytes;
    } else if (option == ChannelOption.TCP_NODELAY) {
      return noDelay;
    } else if (option == MeshChannelOption.USER_TIMEOUT) {
      return Duration.ofNanos(userTimeoutNs);
    } else if (option == OptionAliases.TCP_USER_TIMEOUT) {
      return (int) Math.min(Integer.MAX_VALUE, userTimeoutNs / MILLISECOND_NS);
    } else if (option == MeshChannelOption.SUSPECT_AFTER) {
      return Duration.ofNanos(suspectAfterNs);
    } else if (option == MeshChannelOption.CONGESTION_CONTROL) {
      return congestionControl;
    } else if (option == MeshChannelOption.REDUNDANCY_SHARE) {
      return redundancyShare;
    }
    return keepAlive.get(option);
  }

  /** Sets an option; returns false if it is none of these. */
  boolean set(ChannelOption<?> option, Object value) {
    if (option == ChannelOption.SO_SNDBUF) {
      sendBufferBytes = clamp((Integer) value);
    } else if (option == ChannelOption.SO_RCVBUF) {
      receiveBufferBytes = clamp((Integer) value);
    } else if (option == ChannelOption.TCP_NODELAY) {
      noDelay = (Boolean) value;
    } else if (option == MeshChannelOption.USER_TIMEOUT) {
      userTimeoutNs = positiveNs(option, (Duration) value);
    } else if (option == OptionAliases.TCP_USER_TIMEOUT) {
      userTimeoutNs = userTimeoutNs((Integer) value);
    } else if (option == MeshChannelOption.SUSPECT_AFTER) {
      suspectAfterNs = positiveNs(option, (Duration) value);
    } else if (option == MeshChannelOption.CONGESTION_CONTROL) {
      congestionControl = (TcpConfig.CongestionAlgorithm) value;
    } else if (option == MeshChannelOption.REDUNDANCY_SHARE) {
      redundancyShare = share(option, (Double) value);
    } else {
      return keepAlive.set(option, value);
    }
    return true;
  }

  boolean noDelay() {
    return noDelay;
  }

  KeepAliveOptions keepAlive() {
    return keepAlive;
  }

  long userTimeoutNs() {
    return userTimeoutNs;
  }

  /** Linux takes 0 for the default of the system. */
  private long userTimeoutNs(int millis) {
    if (millis < 0) {
      throw new IllegalArgumentException("TCP_USER_TIMEOUT is not negative: " + millis);
    }
    return millis == 0 ? defaultUserTimeoutNs : millis * MILLISECOND_NS;
  }

  /** Kernels round buffer sizes to what they can do, without an error; so do we. */
  private static int clamp(int bytes) {
    return Math.max(MIN_BUFFER_BYTES, Math.min(MAX_BUFFER_BYTES, bytes));
  }

  private static double share(ChannelOption<?> option, double value) {
    if (!(value >= 0 && value <= 1)) {
      throw new IllegalArgumentException(option.name() + " is a share from 0 to 1: " + value);
    }
    return value;
  }

  static long positiveNs(ChannelOption<?> option, Duration value) {
    if (value.isNegative() || value.isZero()) {
      throw new IllegalArgumentException(option.name() + " is longer than zero: " + value);
    }
    return value.toNanos();
  }
}
