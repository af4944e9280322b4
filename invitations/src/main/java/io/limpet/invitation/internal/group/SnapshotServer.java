package io.limpet.invitation.internal.group;

import io.limpet.invitation.internal.wire.Limits;
import io.limpet.invitation.internal.wire.Message;
import io.limpet.link.Bytes;
import io.limpet.link.MeshAddress;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/** Gives snapshots of our state to those who ask, a part at a time. */
final class SnapshotServer {
  private static final int MAX_KEPT = 4;
  private static final long KEPT_NS = 60_000_000_000L;

  /** When as many as are kept are in use, somebody more gets one that is no older. */
  private static final long FRESH_NS = 10_000_000_000L;

  private static final class Kept {
    final byte[] bytes;
    final long version;
    final long takenNs;
    long usedNs;

    Kept(byte[] bytes, long version, long nowNs) {
      this.bytes = bytes;
      this.version = version;
      this.takenNs = nowNs;
      this.usedNs = nowNs;
    }
  }

  private final String activity;
  private final ChannelClock clock;
  private final RandomGenerator random;
  private final ChannelOutput out;
  private final Supplier<Snapshot> capture;
  private final LongSupplier version;
  private final Map<Long, Kept> kept = new LinkedHashMap<>();

  /** Makes one; {@code version}: changes with the state. */
  SnapshotServer(
      String activity,
      ChannelClock clock,
      RandomGenerator random,
      ChannelOutput out,
      Supplier<Snapshot> capture,
      LongSupplier version) {
    this.activity = activity;
    this.clock = clock;
    this.random = random;
    this.out = out;
    this.capture = capture;
    this.version = version;
  }

  /** Answers; {@code able}: whether our own state is worth having. */
  void onWanted(MeshAddress from, Message.SnapshotWanted wanted, boolean able) {
    long nowNs = clock.nowNs();
    kept.values().removeIf(k -> nowNs - k.usedNs > KEPT_NS);
    if (!able) {
      out.stream(from, new Message.SnapshotNone(activity));
      return;
    }
    long id = kept.containsKey(wanted.id()) ? wanted.id() : take(nowNs);
    Kept snapshot = kept.get(id);
    if (snapshot == null) {
      out.stream(from, new Message.SnapshotNone(activity));
      return;
    }
    snapshot.usedNs = nowNs;
    int offset = id == wanted.id() ? Math.min(wanted.offset(), snapshot.bytes.length) : 0;
    int end = Math.min(offset + Limits.MAX_SNAPSHOT_PART, snapshot.bytes.length);
    out.stream(
        from,
        new Message.SnapshotPart(
            activity,
            id,
            snapshot.bytes.length,
            offset,
            Bytes.of(Arrays.copyOfRange(snapshot.bytes, offset, end))));
  }

  /** Returns the number of a snapshot of our state of now, or 0 when it would be too large. */
  private long take(long nowNs) {
    long current = version.getAsLong();
    for (Map.Entry<Long, Kept> entry : kept.entrySet()) {
      Kept one = entry.getValue();
      boolean fresh = kept.size() >= MAX_KEPT && nowNs - one.takenNs < FRESH_NS;
      if (one.version == current || fresh) {
        return entry.getKey();
      }
    }
    byte[] bytes = capture.get().encode();
    if (bytes.length > Limits.MAX_SNAPSHOT) {
      return 0;
    }
    if (kept.size() >= MAX_KEPT) {
      kept.values().remove(Collections.min(kept.values(), Comparator.comparingLong(k -> k.usedNs)));
    }
    long id = 1 + random.nextLong(Long.MAX_VALUE - 1);
    kept.put(id, new Kept(bytes, current, nowNs));
    return id;
  }
}
