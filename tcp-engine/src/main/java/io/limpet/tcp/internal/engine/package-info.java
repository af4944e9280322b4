/**
 * The sans-IO core: plain objects that are given the time, own no thread, and touch no socket.
 *
 * <p>Not thread-safe; confined to whoever drives them. Times are nanoseconds of any monotonic
 * clock, compared by difference. {@code Long.MAX_VALUE} as a deadline means none.
 */
@org.jspecify.annotations.NullMarked
package io.limpet.tcp.internal.engine;
