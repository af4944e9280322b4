package io.limpet.invitation.internal.group;

/**
 * The bytes that all streams of a channel may hold together. When they are taken, each stream may
 * still hold its share: nobody can starve the others.
 */
final class Room {
  private static final int LEAST_SHARE = 64 << 10;

  private final long size;
  private long taken;
  private int streams = 1;

  Room(long size) {
    this.size = size;
  }

  void setStreams(int count) {
    streams = Math.max(1, count);
  }

  /** Takes some, if there is some for a stream that has {@code own} already. */
  boolean take(long own, int bytes) {
    if (taken + bytes > size && own + bytes > Math.max(LEAST_SHARE, size / streams)) {
      return false;
    }
    taken += bytes;
    return true;
  }

  /** Takes some in any case. */
  void force(int bytes) {
    taken += bytes;
  }

  void give(long bytes) {
    taken -= bytes;
  }

  /** Says whether more than half is taken. */
  boolean isTight() {
    return taken > size / 2;
  }
}
