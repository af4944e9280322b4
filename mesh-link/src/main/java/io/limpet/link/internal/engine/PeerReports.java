package io.limpet.link.internal.engine;

import io.limpet.link.internal.path.InboundPath;
import io.limpet.link.internal.wire.Frames;
import io.netty.buffer.ByteBuf;
import java.util.Collection;

/**
 * When to tell a peer what arrived: within 25 ms of what wants confirmation, on datagrams that go
 * out anyway when there are some, and not with each of them. Not thread-safe.
 */
final class PeerReports {
  private static final long DELAY_NS = 20_000_000L;
  private static final long MIN_GAP_NS = 15_000_000L;
  private static final long NEVER = Long.MAX_VALUE;

  private final Collection<InboundPath> paths;
  private long dueNs = NEVER;
  private long lastNs;
  private boolean sentBefore;

  /** Makes a schedule over a live view of the peer's paths. */
  PeerReports(Collection<InboundPath> paths) {
    this.paths = paths;
  }

  /** Something arrived that wants confirmation. */
  void onEliciting(long nowNs) {
    if (dueNs == NEVER) {
      dueNs = nowNs + DELAY_NS;
    }
  }

  /** Adds reports to a datagram when they are wanted and there is room for them. */
  void piggyback(long nowNs, ByteBuf frames, int roomBytes) {
    if (dueNs == NEVER || (sentBefore && nowNs - lastNs < MIN_GAP_NS)) {
      return;
    }
    write(nowNs, frames, roomBytes);
  }

  /** Writes every pending report that fits. */
  void write(long nowNs, ByteBuf frames, int roomBytes) {
    int room = roomBytes;
    boolean left = false;
    for (InboundPath path : paths) {
      if (!path.isReportPending()) {
        continue;
      }
      if (room < Frames.REPORT_BYTES) {
        left = true;
        break;
      }
      Frames.writeReport(frames, path.takeReport(nowNs));
      room -= Frames.REPORT_BYTES;
      lastNs = nowNs;
      sentBefore = true;
    }
    if (!left) {
      dueNs = NEVER;
    }
  }

  boolean isDue(long nowNs) {
    return dueNs != NEVER && nowNs - dueNs >= 0;
  }

  long nextDeadlineNs() {
    return dueNs;
  }
}
