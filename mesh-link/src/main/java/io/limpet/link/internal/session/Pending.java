package io.limpet.link.internal.session;

/**
 * An initiation that waits for its answer.
 *
 * @param peer whom it went to
 * @param localIndex the index that the answer names
 * @param sentNs when it was made
 * @param generation the least generation of an answer
 * @param noise its handshake
 */
record Pending(Peer peer, int localIndex, long sentNs, int generation, NoiseIk noise)
    implements IndexSlot {}
