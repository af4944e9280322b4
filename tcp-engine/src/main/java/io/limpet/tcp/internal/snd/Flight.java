package io.limpet.tcp.internal.snd;

/** Bytes in flight, of one connection or of several that share a path. Not thread-safe. */
public final class Flight {
  private long bytes;

  /** Returns bytes sent that are neither acknowledged nor deemed lost, copies counted. */
  public long bytes() {
    return bytes;
  }

  void add(long delta) {
    bytes += delta;
  }
}
