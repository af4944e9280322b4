package io.limpet.node.internal.perf;

import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;

/**
 * Which messages of which streams arrived when: every message tells its number, when it was sent,
 * and a filling that follows from the number, so that what is lost, out of order or damaged shows.
 * Keeps the newest streams. Safe for any thread.
 */
public final class StreamLog {
  /** The shortest message: its number and its time, 8 bytes each. */
  public static final int STAMP_BYTES = 2 * Long.BYTES;

  /** Half an hour of a message each 20 ms. */
  static final int MAX_MESSAGES = 90_000;

  static final int MAX_MESSAGE_BYTES = 1 << 10;

  private static final int KEPT_STREAMS = 64;

  private final ArrayDeque<Recorder> recorders = new ArrayDeque<>();

  /**
   * What has arrived of one stream. Times are those of the machine's monotonic clock, which all its
   * processes share ({@code System.nanoTime} on Linux).
   *
   * @param ended whether the sender has ended it in order
   * @param fault what was wrong with the bytes, empty when nothing was; nothing is noted after it
   * @param sentNs when each message was given to the sender's connection, in the order of arrival
   * @param arrivedNs when its last byte was read by the receiving application
   */
  public record Arrivals(boolean ended, String fault, List<Long> sentNs, List<Long> arrivedNs) {
    /** Keeps its own copies. */
    public Arrivals {
      sentNs = List.copyOf(sentNs);
      arrivedNs = List.copyOf(arrivedNs);
    }
  }

  /** Begins the log of a connection. */
  synchronized Recorder begin() {
    Recorder recorder = new Recorder();
    recorders.add(recorder);
    if (recorders.size() > KEPT_STREAMS) {
      recorders.remove();
    }
    return recorder;
  }

  /** Returns what has arrived, in the order in which the streams began. */
  public synchronized List<Arrivals> arrivals() {
    return recorders.stream().map(Recorder::snapshot).toList();
  }

  /** Forgets what has arrived so far, of streams that still live as well. */
  public synchronized void clear() {
    recorders.clear();
  }

  /** Writes a message. */
  static void write(ByteBuf out, int messageBytes, long number, long sentNs) {
    out.writeLong(number).writeLong(sentNs);
    for (int i = STAMP_BYTES; i < messageBytes; i++) {
      out.writeByte(filling(number, i));
    }
  }

  private static byte filling(long number, int position) {
    return (byte) (31 * number + position);
  }

  /** Takes note of one stream. */
  static final class Recorder {
    private long[] sentNs = new long[256];
    private long[] arrivedNs = new long[256];
    private byte[] message = new byte[Integer.BYTES];
    private int filled;
    private boolean sized;
    private int count;
    private boolean ended;
    private String fault = "";

    /** Takes what was read; returns whether the stream is sound so far. */
    synchronized boolean add(ByteBuf in, long nowNs) {
      while (in.isReadable() && fault.isEmpty()) {
        int taken = Math.min(in.readableBytes(), message.length - filled);
        in.readBytes(message, filled, taken);
        filled += taken;
        if (filled == message.length) {
          filled = 0;
          complete(nowNs);
        }
      }
      return fault.isEmpty();
    }

    private void complete(long nowNs) {
      if (!sized) {
        int bytes = (int) number(0, Integer.BYTES);
        if (bytes < STAMP_BYTES || bytes > MAX_MESSAGE_BYTES) {
          fault = "no message has " + bytes + " bytes";
          return;
        }
        message = new byte[bytes];
        sized = true;
        return;
      }
      long number = number(0, Long.BYTES);
      if (number != count) {
        fault = "message " + number + " came where " + count + " was due";
        return;
      }
      for (int i = STAMP_BYTES; i < message.length; i++) {
        if (message[i] != filling(number, i)) {
          fault = "message " + number + " is damaged";
          return;
        }
      }
      if (count == MAX_MESSAGES) {
        fault = "more than " + MAX_MESSAGES + " messages";
        return;
      }
      if (count == sentNs.length) {
        sentNs = Arrays.copyOf(sentNs, 2 * count);
        arrivedNs = Arrays.copyOf(arrivedNs, 2 * count);
      }
      sentNs[count] = number(Long.BYTES, Long.BYTES);
      arrivedNs[count] = nowNs;
      count++;
    }

    private long number(int offset, int length) {
      long value = 0;
      for (int i = 0; i < length; i++) {
        value = value << Byte.SIZE | (message[offset + i] & 0xff);
      }
      return value;
    }

    synchronized void end() {
      ended = true;
      if (fault.isEmpty() && filled > 0) {
        fault = "it ended within message " + count;
      }
    }

    synchronized Arrivals snapshot() {
      return new Arrivals(
          ended,
          fault,
          Arrays.stream(sentNs, 0, count).boxed().toList(),
          Arrays.stream(arrivedNs, 0, count).boxed().toList());
    }
  }
}
