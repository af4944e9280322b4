package io.limpet.link;

/**
 * What the kernel tells of one of its connections beyond its state, as {@code TCP_INFO} does. A
 * value; safe for any thread. Times are milliseconds ago and are meaningless before the handshake
 * is over.
 *
 * @param backoff how often the retransmission timeout has been doubled, or how many window probes
 *     were sent in a row; 0 to 255
 * @param rtoMs retransmission timeout now, doubled as often as {@code backoff} says
 * @param rttUs smoothed round-trip time, microseconds; 0 before the first sample
 * @param lastDataSentMs since data was last sent
 * @param lastDataReceivedMs since data was last received
 * @param lastAckReceivedMs since any valid segment of the other end was last received
 * @param retransmittedSegments since the connection began
 * @param receiveMemoryBytes what is received and not read takes in memory
 * @param sendMemoryBytes what is written and not acknowledged takes in memory
 */
public record KernelTcpInfo(
    int backoff,
    long rtoMs,
    long rttUs,
    long lastDataSentMs,
    long lastDataReceivedMs,
    long lastAckReceivedMs,
    long retransmittedSegments,
    long receiveMemoryBytes,
    long sendMemoryBytes) {}
