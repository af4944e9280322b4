package io.limpet.presence.internal.roster;

import java.time.Instant;

/**
 * When something happened: the monotonic time that deadlines are made of, and the wall clock's time
 * that people read. A value; safe for any thread.
 *
 * @param ns compared by difference only
 * @param wall never used to decide anything
 */
public record Moment(long ns, Instant wall) {}
