package io.limpet.tcp.internal.engine;

/**
 * Finds the largest segment that reaches a peer (RFC 8899), shared by all connections with it.
 *
 * <p>The link says what crosses every kind of network, where this begins, and what its interfaces
 * would take, which is tried first: between laptops of one kind it mostly works. Otherwise the
 * search halves what is left. A probe is a segment of ordinary data; that it is lost says nothing
 * of congestion. Segments that vanish while nothing of their size arrives are taken for a black
 * hole: what is sent then is small, and the search begins again. All sizes are of header, options
 * and data, in bytes. Not thread-safe.
 */
final class PathMtu {
  /** MIN_PLPMTU: smaller is tried nowhere. */
  static final int LEAST_BYTES = 536;

  private static final int MAX_PROBES = 3;
  private static final int MAX_PROBES_WHEN_LOSSY = 6;
  private static final double LOSSY = 0.2;
  private static final int CLOSE_ENOUGH_BYTES = 32;
  private static final long RAISE_NS = 600_000_000_000L;

  private int baseBytes;
  private int upperBytes;
  private int receivableBytes;
  private int bytes;

  /** The smallest size known not to pass, or one more than the upper size. */
  private int failedBytes;

  /** The size that is tried next in any case, or 0 for half of what is left. */
  private int firstChoiceBytes;

  private int triedBytes;
  private int tries;
  private boolean outstanding;
  private boolean complete;
  private long completeAtNs;
  private long largeDeliveredNs;
  private boolean largeDelivered;

  PathMtu(int segmentBytes) {
    setLink(segmentBytes, segmentBytes);
  }

  /**
   * The link has another idea of sizes: what was found no longer counts.
   *
   * @param safeBytes what passes, as far as the link can know (BASE_PLPMTU)
   * @param largestBytes what the interfaces in use would take (MAX_PLPMTU)
   * @return whether anything has changed
   */
  boolean setLink(int safeBytes, int largestBytes) {
    int largest = Math.max(safeBytes, largestBytes);
    if (safeBytes == baseBytes && largest == upperBytes) {
      return false;
    }
    baseBytes = safeBytes;
    upperBytes = largest;
    bytes = safeBytes;
    search(largest + 1, largest);
    return true;
  }

  private void search(int failed, int firstChoice) {
    failedBytes = failed;
    firstChoiceBytes = firstChoice;
    tries = 0;
    outstanding = false;
    complete = failedBytes - bytes <= 1;
  }

  /** PLPMTU: the largest segment to send. */
  int bytes() {
    return bytes;
  }

  /** The largest segment that may come from the peer: what our interfaces take. */
  int receivableBytes() {
    return receivableBytes == 0 ? upperBytes : receivableBytes;
  }

  /** Sets the largest segment that may come from the peer. */
  void setReceivable(int sizeBytes) {
    receivableBytes = sizeBytes;
  }

  /** Returns the size to probe now, or 0. */
  int probeBytes(long nowNs) {
    if (complete && bytes < upperBytes && nowNs - completeAtNs > RAISE_NS) {
      search(upperBytes + 1, upperBytes);
    }
    if (complete || outstanding) {
      return 0;
    }
    return firstChoiceBytes > bytes ? firstChoiceBytes : bytes + (failedBytes - bytes) / 2;
  }

  /** A probe of a size went out. */
  void onProbeSent(int size) {
    outstanding = true;
    tries = size == triedBytes ? tries + 1 : 1;
    triedBytes = size;
  }

  /** A probe arrived; says whether {@link #bytes} has changed. */
  boolean onProbeDelivered(long nowNs, int size) {
    outstanding = false;
    if (size <= bytes || size >= failedBytes) {
      return false;
    }
    bytes = size;
    firstChoiceBytes = 0;
    finishIfClose(nowNs);
    return true;
  }

  /** A probe was lost; by its size, if that has happened often enough for what the path loses. */
  void onProbeLost(long nowNs, double lossRate) {
    outstanding = false;
    if (tries < (lossRate > LOSSY ? MAX_PROBES_WHEN_LOSSY : MAX_PROBES)) {
      return;
    }
    tries = 0;
    failedBytes = Math.min(failedBytes, triedBytes);
    firstChoiceBytes = 0;
    finishIfClose(nowNs);
  }

  /** A probe was neither delivered nor lost: its connection is over. */
  void onProbeForgotten() {
    outstanding = false;
  }

  private void finishIfClose(long nowNs) {
    if (failedBytes - bytes <= CLOSE_ENOUGH_BYTES) {
      complete = true;
      completeAtNs = nowNs;
    }
  }

  /** A segment arrived: if it was large, larges ones pass. */
  void onDelivered(long nowNs, int size) {
    if (size > LEAST_BYTES) {
      largeDelivered = true;
      largeDeliveredNs = nowNs;
    }
  }

  /**
   * A segment went unanswered again; says whether {@link #bytes} has changed, because that looks
   * like a black hole.
   *
   * @param attempts how often it was sent again in a row
   * @param sinceNs when it was sent last: if others have got large ones through since, they pass
   */
  boolean onTimeout(int size, int attempts, double lossRate, long sinceNs) {
    int enough = lossRate > LOSSY ? MAX_PROBES_WHEN_LOSSY : MAX_PROBES;
    boolean passes = largeDelivered && largeDeliveredNs - sinceNs > 0;
    if (size <= LEAST_BYTES || bytes <= LEAST_BYTES || attempts < enough || passes) {
      return false;
    }
    int before = bytes;
    bytes = LEAST_BYTES;
    // Perhaps it was only silence: the old size is tried first.
    search(before + 1, before);
    return true;
  }
}
