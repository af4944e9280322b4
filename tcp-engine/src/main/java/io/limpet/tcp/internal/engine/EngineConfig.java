package io.limpet.tcp.internal.engine;

/**
 * What all connections of a node share. Immutable.
 *
 * @param maxSegmentLifetimeNs MSL: a connection stays in TIME-WAIT for twice that. RFC 9293 says
 *     two minutes for the whole Internet; on a mesh of one radio network a datagram older than a
 *     few seconds does not exist, replay is excluded by the link, and timestamps (PAWS) and keyed
 *     initial sequence numbers protect a reused pair of ports
 * @param rtoMinNs least retransmission timeout. RFC 6298 says one second; here the delayed
 *     acknowledgement is 10 ms and RACK-TLP does the detecting, so that 50 ms over a round trip of
 *     10 ms, scheduling noise included, is rarely early, and an early one is undone
 * @param rtoMaxNs most that back-off makes of it: death is the user timeout's business
 * @param rtoInitialNs timeout of the first SYN to a peer never measured: a mesh is local
 * @param delayedAckNs longest delay of an acknowledgement (RFC 9293 section 3.8.6.3)
 * @param finWait2Ns how long a closed connection waits for the peer's FIN
 * @param maxSegmentBytes header, options and payload of a segment until the link says otherwise
 * @param userTimeoutLeastNs L_LIMIT of RFC 5482: a peer that advises less is taken to say this
 * @param userTimeoutMostNs U_LIMIT: the same for more
 * @param bufferBudgetBytes memory that the buffers of all connections may hold together; as it runs
 *     short buffers stop growing, then less is offered for new data, and in the end not more is
 *     taken than keeps each connection going
 */
public record EngineConfig(
    long maxSegmentLifetimeNs,
    long rtoMinNs,
    long rtoMaxNs,
    long rtoInitialNs,
    long delayedAckNs,
    long finWait2Ns,
    int maxSegmentBytes,
    long userTimeoutLeastNs,
    long userTimeoutMostNs,
    long bufferBudgetBytes) {

  /** Checks every range. */
  public EngineConfig {
    if (maxSegmentLifetimeNs <= 0 || rtoMinNs <= 0 || rtoMaxNs < rtoMinNs || rtoInitialNs <= 0) {
      throw new IllegalArgumentException("times are positive, rtoMaxNs not below rtoMinNs");
    }
    if (delayedAckNs >= 500_000_000L) {
      throw new IllegalArgumentException("an acknowledgement is delayed by less than 0.5 s");
    }
    if (bufferBudgetBytes < 1 << 16) {
      throw new IllegalArgumentException("a budget for buffers is at least 64 kB");
    }
    if (userTimeoutLeastNs <= 0 || userTimeoutMostNs < userTimeoutLeastNs) {
      throw new IllegalArgumentException("bounds of the user timeout are positive and in order");
    }
    if (delayedAckNs < 0 || finWait2Ns <= 0 || maxSegmentBytes < 256) {
      throw new IllegalArgumentException("times are positive, segments at least 256 bytes");
    }
  }

  /** Returns the defaults for a mesh: MSL 5 s, RTO 50 ms to 1 s, delayed acknowledgement 10 ms. */
  public static EngineConfig defaults() {
    return new EngineConfig(
        5_000_000_000L,
        50_000_000L,
        1_000_000_000L,
        100_000_000L,
        10_000_000L,
        60_000_000_000L,
        1232,
        100_000_000_000L,
        3_600_000_000_000L,
        64 << 20);
  }

  /** Returns the same with another budget for buffers. */
  public EngineConfig withBufferBudgetBytes(long bytes) {
    return new EngineConfig(
        maxSegmentLifetimeNs,
        rtoMinNs,
        rtoMaxNs,
        rtoInitialNs,
        delayedAckNs,
        finWait2Ns,
        maxSegmentBytes,
        userTimeoutLeastNs,
        userTimeoutMostNs,
        bytes);
  }
}
