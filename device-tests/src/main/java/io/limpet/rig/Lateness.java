package io.limpet.rig;

import java.time.Duration;

/**
 * How late the medium handed frames over, compared with when they were due: whether a surprising
 * measurement may be the rig's own doing, on a busy machine.
 *
 * @param frames how many frames were handed over
 * @param median half of them were at most so late, to an eighth
 * @param p99 99 of 100 were at most so late, to an eighth
 * @param maximum none was later
 */
public record Lateness(long frames, Duration median, Duration p99, Duration maximum) {}
