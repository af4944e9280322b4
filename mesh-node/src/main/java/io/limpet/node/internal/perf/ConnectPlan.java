package io.limpet.node.internal.perf;

/**
 * A series of fresh connections.
 *
 * @param count how many
 * @param messageBytes on each
 * @param intervalNs between the beginnings of two; 0 lets each wait for the end of the one before
 * @param timeoutMs after which one has failed
 * @param samples whether to answer with each time, not only with percentiles
 */
public record ConnectPlan(
    int count, int messageBytes, long intervalNs, int timeoutMs, boolean samples) {}
