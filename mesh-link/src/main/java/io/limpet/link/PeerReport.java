package io.limpet.link;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A snapshot of one peer as the link sees it. A value; safe for any thread.
 *
 * @param info its newest signed hello
 * @param path how it is reached now
 * @param diagnosis why unicast fails, {@link Diagnosis#NONE} when it does not
 * @param lastHeard time since anything authentic arrived, or null when nothing has
 * @param links the paths, both directions
 */
public record PeerReport(
    PeerInfo info,
    PathState path,
    Diagnosis diagnosis,
    @Nullable Duration lastHeard,
    List<LinkReport> links) {}
