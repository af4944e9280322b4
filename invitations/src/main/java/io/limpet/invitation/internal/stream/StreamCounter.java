package io.limpet.invitation.internal.stream;

/** What streams count. */
public enum StreamCounter {
  /** Streams that we opened. */
  OPENED,
  /** Streams of others that we took. */
  ACCEPTED,
  /** Attempts to open that failed. */
  FAILED,
  /** Streams turned away: too many, or nobody proven at the other end. */
  TURNED_AWAY,
  /** Frames too long or not a message; each closed its stream. */
  MALFORMED,
  /** Streams closed because the other end stopped reading. */
  STALLED,
  /** Streams that ended with an error. */
  BROKEN,
  /** Messages received. */
  MESSAGES_IN,
  /** Messages sent. */
  MESSAGES_OUT
}
