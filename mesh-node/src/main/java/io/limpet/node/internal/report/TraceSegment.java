package io.limpet.node.internal.report;

import java.util.List;

/**
 * One TCP segment of a capture. A value.
 *
 * @param epochNs when it passed, in nanoseconds since 1970
 * @param outbound whether the laptop that made the capture sent it
 * @param localPort of that laptop
 * @param peer the other address, as 32 hexadecimal digits
 * @param flags of the header: FIN 1, SYN 2, RST 4
 * @param windowScale from its options, or -1
 * @param sacked pairs of sequence numbers, from and to
 */
record TraceSegment(
    long epochNs,
    boolean outbound,
    String peer,
    int localPort,
    int remotePort,
    long seq,
    long ack,
    int flags,
    int window,
    int windowScale,
    int dataBytes,
    List<long[]> sacked) {
  static final int FIN = 1;
  static final int SYN = 2;
  static final int RST = 4;
  static final int ACK = 16;
}
