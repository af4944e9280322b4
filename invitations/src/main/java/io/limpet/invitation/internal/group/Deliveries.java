package io.limpet.invitation.internal.group;

import io.limpet.link.Bytes;
import io.limpet.link.MeshAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Messages of others between arrival and the application: each is stored, together with how far its
 * sender's stream has got, before it is delivered and reported.
 *
 * <p>What cannot be stored is tried again; meanwhile nothing is reported, so nothing is lost.
 */
final class Deliveries {
  private static final String FROM = "from/";
  private static final int RECORD_BYTES = 24;
  private static final long AGAIN_NS = 1_000_000_000L;
  private static final int MAX_WAITING_BYTES = 4 << 20;

  /** How far one sender's stream is stored. */
  record Watermark(MeshAddress sender, long stream, long packet, long sequence) {}

  /** A class, for which one it is counts. */
  private static final class Waiting {
    final Inbound from;
    final Delivery message;
    final long end;

    Waiting(Inbound from, Delivery message, long end) {
      this.from = from;
      this.message = message;
      this.end = end;
    }
  }

  private final String activity;
  private final ChannelStore store;
  private final ChannelClock clock;
  private final ChannelApplication application;
  private final Runnable onStored;
  private final Runnable rescheduled;
  private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
  private int waitingBytes;
  private long generation;
  private long againNs = Long.MAX_VALUE;

  Deliveries(
      String activity,
      ChannelStore store,
      ChannelClock clock,
      ChannelApplication application,
      Runnable onStored,
      Runnable rescheduled) {
    this.activity = activity;
    this.store = store;
    this.clock = clock;
    this.application = application;
    this.onStored = onStored;
    this.rescheduled = rescheduled;
  }

  /** Says whether no more should be taken until something is stored. */
  boolean isFull() {
    return waitingBytes > MAX_WAITING_BYTES;
  }

  void add(Inbound from, Delivery message, long end) {
    Waiting entry = new Waiting(from, message, end);
    waiting.addLast(entry);
    waitingBytes += message.payload().length;
    if (againNs == Long.MAX_VALUE) {
      commit(entry);
    }
  }

  /** Drops what is not stored yet: it will come again. */
  void clear() {
    generation++;
    waiting.clear();
    waitingBytes = 0;
    againNs = Long.MAX_VALUE;
  }

  long deadlineNs() {
    return againNs;
  }

  void onTime() {
    if (againNs != Long.MAX_VALUE && clock.nowNs() - againNs >= 0) {
      againNs = Long.MAX_VALUE;
      for (Waiting entry : List.copyOf(waiting)) {
        if (againNs == Long.MAX_VALUE) {
          commit(entry);
        }
      }
    }
  }

  private void commit(Waiting entry) {
    Delivery message = entry.message;
    List<ChannelStore.Change> changes = new ArrayList<>(application.record(message));
    changes.add(
        change(new Watermark(message.from(), message.stream(), entry.end, message.sequence() + 1)));
    long current = generation;
    store
        .commit(activity, changes)
        .whenComplete(
            (done, failure) -> {
              if (current == generation) {
                onCommitted(entry, failure);
                rescheduled.run();
              }
            });
  }

  private void onCommitted(Waiting entry, @Nullable Throwable failure) {
    if (failure != null || waiting.peekFirst() != entry) {
      // Those behind it go again as well, in their order.
      generation++;
      againNs = clock.nowNs() + AGAIN_NS;
      return;
    }
    waiting.removeFirst();
    waitingBytes -= entry.message.payload().length;
    entry.from.onStored(entry.end, entry.message.sequence());
    application.deliver(entry.message);
    onStored.run();
  }

  static ChannelStore.Change change(Watermark mark) {
    byte[] body =
        ByteBuffer.allocate(RECORD_BYTES)
            .putLong(mark.stream())
            .putLong(mark.packet())
            .putLong(mark.sequence())
            .array();
    return new ChannelStore.Change(key(mark.sender()), Bytes.of(body));
  }

  /** Reads a watermark; null when the record is none. */
  static @Nullable Watermark read(String key, Bytes record) {
    if (!key.startsWith(FROM) || record.length() != RECORD_BYTES) {
      return null;
    }
    String hex = key.substring(FROM.length());
    try {
      MeshAddress sender =
          new MeshAddress(
              Long.parseUnsignedLong(hex.substring(0, 16), 16),
              Long.parseUnsignedLong(hex.substring(16), 16));
      ByteBuffer in = ByteBuffer.wrap(record.toArray());
      return new Watermark(sender, in.getLong(), in.getLong(), in.getLong());
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      return null;
    }
  }

  private static String key(MeshAddress sender) {
    return FROM + ChannelStore.keyOf(sender);
  }
}
