package io.limpet.tcp;

import io.netty.channel.ChannelOption;
import java.time.Duration;

/**
 * Options that mesh channels have beside Netty's own ({@code SO_KEEPALIVE}, {@code SO_LINGER},
 * {@code TCP_NODELAY}, {@code SO_RCVBUF}, {@code SO_SNDBUF}, {@code SO_BACKLOG}, {@code
 * ALLOW_HALF_CLOSURE}, {@code CONNECT_TIMEOUT_MILLIS}, {@code TCP_FASTOPEN_CONNECT}, …) and those
 * of its epoll transport ({@code TCP_USER_TIMEOUT}, {@code TCP_KEEPIDLE}, {@code TCP_KEEPINTVL},
 * {@code TCP_KEEPCNT}).
 *
 * <p>On a server channel they are what accepted connections start with. Safe for any thread.
 */
public final class MeshChannelOption {

  /**
   * Unacknowledged data older than this aborts the connection (RFC 5482); longer than zero. May be
   * changed while the connection lives.
   */
  public static final ChannelOption<Duration> USER_TIMEOUT =
      ChannelOption.valueOf(MeshChannelOption.class, "USER_TIMEOUT");

  /**
   * Idle time before a keepalive probe when {@code SO_KEEPALIVE} is on; longer than zero, two hours
   * unless set. May be changed while the connection lives.
   */
  public static final ChannelOption<Duration> KEEP_ALIVE_TIME =
      ChannelOption.valueOf(MeshChannelOption.class, "KEEP_ALIVE_TIME");

  /**
   * Silence with data pending before {@link ConnectionEvent.PeerSuspect}; longer than zero. Takes
   * effect for connections that start later.
   */
  public static final ChannelOption<Duration> SUSPECT_AFTER =
      ChannelOption.valueOf(MeshChannelOption.class, "SUSPECT_AFTER");

  /** The congestion control algorithm. Takes effect for connections that start later. */
  public static final ChannelOption<TcpConfig.CongestionAlgorithm> CONGESTION_CONTROL =
      ChannelOption.valueOf(MeshChannelOption.class, "CONGESTION_CONTROL");

  /**
   * Share of the path's airtime, 0 to 1, that copies of what is small and last may take while loss
   * is measured; 0 for no copies. Takes effect for connections that start later.
   */
  public static final ChannelOption<Double> REDUNDANCY_SHARE =
      ChannelOption.valueOf(MeshChannelOption.class, "REDUNDANCY_SHARE");

  /**
   * On a server channel, before it is bound: a peer's new connection replaces its older ones at
   * this port, so that a peer which restarted without a word is not locked out by its own ghost.
   */
  public static final ChannelOption<Boolean> NEWEST_WINS =
      ChannelOption.valueOf(MeshChannelOption.class, "NEWEST_WINS");

  private MeshChannelOption() {}
}
