package io.limpet.invitation.internal.group;

/**
 * How far a member has got in one sender's stream. A value.
 *
 * @param stored every packet below is stored, or will never be wanted
 * @param received every packet below has arrived; not less than {@code stored}
 * @param tx the highest transmission that was heard by multicast, 0 for none
 * @param heard how many transmissions were heard by multicast, since this member's start
 */
record Position(long stored, long received, long tx, long heard) {}
