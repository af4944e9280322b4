package io.limpet.node.internal.perf;

/**
 * A series of round trips.
 *
 * @param count how many
 * @param messageBytes in each
 * @param intervalNs between the beginnings of two, whether or not the first has come back
 * @param drainNs for how long to wait for the last
 * @param samples whether to answer with each time, not only with percentiles
 */
public record PingPlan(
    int count, int messageBytes, long intervalNs, long drainNs, boolean samples) {}
