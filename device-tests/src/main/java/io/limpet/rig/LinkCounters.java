package io.limpet.rig;

/**
 * What became of the frames of one direction of a link; all numbers only grow.
 *
 * @param unicastDelivered unicast frames that reached the receiver, duplicates included
 * @param multicastDelivered multicast and broadcast frames that reached the receiver, duplicates
 *     included
 * @param bytesDelivered bytes in both, without FCS
 * @param unicastLost unicast frames lost by chance, after all retries
 * @param multicastLost multicast frames lost by chance
 * @param blackHoled unicast frames that a black hole swallowed
 * @param cut frames that were sent while the link was cut or the receiver's radio off
 * @param duplicated frames that arrived twice
 * @param heldBack frames held back for others to overtake
 */
public record LinkCounters(
    long unicastDelivered,
    long multicastDelivered,
    long bytesDelivered,
    long unicastLost,
    long multicastLost,
    long blackHoled,
    long cut,
    long duplicated,
    long heldBack) {}
