package io.limpet.invitation;

import io.limpet.link.MeshAddress;

/**
 * What a member published in an activity's channel. A value, whose array nobody may change.
 *
 * @param activity the activity's identifier
 * @param from who published it
 * @param sequence counts what this sender said and published in this activity: rises, with gaps
 *     where it said a line
 * @param payload 1 byte to {@link GroupChannel#MAX_PAYLOAD_BYTES}
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
public record GroupMessage(String activity, MeshAddress from, long sequence, byte[] payload) {}
