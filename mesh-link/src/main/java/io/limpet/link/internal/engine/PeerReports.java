package io.limpet.link.internal.engine;

import io.limpet.link.internal.path.InboundPath;
import io.limpet.link.internal.wire.Frames;
import io.netty.buffer.ByteBuf;
import java.util.Collection;

/**
 * When to tell a peer what arrived: soon after what wants confirmation, on datagrams that go out
 * anyway when there are some, and not with each of them. Not thread-safe.
 *
 * <p>The first reports, which let the peer settle on a path, do not wait for company. Later ones
 * do: a datagram of its own costs as much air as a small message.
 */
final class PeerReports {
  private static final long FIRST_DELAY_NS = 20_000_000L;

  /** Far less than a peer's patience with what is unconfirmed. */
  private static final long DELAY_NS = 60_000_000L;

  private static final int FIRST_REPORTS = 8;
  private static final long MIN_GAP_NS = 15_000_000L;
  private static final long NEVER = Long.MAX_VALUE;

  private final Collection<InboundPath> paths;
  private long dueNs = NEVER;
  private long lastNs;
  private int written;

  /** Makes a schedule over a live view of the peer's paths. */
  PeerReports(Collection<InboundPath> paths) {
    this.paths = paths;
  }

  /** The peer does not know which way works: it doubles payloads, or asks. */
  void onPeerInDoubt() {
    written = 0;
  }

  /** Something arrived that wants confirmation. */
  void onEliciting(long nowNs) {
    if (dueNs == NEVER) {
      dueNs = nowNs + (written < FIRST_REPORTS ? FIRST_DELAY_NS : DELAY_NS);
    }
  }

  /** Adds reports to a datagram when they are wanted and there is room for them. */
  void piggyback(long nowNs, ByteBuf frames, int roomBytes) {
    if (dueNs == NEVER || (written > 0 && nowNs - lastNs < MIN_GAP_NS)) {
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
      written = Math.min(written + 1, FIRST_REPORTS);
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
