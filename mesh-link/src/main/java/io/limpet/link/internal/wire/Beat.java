package io.limpet.link.internal.wire;

/**
 * A short hello: all that changes from one hello to the next, and the name of the rest. A value.
 *
 * @param profile of the long hello that this one repeats, see {@link HelloCodec#profileOf}
 * @param sequence as in a long hello, 0..2³² − 1
 * @param kind as in a long hello
 * @param tidings what is said of the moment
 */
public record Beat(long profile, long sequence, Hello.Kind kind, Tidings tidings) {
  /** Largest sequence that a short hello can carry. */
  public static final long MAX_SEQUENCE = 0xFFFF_FFFFL;
}
