package io.limpet.node.internal.streams;

import io.limpet.link.MeshAddress;
import org.jspecify.annotations.Nullable;

/**
 * What became of a stream. A value.
 *
 * @param change {@code opened}, {@code closed} or {@code refused}
 * @param way through which kind of opening
 * @param peer whose, null for somebody whom nobody knows
 * @param peerName what they are called
 * @param service the name or port
 * @param sentBytes to the peer, when it is over
 * @param receivedBytes from the peer, when it is over
 * @param reason why it was refused, or how it ended when not in order
 * @param count how many refusals it stands for, 0 for other changes
 */
public record StreamEvent(
    String change,
    OpeningView.Way way,
    @Nullable MeshAddress peer,
    String peerName,
    String service,
    long sentBytes,
    long receivedBytes,
    @Nullable String reason,
    long count) {}
