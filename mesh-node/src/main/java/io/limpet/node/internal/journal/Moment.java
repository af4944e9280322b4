package io.limpet.node.internal.journal;

import java.time.Instant;

/**
 * One event of the journal with its time. A value.
 *
 * @param time to the microsecond, as the journal writes it
 */
public record Moment(Instant time, JournalEvent event) {}
