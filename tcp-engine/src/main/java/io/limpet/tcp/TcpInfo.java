package io.limpet.tcp;

import io.limpet.link.MeshAddress;

/**
 * A snapshot of one connection in the style of Linux's TCP_INFO. A value; safe for any thread.
 *
 * @param peer the remote node
 * @param localPort 1..65535
 * @param remotePort 1..65535
 * @param state its state
 * @param srttNs smoothed RTT, 0 before the first sample
 * @param rttVarNs RTT variation
 * @param minRttNs minimum RTT seen, 0 before the first sample
 * @param rtoNs retransmission timeout now
 * @param cwndBytes congestion window
 * @param pacingRateBytesPerSecond 0 when not paced
 * @param deliveryRateBytesPerSecond newest estimate
 * @param bytesInFlight sent, neither acknowledged nor deemed lost
 * @param bytesAcked acknowledged by the peer
 * @param bytesReceived received in order
 * @param segmentsSent all segments
 * @param segmentsRetransmitted of those, retransmissions
 * @param lossRate recent share of segments lost, 0..1
 * @param sndWndBytes the window the peer offers
 * @param maxSegmentBytes payload of a full segment
 * @param userTimeoutNs unacknowledged data older than this ends the connection (RFC 5482)
 * @param unacknowledgedBytes written by the application and not yet acknowledged
 * @param readableBytes received in order and not yet read
 * @param urgentBytes of the bytes to read next, those that the peer wants read at once
 * @param rcvWndBytes the window offered to the peer
 * @param retransmissionTimeouts how often the retransmission timeout expired
 * @param spuriousRetransmissions retransmissions that proved needless
 * @param reorderingSeen whether segments have overtaken each other
 * @param bufferBytes memory held by both buffers
 * @param pathMtuBytes largest segment, header and options included, known to reach the peer
 * @param stateNs for how long it has been in its state, 0 when closed
 * @param timeoutsInARow how often the retransmission timeout has expired without an answer since
 */
public record TcpInfo(
    MeshAddress peer,
    int localPort,
    int remotePort,
    TcpState state,
    long srttNs,
    long rttVarNs,
    long minRttNs,
    long rtoNs,
    long cwndBytes,
    long pacingRateBytesPerSecond,
    long deliveryRateBytesPerSecond,
    long bytesInFlight,
    long bytesAcked,
    long bytesReceived,
    long segmentsSent,
    long segmentsRetransmitted,
    double lossRate,
    long sndWndBytes,
    int maxSegmentBytes,
    long userTimeoutNs,
    int unacknowledgedBytes,
    int readableBytes,
    int urgentBytes,
    long rcvWndBytes,
    long retransmissionTimeouts,
    long spuriousRetransmissions,
    boolean reorderingSeen,
    long bufferBytes,
    int pathMtuBytes,
    long stateNs,
    int timeoutsInARow) {}
