package io.limpet.tcp;

/**
 * What all connections of a node have carried together since it started, ended ones included. Each
 * number only grows. A value; safe for any thread.
 *
 * @param segmentsSent all segments of connections
 * @param segmentsRetransmitted of those, retransmissions
 * @param retransmissionTimeouts how often a retransmission timeout expired
 * @param spuriousRetransmissions retransmissions that proved needless
 * @param bytesAcked acknowledged by peers
 * @param bytesReceived received in order
 */
public record TcpTotals(
    long segmentsSent,
    long segmentsRetransmitted,
    long retransmissionTimeouts,
    long spuriousRetransmissions,
    long bytesAcked,
    long bytesReceived) {
  /** No connection yet. */
  public static final TcpTotals NONE = new TcpTotals(0, 0, 0, 0, 0, 0);

  /** Returns these and what one connection has carried. */
  public TcpTotals plus(TcpInfo connection) {
    return new TcpTotals(
        segmentsSent + connection.segmentsSent(),
        segmentsRetransmitted + connection.segmentsRetransmitted(),
        retransmissionTimeouts + connection.retransmissionTimeouts(),
        spuriousRetransmissions + connection.spuriousRetransmissions(),
        bytesAcked + connection.bytesAcked(),
        bytesReceived + connection.bytesReceived());
  }
}
