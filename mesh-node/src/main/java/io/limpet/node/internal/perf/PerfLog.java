package io.limpet.node.internal.perf;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What the measured side received, connection by connection, as a measuring program wants to know
 * it: over which interval, and with which gap. Keeps the newest connections of the bulk and ping
 * tests. Safe for any thread.
 */
public final class PerfLog {
  private static final int KEPT_FLOWS = 1024;

  /** An hour of {@link #BIN_MS}. */
  private static final int MAX_BINS = 36_000;

  /** What is received is summed up over so many milliseconds. */
  public static final int BIN_MS = 100;

  private final ArrayDeque<Recorder> recorders = new ArrayDeque<>();
  private final StreamLog streams = new StreamLog();

  /**
   * What was received on one connection. Times are those of the machine's monotonic clock, which
   * all its processes share ({@code System.nanoTime} on Linux).
   *
   * @param mode {@code bulk} or {@code ping}
   * @param firstNs when the first byte was received
   * @param lastNs when the last one was
   * @param bytes how many there were
   * @param gapStartNs when the longest time without a byte began
   * @param gapEndNs and when it ended; the time that is still running does not count
   * @param binMs width of a bin
   * @param bins bytes received in each bin from {@code firstNs} on
   */
  public record Received(
      String mode,
      long firstNs,
      long lastNs,
      long bytes,
      long gapStartNs,
      long gapEndNs,
      int binMs,
      List<Long> bins) {}

  /** Returns the same for streams of stamped messages. */
  public StreamLog streams() {
    return streams;
  }

  /** Begins the log of a connection. */
  synchronized Recorder begin(String mode, long nowNs) {
    Recorder recorder = new Recorder(mode, nowNs);
    recorders.add(recorder);
    if (recorders.size() > KEPT_FLOWS) {
      recorders.remove();
    }
    return recorder;
  }

  /** Returns what was received, in the order in which the connections began. */
  public synchronized List<Received> received() {
    return new ArrayList<>(recorders.stream().map(Recorder::snapshot).toList());
  }

  /** Forgets what was received so far, of connections that still live as well. */
  public synchronized void clear() {
    recorders.clear();
    streams.clear();
  }

  /** Takes note of one connection's bytes. */
  static final class Recorder {
    private final String mode;
    private final long firstNs;
    private long[] bins = new long[64];
    private long lastNs;
    private long bytes;
    private long gapStartNs;
    private long gapEndNs;

    Recorder(String mode, long nowNs) {
      this.mode = mode;
      this.firstNs = nowNs;
      this.lastNs = nowNs;
      this.gapStartNs = nowNs;
      this.gapEndNs = nowNs;
    }

    synchronized void add(long nowNs, int count) {
      if (nowNs - lastNs > gapEndNs - gapStartNs) {
        gapStartNs = lastNs;
        gapEndNs = nowNs;
      }
      lastNs = nowNs;
      bytes += count;
      int bin = (int) Math.min(MAX_BINS - 1, (nowNs - firstNs) / (BIN_MS * 1_000_000L));
      if (bin >= bins.length) {
        bins = Arrays.copyOf(bins, Math.max(bin + 1, 2 * bins.length));
      }
      bins[bin] += count;
    }

    synchronized long bytes() {
      return bytes;
    }

    synchronized long durationNs() {
      return Math.max(1, lastNs - firstNs);
    }

    synchronized Received snapshot() {
      int used = (int) Math.min(MAX_BINS - 1, (lastNs - firstNs) / (BIN_MS * 1_000_000L)) + 1;
      return new Received(
          mode,
          firstNs,
          lastNs,
          bytes,
          gapStartNs,
          gapEndNs,
          BIN_MS,
          Arrays.stream(bins, 0, Math.min(used, bins.length)).boxed().toList());
    }
  }
}
