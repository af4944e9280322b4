package io.limpet.invitation.internal.group;

import io.limpet.link.MeshAddress;

/**
 * A message that reached this node. A value, whose array nobody changes.
 *
 * @param from who published it
 * @param stream names the sender's numbering: a higher one takes the place of a lower
 * @param sequence counts the sender's messages in it, from 1
 * @param payload what
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
public record Delivery(MeshAddress from, long stream, long sequence, byte[] payload) {}
