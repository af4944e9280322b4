package io.limpet.tcp;

/**
 * How a connection behaves. Immutable; safe for any thread.
 *
 * @param sendBufferBytes most unsent and unacknowledged bytes kept, at least 4096
 * @param receiveBufferBytes most received and unread bytes kept, at least 4096
 * @param noDelay true switches Nagle's algorithm off (RFC 9293 section 3.7.4)
 * @param keepAliveNs idle time before keepalive probes, 0 for none
 * @param userTimeoutNs unacknowledged data older than this aborts the connection (RFC 5482)
 * @param suspectAfterNs silence with data pending before the application hears of it
 * @param congestionControl which algorithm
 * @param redundancyShare share of the path's airtime, 0 to 1, that copies of what is small and last
 *     may take while loss is measured; 0 for no copies
 */
public record TcpConfig(
    int sendBufferBytes,
    int receiveBufferBytes,
    boolean noDelay,
    long keepAliveNs,
    long userTimeoutNs,
    long suspectAfterNs,
    CongestionAlgorithm congestionControl,
    double redundancyShare) {

  /**
   * The user timeout unless an application sets another (RFC 9293 section 3.9.1.1): five minutes.
   * One that is set is told to the peer; with the default, the peer's advice is taken (RFC 5482).
   */
  public static final long DEFAULT_USER_TIMEOUT_NS = 300_000_000_000L;

  /** Congestion control algorithms. */
  public enum CongestionAlgorithm {
    /** A model of the path (delivery rate, minimum RTT, random loss) sets rate and inflight. */
    MESH_RATE,
    /** RFC 9438. */
    CUBIC
  }

  /** Checks every range. */
  public TcpConfig {
    if (sendBufferBytes < 4096 || receiveBufferBytes < 4096) {
      throw new IllegalArgumentException("buffers are at least 4096 bytes");
    }
    if (keepAliveNs < 0 || userTimeoutNs <= 0 || suspectAfterNs <= 0) {
      throw new IllegalArgumentException("times are positive");
    }
    if (!(redundancyShare >= 0 && redundancyShare <= 1)) {
      throw new IllegalArgumentException("a share is from 0 to 1");
    }
  }

  /**
   * Returns the defaults: 4 MiB buffers, no Nagle, user timeout 5 min, suspicion after 1.5 s, a
   * tenth of the airtime for copies.
   */
  public static TcpConfig defaults() {
    return new TcpConfig(
        4 << 20,
        4 << 20,
        true,
        0,
        DEFAULT_USER_TIMEOUT_NS,
        1_500_000_000L,
        CongestionAlgorithm.MESH_RATE,
        0.1);
  }
}
