package io.limpet.invitation.internal.group;

import io.limpet.invitation.internal.wire.Message;
import io.limpet.link.MeshAddress;
import java.io.ByteArrayOutputStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Gets a snapshot from some member: one after the other is asked, and again, until one has what is
 * needed.
 */
final class SnapshotClient {
  private static final long PATIENCE_NS = 3_000_000_000L;
  private static final int ROUNDS = 2;

  /** Whom the client serves. */
  interface Wanting {
    /** Returns whom to ask, the best first. */
    List<MeshAddress> candidates();

    /** Takes what was asked for. */
    void onSnapshot(MeshAddress from, Snapshot snapshot);

    /** Nobody has it. */
    void onNone();
  }

  private final String activity;
  private final ChannelClock clock;
  private final ChannelOutput out;
  private final Wanting wanting;
  private final Map<MeshAddress, Long> floors = new HashMap<>();
  private List<MeshAddress> candidates = List.of();
  private @Nullable MeshAddress asked;
  private int index;
  private int round;
  private long id;
  private ByteArrayOutputStream parts = new ByteArrayOutputStream();
  private long deadlineNs = Long.MAX_VALUE;

  SnapshotClient(String activity, ChannelClock clock, ChannelOutput out, Wanting wanting) {
    this.activity = activity;
    this.clock = clock;
    this.out = out;
    this.wanting = wanting;
  }

  boolean isActive() {
    return deadlineNs != Long.MAX_VALUE;
  }

  /** Starts asking, if it has not started yet. */
  void start() {
    if (!isActive()) {
      index = -1;
      round = 0;
      candidates = wanting.candidates();
      askNext();
    }
  }

  /** Starts again after a while: what was got could not be kept. */
  void startLater() {
    asked = null;
    index = -1;
    round = 0;
    candidates = wanting.candidates();
    deadlineNs = clock.nowNs() + PATIENCE_NS;
  }

  /** A snapshot that has less of this stream is of no use. */
  void require(MeshAddress sender, long packet) {
    floors.merge(sender, packet, Math::max);
  }

  void cancel() {
    asked = null;
    deadlineNs = Long.MAX_VALUE;
    floors.clear();
  }

  boolean hasWork(MeshAddress peer) {
    return peer.equals(asked);
  }

  /** A stream to this member is ready: what was asked may be lost. */
  void onStreamReady(MeshAddress peer) {
    if (peer.equals(asked)) {
      request(peer);
    }
  }

  void onNone(MeshAddress from) {
    if (from.equals(asked)) {
      askNext();
    }
  }

  void onPart(MeshAddress from, Message.SnapshotPart part) {
    if (!from.equals(asked)) {
      return;
    }
    if (part.id() != id) {
      if (part.offset() != 0) {
        return;
      }
      id = part.id();
      parts = new ByteArrayOutputStream();
    }
    if (part.offset() != parts.size()) {
      // The answer to a question that was asked twice.
      return;
    }
    parts.writeBytes(part.bytes().toArray());
    if (parts.size() > part.total()
        || (part.bytes().length() == 0 && parts.size() < part.total())) {
      out.violation(from, "a snapshot that does not add up");
      askNext();
    } else if (parts.size() < part.total()) {
      request(from);
    } else {
      onComplete(from, parts.toByteArray());
    }
  }

  private void onComplete(MeshAddress from, byte[] bytes) {
    Snapshot snapshot = Snapshot.decode(bytes);
    if (snapshot == null) {
      out.violation(from, "a snapshot that is none");
      askNext();
    } else if (suffices(snapshot)) {
      cancel();
      wanting.onSnapshot(from, snapshot);
    } else {
      askNext();
    }
  }

  private boolean suffices(Snapshot snapshot) {
    for (Map.Entry<MeshAddress, Long> floor : floors.entrySet()) {
      boolean reached =
          snapshot.marks().stream()
              .anyMatch(m -> m.sender().equals(floor.getKey()) && m.packet() >= floor.getValue());
      if (!reached) {
        return false;
      }
    }
    return true;
  }

  void onTime() {
    if (isActive() && clock.nowNs() - deadlineNs >= 0) {
      askNext();
    }
  }

  long deadlineNs() {
    return deadlineNs;
  }

  private void askNext() {
    index++;
    if (index >= candidates.size()) {
      candidates = wanting.candidates();
      index = 0;
      round++;
    }
    if (candidates.isEmpty() || round >= ROUNDS) {
      cancel();
      wanting.onNone();
      return;
    }
    MeshAddress next = candidates.get(index);
    asked = next;
    id = 0;
    parts = new ByteArrayOutputStream();
    request(next);
  }

  private void request(MeshAddress from) {
    deadlineNs = clock.nowNs() + PATIENCE_NS;
    out.stream(from, new Message.SnapshotWanted(activity, id, parts.size()));
  }
}
