package io.limpet.link.internal.wire;

/**
 * What one side has received on one path of the other side. Counts are cumulative, so that a lost
 * report costs nothing.
 *
 * @param pathNumber the numbering of the side that sent the datagrams, 0..255
 * @param highest the highest counter received
 * @param received how many datagrams were received
 * @param ackDelayUs how long the highest had been here when this was written, in microseconds
 */
public record PathReport(int pathNumber, long highest, long received, long ackDelayUs) {}
