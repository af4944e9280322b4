package io.limpet.invitation.internal.group;

import io.limpet.invitation.internal.wire.Limits;
import io.limpet.invitation.internal.wire.Message;
import io.limpet.link.Bytes;
import io.limpet.link.MeshAddress;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/** Gives snapshots of our state to those who ask, a part at a time. */
final class SnapshotServer {
  private static final int MAX_KEPT = 4;
  private static final long KEPT_NS = 60_000_000_000L;

  /** Several who ask within this time get the same. */
  private static final long FRESH_NS = 1_000_000_000L;

  private static final class Kept {
    final byte[] bytes;
    final long takenNs;
    long usedNs;

    Kept(byte[] bytes, long nowNs) {
      this.bytes = bytes;
      this.takenNs = nowNs;
      this.usedNs = nowNs;
    }
  }

  private final String activity;
  private final ChannelClock clock;
  private final RandomGenerator random;
  private final ChannelOutput out;
  private final Supplier<Snapshot> capture;
  private final Map<Long, Kept> kept = new LinkedHashMap<>();

  SnapshotServer(
      String activity,
      ChannelClock clock,
      RandomGenerator random,
      ChannelOutput out,
      Supplier<Snapshot> capture) {
    this.activity = activity;
    this.clock = clock;
    this.random = random;
    this.out = out;
    this.capture = capture;
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
    int offset = id == wanted.id() ? (int) Math.min(wanted.offset(), snapshot.bytes.length) : 0;
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

  /** Returns the number of a snapshot that is fresh, or 0 when it would be too large. */
  private long take(long nowNs) {
    for (Map.Entry<Long, Kept> entry : kept.entrySet()) {
      if (nowNs - entry.getValue().takenNs < FRESH_NS) {
        return entry.getKey();
      }
    }
    byte[] bytes = capture.get().encode();
    if (bytes.length > Limits.MAX_SNAPSHOT) {
      return 0;
    }
    if (kept.size() >= MAX_KEPT) {
      kept.remove(kept.keySet().iterator().next());
    }
    long id = 1 + random.nextLong(Long.MAX_VALUE - 1);
    kept.put(id, new Kept(bytes, nowNs));
    return id;
  }
}
