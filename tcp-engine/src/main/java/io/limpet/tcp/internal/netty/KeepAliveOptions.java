package io.limpet.tcp.internal.netty;

import io.limpet.tcp.MeshChannelOption;
import io.netty.channel.ChannelOption;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * When an idle connection is probed, and when given up (RFC 9293 section 3.8.4), as Netty sets it
 * one by one.
 *
 * <p>Any thread.
 */
@SuppressWarnings("ReferenceEquality") // There is one object of each option.
final class KeepAliveOptions {

  private static final long SECOND_NS = 1_000_000_000L;

  /** When {@code SO_KEEPALIVE} is switched on without a word about the time (RFC 9293 MUST-28). */
  private static final long DEFAULT_IDLE_NS = 7200 * SECOND_NS;

  private volatile boolean on;
  private volatile long idleNs;

  /** 0 for what the engine thinks best. */
  private volatile long intervalNs;

  /** 0 for what the engine thinks best. */
  private volatile int count;

  KeepAliveOptions(long keepAliveNs) {
    on = keepAliveNs > 0;
    idleNs = on ? keepAliveNs : DEFAULT_IDLE_NS;
  }

  KeepAliveOptions copy() {
    KeepAliveOptions copy = new KeepAliveOptions(idleNs);
    copy.on = on;
    copy.intervalNs = intervalNs;
    copy.count = count;
    return copy;
  }

  /** Returns the idle time before the first probe, 0 if there is to be none. */
  long idleNs() {
    return on ? idleNs : 0;
  }

  /** Returns the time between probes, 0 for what the engine thinks best. */
  long intervalNs() {
    return intervalNs;
  }

  /** Returns how many probes go unanswered before the end, 0 for what the engine thinks best. */
  int count() {
    return count;
  }

  static ChannelOption<?>[] all() {
    return new ChannelOption<?>[] {
      ChannelOption.SO_KEEPALIVE,
      MeshChannelOption.KEEP_ALIVE_TIME,
      OptionAliases.TCP_KEEPIDLE,
      OptionAliases.TCP_KEEPINTVL,
      OptionAliases.TCP_KEEPCNT
    };
  }

  /** Returns the value of an option, or null if it is none of these. */
  @Nullable Object get(ChannelOption<?> option) {
    if (option == ChannelOption.SO_KEEPALIVE) {
      return on;
    } else if (option == MeshChannelOption.KEEP_ALIVE_TIME) {
      return Duration.ofNanos(idleNs);
    } else if (option == OptionAliases.TCP_KEEPIDLE) {
      return seconds(idleNs);
    } else if (option == OptionAliases.TCP_KEEPINTVL) {
      return seconds(intervalNs);
    } else if (option == OptionAliases.TCP_KEEPCNT) {
      return count;
    }
    return null;
  }

  /** Sets an option; returns false if it is none of these. */
  boolean set(ChannelOption<?> option, Object value) {
    if (option == ChannelOption.SO_KEEPALIVE) {
      on = (Boolean) value;
    } else if (option == MeshChannelOption.KEEP_ALIVE_TIME) {
      idleNs = TcpOptions.positiveNs(option, (Duration) value);
    } else if (option == OptionAliases.TCP_KEEPIDLE) {
      idleNs = positive(option, (Integer) value) * SECOND_NS;
    } else if (option == OptionAliases.TCP_KEEPINTVL) {
      intervalNs = positive(option, (Integer) value) * SECOND_NS;
    } else if (option == OptionAliases.TCP_KEEPCNT) {
      count = positive(option, (Integer) value);
    } else {
      return false;
    }
    return true;
  }

  private static int seconds(long ns) {
    return (int) Math.min(Integer.MAX_VALUE, (ns + SECOND_NS - 1) / SECOND_NS);
  }

  private static int positive(ChannelOption<?> option, int value) {
    if (value <= 0) {
      throw new IllegalArgumentException(option.name() + " is positive: " + value);
    }
    return value;
  }
}
