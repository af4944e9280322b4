package io.limpet.link.internal.session;

/** An initiation that waits for its answer. */
final class Pending implements IndexSlot {
  /**
   * More cookies than there are carriers on several interfaces, and no lever for who sends them.
   */
  private static final int MAX_REPEATS = 16;

  final Peer peer;
  final int localIndex;
  final long sentNs;
  final int generation;
  final NoiseIk noise;

  /** What was sent, to be repeated with a cookie. */
  final byte[] datagram;

  private int repeats;

  /**
   * Makes one.
   *
   * @param peer whom it goes to
   * @param localIndex the index that the answer names
   * @param sentNs when it was made
   * @param generation the least generation of an answer
   * @param noise its handshake
   */
  Pending(Peer peer, int localIndex, long sentNs, int generation, NoiseIk noise, byte[] datagram) {
    this.peer = peer;
    this.localIndex = localIndex;
    this.sentNs = sentNs;
    this.generation = generation;
    this.noise = noise;
    this.datagram = datagram;
  }

  /** Says whether it may be sent once more for a cookie, and counts it. */
  boolean mayRepeat() {
    return repeats++ < MAX_REPEATS;
  }
}
