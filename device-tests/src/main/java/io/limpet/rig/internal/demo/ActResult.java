package io.limpet.rig.internal.demo;

import org.jspecify.annotations.Nullable;

/**
 * What one act showed. Times are milliseconds; null where the act has no such thing. A value.
 *
 * @param number 1 to 3
 * @param name the act's name
 * @param kernelTcp what the kernel's own TCP did in the same place at the same moment
 * @param kernelTcpAfterRepair act 3: what it did once the entry was right again
 * @param deliveredMs act 1: the invitation, from the command to the receipt; later: the first line
 *     said after the change, until every member had it
 * @param acceptedMs act 1: the receipt of the acceptance, from the command
 * @param linesExpected lines said in the act; 0 when it was not played, then {@code kernelTcp} says
 *     why
 * @param linesInOrder of those, lines that every member got once, in order
 * @param slowestLineMs the longest that a line took to its last member
 * @param repairMs until unicast, or the neighbour entry, was right again
 * @param diagnosis what the link layer named as the cause
 * @param connectionsKept whether the mesh connections at the end are those from the beginning
 */
record ActResult(
    int number,
    String name,
    String kernelTcp,
    @Nullable String kernelTcpAfterRepair,
    @Nullable Double deliveredMs,
    @Nullable Double acceptedMs,
    int linesExpected,
    int linesInOrder,
    @Nullable Double slowestLineMs,
    @Nullable Double repairMs,
    String diagnosis,
    @Nullable Boolean connectionsKept) {}
