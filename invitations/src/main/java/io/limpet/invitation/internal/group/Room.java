package io.limpet.invitation.internal.group;

import org.jspecify.annotations.Nullable;

/**
 * The bytes that all streams of a channel may hold together. When they are taken, each stream may
 * still hold its share: nobody can starve the others. And one at a time may hold a whole message
 * beyond that: however many begin a long one at once, they are finished one after the other.
 */
final class Room {
  private static final int LEAST_SHARE = 64 << 10;

  /** Most that the favoured stream holds out of order. */
  private static final int FAVOUR = 2 * ChannelLimits.MAX_MESSAGE;

  /** How long the favoured stream may get nothing before another one is favoured. */
  private static final long PATIENCE_NS = 5_000_000_000L;

  private final long size;
  private long taken;
  private int streams = 1;
  private @Nullable Object favoured;
  private long favouredNs;

  Room(long size) {
    this.size = size;
  }

  void setStreams(int count) {
    streams = Math.max(1, count);
  }

  /**
   * Takes some, if there is some.
   *
   * @param stream for whom
   * @param own what it holds already
   * @param inOrder whether it is what the stream needs next
   */
  boolean take(Object stream, long own, int bytes, boolean inOrder, long nowNs) {
    boolean fits = taken + bytes <= size || own + bytes <= Math.max(LEAST_SHARE, size / streams);
    if (!fits && !favours(stream, own, bytes, inOrder, nowNs)) {
      return false;
    }
    taken += bytes;
    return true;
  }

  private boolean favours(Object stream, long own, int bytes, boolean inOrder, long nowNs) {
    boolean free = favoured == null || favoured == stream || nowNs - favouredNs >= PATIENCE_NS;
    if (!free || !(inOrder || own + bytes <= FAVOUR)) {
      return false;
    }
    favoured = stream;
    favouredNs = nowNs;
    return true;
  }

  /** This stream has a whole message, or is over: it is another one's turn. */
  void pass(Object stream) {
    if (favoured == stream) {
      favoured = null;
    }
  }

  /** Takes some in any case. */
  void force(int bytes) {
    taken += bytes;
  }

  void give(long bytes) {
    taken -= bytes;
  }

  long taken() {
    return taken;
  }

  /** Says whether more than half is taken. */
  boolean isTight() {
    return taken > size / 2;
  }
}
