package io.limpet.rig;

/**
 * What a device's radio did; all numbers only grow.
 *
 * @param framesOnAir frames sent, each retry counted
 * @param bytesOnAir bytes in them, without FCS
 * @param queueDrops frames dropped because the sender's queue was full
 * @param toNobody unicast frames whose destination is no device's current address
 * @param offDrops frames the device sent while its radio was off
 * @param withheld ARP and neighbour discovery withheld during a silent address change
 * @param malformed frames too short or too long to be Ethernet
 */
public record RadioCounters(
    long framesOnAir,
    long bytesOnAir,
    long queueDrops,
    long toNobody,
    long offDrops,
    long withheld,
    long malformed) {}
