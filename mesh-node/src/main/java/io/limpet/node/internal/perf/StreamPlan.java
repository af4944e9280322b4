package io.limpet.node.internal.perf;

/**
 * A stream of small messages in one direction.
 *
 * @param messageBytes in each, at least {@link StreamLog#STAMP_BYTES}
 * @param intervalNs between the beginnings of two
 * @param atMost how many, unless it is stopped before
 * @param timeoutMs for how long to try to connect
 */
public record StreamPlan(int messageBytes, long intervalNs, int atMost, int timeoutMs) {}
