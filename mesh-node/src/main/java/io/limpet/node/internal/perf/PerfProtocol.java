package io.limpet.node.internal.perf;

/**
 * What the measuring sides say to each other: the first byte of a connection chooses the test.
 *
 * <ul>
 *   <li>{@code B}: bytes until the end of the stream; answered by the count (8 bytes) and the
 *       nanoseconds between the first and the last (8 bytes).
 *   <li>{@code P}: everything that follows is echoed.
 *   <li>{@code C} and a size (4 bytes): that many bytes; answered by one byte.
 *   <li>{@code H}: answered by one byte; the connection then stays open and idle.
 *   <li>{@code S} and a size (4 bytes): messages of that size, as {@link StreamLog} knows them.
 * </ul>
 */
final class PerfProtocol {
  /** The mesh port that a node with {@code --perf} listens at. */
  static final int PORT = 5;

  static final byte BULK = 'B';
  static final byte PING = 'P';
  static final byte CONNECT = 'C';
  static final byte HOLD = 'H';
  static final byte STREAM = 'S';

  /** Largest message of the connect test, in bytes. */
  static final int MAX_CONNECT_BYTES = 1 << 20;

  /** Largest message of the ping test, in bytes. */
  static final int MAX_PING_BYTES = 64 << 10;

  private PerfProtocol() {}
}
