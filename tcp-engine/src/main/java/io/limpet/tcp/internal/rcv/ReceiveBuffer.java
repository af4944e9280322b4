package io.limpet.tcp.internal.rcv;

import io.limpet.tcp.internal.buffer.ChunkPool;
import io.limpet.tcp.internal.buffer.ChunkPool.Pressure;
import io.limpet.tcp.internal.buffer.ChunkRing;
import io.limpet.tcp.internal.wire.Segment;
import java.nio.ByteBuffer;

/**
 * Received bytes: those in order wait to be read, those out of order wait for the gap before them.
 * Decides what window to offer, and what to say in SACK options. Not thread-safe.
 */
public final class ReceiveBuffer {
  private static final int INITIAL_LIMIT = 64 << 10;

  /** Whoever asks for so little means just that: it is not tuned. */
  private static final int FIXED_LIMIT = 256 << 10;

  private static final int SHORT_LIMIT = 16 << 10;
  private static final int EXHAUSTED_LIMIT = 2 * ChunkPool.CHUNK_BYTES;
  private static final int MAX_RANGES = 1024;
  private static final int SACK_BLOCKS = 3;

  private final int maxLimit;
  private int limit;
  private int maxWindow = 0xFFFF;
  private final ChunkPool pool;
  private final ChunkRing ring;
  private final Assembler assembler = new Assembler(MAX_RANGES);
  private final WindowTuner tuner = new WindowTuner();
  private long readPosition;
  private long nextPosition;
  private int rcvNxt;
  private int advertisedEdge;
  private boolean dsackPending;
  private int dsackLeft;
  private int dsackRight;
  private boolean discarding;
  private boolean finKnown;
  private boolean finPassed;
  private int finSeq;

  /**
   * Makes an empty buffer.
   *
   * @param maxBytes most bytes kept; the window starts smaller and grows with use
   * @param pool where its memory comes from
   */
  public ReceiveBuffer(int maxBytes, ChunkPool pool) {
    this.pool = pool;
    this.ring = new ChunkRing(pool);
    this.maxLimit = maxBytes;
    this.limit = maxBytes <= FIXED_LIMIT ? maxBytes : INITIAL_LIMIT;
  }

  /**
   * Begins with the sequence number of the first byte, known once the peer's SYN is. What a SYN of
   * this side has offered before counts from there.
   */
  public void start(int firstSeq) {
    advertisedEdge += firstSeq - rcvNxt;
    rcvNxt = firstSeq;
  }

  /** Sets the largest window that the window field can tell, by the agreed scale. */
  public void setMaxWindow(int bytes) {
    maxWindow = bytes;
  }

  /** What became of data. */
  public enum Arrival {
    /** The stream grew at RCV.NXT. */
    IN_ORDER,
    /** The stream grew at RCV.NXT and closed a gap, or part of one. */
    FILLED_GAP,
    /** Kept beyond a gap. */
    OUT_OF_ORDER,
    /** All of it was there already. */
    DUPLICATE,
    /** There are too many gaps, or there is too little memory, to keep it. */
    REFUSED
  }

  /** RCV.NXT. */
  public int rcvNxt() {
    return rcvNxt;
  }

  /** Returns the sequence number of the next byte that is read. */
  public int readSeq() {
    return rcvNxt - readable() - (finPassed ? 1 : 0);
  }

  /** Notes where the peer's FIN is; it may be beyond a gap. */
  public void onFin(int seq) {
    finKnown = true;
    finSeq = seq;
  }

  /** Says whether everything before the peer's FIN is here, and FIN was not yet passed. */
  public boolean isFinNext() {
    return finKnown && !finPassed && rcvNxt == finSeq;
  }

  /** Passes over the FIN, which occupies a sequence number and no byte. */
  public void passFin() {
    finPassed = true;
    rcvNxt++;
    advertisedEdge = Math.max(advertisedEdge - rcvNxt, 0) + rcvNxt;
  }

  /** Takes data that lies within the window, whose last bytes may have been received before. */
  public Arrival receive(int seq, ByteBuffer data) {
    long start = nextPosition + (seq - rcvNxt);
    long end = start + data.remaining();
    if (assembler.contains(start, end)) {
      noteDuplicate(seq, seq + data.remaining());
      return Arrival.DUPLICATE;
    }
    // What lies beyond a gap must not keep out what closes it.
    int inTheWay = start > nextPosition ? ring.heldBytes() : readable();
    if (pool.pressure() == Pressure.EXHAUSTED && inTheWay >= EXHAUSTED_LIMIT) {
      return Arrival.REFUSED;
    }
    if (start > nextPosition) {
      if (!assembler.add(start, end)) {
        return Arrival.REFUSED;
      }
      ring.write(start, data);
      return Arrival.OUT_OF_ORDER;
    }
    boolean hadGap = !assembler.isEmpty();
    ring.write(start, data);
    long whole = assembler.takeFrom(end);
    rcvNxt += (int) (whole - nextPosition);
    nextPosition = whole;
    if (advertisedEdge - rcvNxt < 0) {
      // Data of the first flight comes before any window was offered.
      advertisedEdge = rcvNxt;
    }
    if (discarding) {
      discardReadable();
    }
    return hadGap ? Arrival.FILLED_GAP : Arrival.IN_ORDER;
  }

  /** Notes a range received again, to be reported once (RFC 2883). */
  public void noteDuplicate(int left, int right) {
    dsackPending = true;
    dsackLeft = left;
    dsackRight = right;
  }

  /** Copies bytes out in order and returns how many. */
  public int read(ByteBuffer target) {
    int count = Math.min(target.remaining(), readable());
    if (count > 0) {
      ring.read(readPosition, count, target);
      readPosition += count;
      reclaim();
    }
    return count;
  }

  /** From now on drops what arrives in order, and what waits to be read. */
  public void discard() {
    discarding = true;
    discardReadable();
  }

  /** Nothing will arrive any more: what lies beyond a gap can never be read. */
  public void end() {
    assembler.clear();
    reclaim();
  }

  private void discardReadable() {
    readPosition = nextPosition;
    reclaim();
  }

  private void reclaim() {
    if (readPosition == nextPosition && assembler.isEmpty()) {
      ring.clear(readPosition);
    } else {
      ring.release(readPosition);
    }
  }

  /** Returns the bytes that wait to be read. */
  public int readable() {
    return (int) (nextPosition - readPosition);
  }

  /** Says whether there is a gap before data that was received. */
  public boolean hasGap() {
    return !assembler.isEmpty();
  }

  /**
   * Returns the window to offer now (RFC 9293 section 3.8.6.2.2): the right edge never moves back,
   * and moves on only by what is worth a segment or half the buffer.
   *
   * @param maxSegmentBytes Eff.snd.MSS
   */
  public int window(int maxSegmentBytes) {
    growForGaps();
    int offered = advertisedEdge - rcvNxt;
    int most = pool.pressure().compareTo(Pressure.SHORT) < 0 ? limit : SHORT_LIMIT;
    int possible = Math.min(maxWindow, Math.max(0, Math.min(limit, most) - readable()));
    return possible - offered >= Math.min(limit / 2, maxSegmentBytes) ? possible : offered;
  }

  /**
   * Doubles the limit while an application that keeps up is held back by gaps: on a lossy path the
   * head may need several round trips, and everything behind it waits here.
   */
  private void growForGaps() {
    long span = assembler.highestEnd(nextPosition) - readPosition;
    while (span > limit / 2 && mayGrow()) {
      limit = (int) Math.min(maxLimit, limit * 2L);
    }
  }

  /** Grows with what the path delivers in a round trip, if the application keeps up with it. */
  public void onBytes(long nowNs, int bytes, long smoothedRttNs) {
    long wanted = tuner.onBytes(nowNs, bytes, smoothedRttNs);
    if (wanted > limit && mayGrow()) {
      limit = (int) Math.min(maxLimit, wanted);
    }
  }

  /** Takes the round trip that the timestamp echoed with data shows. */
  public void onEcho(long roundTripNs) {
    tuner.onEcho(roundTripNs);
  }

  private boolean mayGrow() {
    return limit < maxLimit && readable() <= limit / 4 && pool.pressure() == Pressure.NONE;
  }

  /** Notes that a segment offering a window went out. */
  public void onAdvertised(int window) {
    int edge = rcvNxt + window;
    if (edge - advertisedEdge > 0) {
      advertisedEdge = edge;
    }
  }

  /** Returns what of the window offered to the peer is left: RCV.WND for the acceptance test. */
  public int acceptableWindow() {
    return advertisedEdge - rcvNxt;
  }

  /** Returns the right edge of the window that the peer was offered. */
  public int advertisedEdge() {
    return advertisedEdge;
  }

  /**
   * Says whether the window has opened enough to be worth a segment (RFC 9293 section 3.8.6.2.2).
   */
  public boolean isUpdateDue(int maxSegmentBytes) {
    int gain = rcvNxt + window(maxSegmentBytes) - advertisedEdge;
    int open = advertisedEdge - rcvNxt;
    int worth = Math.min(limit / 2, 2 * maxSegmentBytes);
    return gain >= worth && (open < worth || gain >= limit / 4);
  }

  /**
   * Puts the SACK blocks of the next acknowledgement into a segment: each range at least once since
   * it changed, if the acknowledgements are as many as {@link #onSackSent} asks for.
   */
  public void fillSack(Segment out) {
    if (dsackPending) {
      out.addSack(dsackLeft, dsackRight);
      int around = assembler.rangeAt(nextPosition + (dsackLeft - rcvNxt));
      if (around >= 0) {
        addRange(out, around);
      }
    }
    int[] ranges = new int[SACK_BLOCKS - out.sackCount];
    int found = assembler.report(ranges);
    for (int i = 0; i < found; i++) {
      addRange(out, ranges[i]);
    }
  }

  private void addRange(Segment out, int range) {
    int left = rcvNxt + (int) (assembler.start(range) - nextPosition);
    int right = rcvNxt + (int) (assembler.end(range) - nextPosition);
    if (finKnown && right == finSeq) {
      right++;
    }
    for (int i = dsackPending ? 1 : 0; i < out.sackCount; i++) {
      if (out.sackLeft[i] == left) {
        return;
      }
    }
    out.addSack(left, right);
  }

  /**
   * Notes that the blocks went out.
   *
   * @return whether more ranges have changed than they could report: many segments that arrive at
   *     once may leave many gaps, which the peer is to hear of before it takes them for losses
   */
  public boolean onSackSent() {
    dsackPending = false;
    assembler.onReported();
    return assembler.hasUnreported();
  }

  /** Says whether there is anything to say in a SACK option. */
  public boolean hasSack() {
    return dsackPending || !assembler.isEmpty();
  }

  /** Returns the bytes of memory held. */
  public int heldBytes() {
    return ring.heldBytes();
  }
}
