package io.limpet.invitation.internal.talk;

import io.limpet.invitation.internal.group.ChannelStore;
import io.limpet.invitation.internal.group.ChannelStore.Change;
import io.limpet.invitation.internal.group.Delivery;
import io.limpet.link.Bytes;
import io.limpet.link.MeshAddress;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The newest messages of one kind, in the order in which they came, as they are and as they are
 * stored. Bounded in number and in bytes.
 */
final class MessageLog {
  private static final int HEAD_BYTES = 8 + MeshAddress.BYTES + 16;

  private final String prefix;
  private final int maxMessages;
  private final long maxBytes;
  private final Map<String, Delivery> messages = new LinkedHashMap<>();

  /** The keys of what is stored or about to be. */
  private final Set<String> recorded = new HashSet<>();

  /** What was recorded since a snapshot was that waits to take its place: that stays. */
  private @Nullable Set<String> since;

  private final List<Change> forgotten = new ArrayList<>();
  private long order;
  private long bytes;

  /**
   * Takes up what is stored under keys with this prefix.
   *
   * @param over what is not wanted any more, though the change that forgets it was not stored
   */
  MessageLog(
      String prefix,
      int maxMessages,
      long maxBytes,
      Map<String, Bytes> records,
      Predicate<Delivery> over) {
    this.prefix = prefix;
    this.maxMessages = maxMessages;
    this.maxBytes = maxBytes;
    record Stored(String key, long order, Delivery delivery) {}
    List<Stored> stored = new ArrayList<>();
    records.forEach(
        (key, body) -> {
          if (key.startsWith(prefix)) {
            ByteBuffer in = ByteBuffer.wrap(body.toArray());
            long place = in.remaining() < HEAD_BYTES ? 0 : in.getLong();
            Delivery delivery = read(in, in.remaining());
            if (delivery == null || over.test(delivery)) {
              forgotten.add(new Change(key, null));
            } else {
              stored.add(new Stored(key, place, delivery));
            }
          }
        });
    stored.sort(Comparator.comparingLong(Stored::order));
    for (Stored one : stored) {
      recorded.add(one.key());
      order = Math.max(order, one.order() + 1);
      keep(one.key(), one.delivery());
    }
    trim();
  }

  /**
   * Returns what stores a message. What could not be stored is recorded again, in its turn: a place
   * from then would be out of order among those that were not.
   */
  Change record(Delivery delivery) {
    String key = key(delivery);
    if (since != null) {
      since.add(key);
    }
    recorded.add(key);
    return change(key, order++, delivery);
  }

  /** Says whether a message is stored, or on its way to the store. */
  boolean isRecorded(Delivery delivery) {
    return recorded.contains(key(delivery));
  }

  /** Takes a message in; returns those for which there is no more room. */
  List<Delivery> add(Delivery delivery) {
    keep(key(delivery), delivery);
    return trim();
  }

  /** Forgets all that was taken in; what is only on its way to the store stays. */
  void clear() {
    for (String key : messages.keySet()) {
      recorded.remove(key);
      forgotten.add(new Change(key, null));
    }
    messages.clear();
    bytes = 0;
  }

  /** Returns, once, what of the store is not wanted any more. */
  List<Change> takeForgotten() {
    List<Change> all = List.copyOf(forgotten);
    forgotten.clear();
    return all;
  }

  /** Returns the changes that put these messages in place of what is stored. */
  List<Change> recordAll(Collection<Delivery> all) {
    List<Change> changes = new ArrayList<>(takeForgotten());
    recorded.forEach(key -> changes.add(new Change(key, null)));
    since = new HashSet<>();
    for (Delivery delivery : all) {
      changes.add(change(key(delivery), order++, delivery));
    }
    return changes;
  }

  /** Puts these in place, whose record {@link #recordAll} has made. */
  void replace(Collection<Delivery> all) {
    messages.clear();
    bytes = 0;
    recorded.retainAll(since == null ? Set.of() : since);
    since = null;
    for (Delivery delivery : all) {
      recorded.add(key(delivery));
      keep(key(delivery), delivery);
    }
    trim();
  }

  List<Delivery> all() {
    return List.copyOf(messages.values());
  }

  int size() {
    return messages.size();
  }

  long bytes() {
    return bytes;
  }

  private void keep(String key, Delivery delivery) {
    if (messages.put(key, delivery) == null) {
      bytes += delivery.payload().length;
    }
  }

  private List<Delivery> trim() {
    List<Delivery> lost = new ArrayList<>();
    while (messages.size() > maxMessages || (bytes > maxBytes && messages.size() > 1)) {
      Map.Entry<String, Delivery> oldest = messages.entrySet().iterator().next();
      messages.remove(oldest.getKey());
      recorded.remove(oldest.getKey());
      forgotten.add(new Change(oldest.getKey(), null));
      bytes -= oldest.getValue().payload().length;
      lost.add(oldest.getValue());
    }
    return lost;
  }

  private String key(Delivery d) {
    return prefix
        + ChannelStore.keyOf(d.from())
        + '.'
        + Long.toHexString(d.stream())
        + '.'
        + Long.toHexString(d.sequence());
  }

  private static Change change(String key, long place, Delivery delivery) {
    ByteBuffer out = ByteBuffer.allocate(8 + length(delivery)).putLong(place);
    write(delivery, out);
    return new Change(key, Bytes.of(out.array()));
  }

  /** Returns how long a message is as {@link #write} puts it. */
  static int length(Delivery delivery) {
    return MeshAddress.BYTES + 16 + delivery.payload().length;
  }

  static void write(Delivery delivery, ByteBuffer out) {
    delivery.from().write(out);
    out.putLong(delivery.stream()).putLong(delivery.sequence()).put(delivery.payload());
  }

  /** Reads a message of this length; null when it is none. */
  static @Nullable Delivery read(ByteBuffer in, int length) {
    try {
      if (length <= MeshAddress.BYTES + 16 || !MeshAddress.isMesh(in)) {
        return null;
      }
      MeshAddress from = MeshAddress.read(in);
      long stream = in.getLong();
      long sequence = in.getLong();
      byte[] payload = new byte[length - MeshAddress.BYTES - 16];
      in.get(payload);
      return new Delivery(from, stream, sequence, payload);
    } catch (BufferUnderflowException e) {
      return null;
    }
  }
}
