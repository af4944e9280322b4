package io.limpet.invitation.internal.group;

import io.limpet.link.Bytes;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Our own messages, as packets, for as long as somebody may need them; what is stored of them.
 *
 * <p>How a message was cut is stored with it, so that after a restart each packet is what it was.
 */
final class SendLog {
  private static final String OWN = "own";
  private static final String MESSAGE = "own/";
  private static final int HEAD_BYTES = 28;

  /** One message. */
  static final class Own {
    final long sequence;
    final long first;
    final int chunk;
    final long storedAtMs;
    final byte[] payload;
    boolean stored;
    boolean failed;

    Own(long sequence, long first, int chunk, long storedAtMs, byte[] payload) {
      this.sequence = sequence;
      this.first = first;
      this.chunk = chunk;
      this.storedAtMs = storedAtMs;
      this.payload = payload;
    }

    int pieces() {
      return (payload.length + chunk - 1) / chunk;
    }

    long end() {
      return first + pieces();
    }
  }

  private final String activity;
  private final ChannelLimits limits;
  private final ChannelStore store;
  private final ChannelClock clock;
  private final NavigableMap<Long, Own> messages = new TreeMap<>();
  private long stream;
  private long base = 1;
  private long baseSequence = 1;
  private long bytes;
  private long storedEnd = 1;
  private Duration retain;

  /**
   * Takes up what the store has.
   *
   * @param epoch names the stream when there is none yet
   */
  SendLog(
      String activity,
      long epoch,
      ChannelLimits limits,
      ChannelStore store,
      ChannelClock clock,
      Map<String, Bytes> records) {
    this.activity = activity;
    this.limits = limits;
    this.store = store;
    this.clock = clock;
    this.stream = epoch;
    this.retain = limits.retain();
    Bytes own = records.get(OWN);
    if (own != null && own.length() == 24) {
      ByteBuffer in = ByteBuffer.wrap(own.toArray());
      stream = in.getLong();
      base = in.getLong();
      baseSequence = in.getLong();
    }
    storedEnd = base;
    records.entrySet().stream()
        .filter(r -> r.getKey().startsWith(MESSAGE))
        .sorted(Map.Entry.comparingByKey())
        .forEach(r -> takeUp(r.getValue().toArray()));
  }

  private void takeUp(byte[] body) {
    if (body.length <= HEAD_BYTES) {
      return;
    }
    ByteBuffer in = ByteBuffer.wrap(body);
    Own message =
        new Own(
            in.getLong(),
            in.getLong(),
            in.getInt(),
            in.getLong(),
            Arrays.copyOfRange(body, HEAD_BYTES, body.length));
    if (message.chunk < 1 || message.first != end() || message.sequence != nextSequence()) {
      // What follows a hole cannot be sent under its number.
      return;
    }
    message.stored = true;
    add(message);
    storedEnd = message.end();
  }

  /** Says for how long messages are kept from now on for members who do not have them. */
  void setRetention(Duration retention) {
    retain = retention;
  }

  long stream() {
    return stream;
  }

  /** Returns the first packet that is kept. */
  long base() {
    return base;
  }

  /** Returns the sequence of the first message that is kept, or of the next one. */
  long baseSequence() {
    return baseSequence;
  }

  /** Returns the packet after the last one that may be sent: stored without gap. */
  long storedEnd() {
    return storedEnd;
  }

  /** Returns the sequence of the message after the last stored one. */
  long storedSequence() {
    Map.Entry<Long, Own> last = messages.lowerEntry(storedEnd);
    return last == null ? baseSequence : last.getValue().sequence + 1;
  }

  /** Returns how many bytes of messages end after this packet. */
  long bytesFrom(long packet) {
    Map.Entry<Long, Own> at = messages.floorEntry(packet);
    long from = at == null || at.getValue().end() <= packet ? packet : at.getKey();
    return messages.tailMap(from, true).values().stream().mapToLong(m -> m.payload.length).sum();
  }

  /** Returns the stored messages from this sequence on. */
  List<Own> messagesFrom(long sequence) {
    return messages.values().stream().filter(m -> m.stored && m.sequence >= sequence).toList();
  }

  /**
   * Stores a message; it may be sent from when the stage completes, with its message, on.
   *
   * @param further what else is to be stored with it
   */
  CompletionStage<Own> append(
      byte[] payload, int chunk, Function<Own, List<ChannelStore.Change>> further) {
    Own message =
        new Own(nextSequence(), end(), chunk, clock.now().toEpochMilli(), payload.clone());
    List<ChannelStore.Change> changes = new ArrayList<>(further.apply(message));
    changes.add(own());
    changes.add(new ChannelStore.Change(key(message), Bytes.of(record(message))));
    add(message);
    CompletableFuture<Own> stage = new CompletableFuture<>();
    store
        .commit(activity, changes)
        .whenComplete((done, failure) -> onCommitted(message, failure, stage));
    return stage;
  }

  private void onCommitted(Own message, @Nullable Throwable failure, CompletableFuture<Own> stage) {
    if (failure == null && !message.failed) {
      message.stored = true;
      storedEnd = Math.max(storedEnd, message.end());
      stage.complete(message);
      return;
    }
    // Those behind it fail as well; their numbers are free again.
    if (messages.get(message.first) == message) {
      NavigableMap<Long, Own> lost = messages.tailMap(message.first, true);
      lost.values().forEach(m -> m.failed = true);
      bytes -= lost.values().stream().mapToLong(m -> m.payload.length).sum();
      lost.clear();
    }
    stage.completeExceptionally(
        failure == null ? new IllegalStateException("what came before it was lost") : failure);
  }

  /** Returns the body of a packet, or null when it is not kept or not stored. */
  byte @Nullable [] body(long packet) {
    if (packet >= storedEnd) {
      return null;
    }
    Map.Entry<Long, Own> entry = messages.floorEntry(packet);
    if (entry == null || packet >= entry.getValue().end()) {
      return null;
    }
    Own message = entry.getValue();
    int index = (int) (packet - message.first);
    int from = index * message.chunk;
    byte[] piece =
        Arrays.copyOfRange(
            message.payload, from, Math.min(from + message.chunk, message.payload.length));
    return new Fragment(message.sequence, index, message.pieces(), piece).body();
  }

  /**
   * Forgets what every member has, and what is beyond the bounds.
   *
   * @param had every packet below is with every member
   * @param sent nothing from here on was sent yet: it stays, whatever the bounds
   */
  void trim(long had, long sent) {
    long oldest = clock.now().minus(retain).toEpochMilli();
    List<ChannelStore.Change> changes = new ArrayList<>();
    while (!messages.isEmpty()) {
      Own first = messages.firstEntry().getValue();
      boolean beyond =
          messages.size() > limits.retainMessages()
              || bytes > limits.retainBytes()
              || first.storedAtMs < oldest;
      if (!first.stored || first.end() > sent || (first.end() > had && !beyond)) {
        break;
      }
      messages.pollFirstEntry();
      bytes -= first.payload.length;
      base = first.end();
      baseSequence = first.sequence + 1;
      changes.add(new ChannelStore.Change(key(first), null));
    }
    if (!changes.isEmpty()) {
      changes.add(own());
      // Nobody waits for it: what fails to be forgotten now is forgotten another time.
      var unused = store.commit(activity, changes);
    }
  }

  private void add(Own message) {
    messages.put(message.first, message);
    bytes += message.payload.length;
  }

  private long nextSequence() {
    return messages.isEmpty() ? baseSequence : messages.lastEntry().getValue().sequence + 1;
  }

  private long end() {
    return messages.isEmpty() ? base : messages.lastEntry().getValue().end();
  }

  private ChannelStore.Change own() {
    byte[] body =
        ByteBuffer.allocate(24).putLong(stream).putLong(base).putLong(baseSequence).array();
    return new ChannelStore.Change(OWN, Bytes.of(body));
  }

  private static String key(Own message) {
    return MESSAGE + String.format("%016x", message.sequence);
  }

  private static byte[] record(Own message) {
    return ByteBuffer.allocate(HEAD_BYTES + message.payload.length)
        .putLong(message.sequence)
        .putLong(message.first)
        .putInt(message.chunk)
        .putLong(message.storedAtMs)
        .put(message.payload)
        .array();
  }
}
