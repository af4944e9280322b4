package io.limpet.invitation.internal.group;

import io.limpet.invitation.Line;
import io.limpet.invitation.internal.wire.Message;
import io.limpet.link.MeshAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The sending half of a channel: our lines, and for each member how far it has got.
 *
 * <p>A member gets what is said from the moment that it becomes one. Lines stay until every member
 * has acknowledged them; a member that falls further behind than the bound loses the oldest, which
 * it sees as a jump in the numbers.
 */
final class Sending {
  private static final class Cursor {
    /** It has, or is not meant to have, everything through this. */
    long acknowledged;

    /** This and everything below is on its way. */
    long sent;

    /** The highest that ever was on its way. */
    long highest;

    /** The request that was answered last: a repeated one is not answered again. */
    long wanted = -1;

    /**
     * It says that it is no member: nothing is sent until it says otherwise, or a new list does.
     */
    boolean paused;

    Cursor(long from) {
      acknowledged = from;
      sent = from;
      highest = from;
    }
  }

  private final String activity;
  private final long epoch;
  private final GroupLimits limits;
  private final GroupOutput out;
  private final Map<MeshAddress, Cursor> cursors = new TreeMap<>();
  private final List<Line> kept = new ArrayList<>();
  private long keptFrom = 1;

  Sending(String activity, long epoch, GroupLimits limits, GroupOutput out) {
    this.activity = activity;
    this.epoch = epoch;
    this.limits = limits;
    this.out = out;
  }

  long nextSequence() {
    return keptFrom + kept.size();
  }

  void setMembers(Set<MeshAddress> others) {
    cursors.keySet().retainAll(others);
    for (MeshAddress member : others) {
      cursors.computeIfAbsent(member, m -> new Cursor(nextSequence() - 1)).paused = false;
    }
    trim();
    others.forEach(this::pump);
  }

  void add(Line line) {
    kept.add(line);
    if (kept.size() > limits.unacknowledged()) {
      long lost = keptFrom;
      for (Cursor cursor : cursors.values()) {
        cursor.acknowledged = Math.max(cursor.acknowledged, lost);
        cursor.sent = Math.max(cursor.sent, lost);
        cursor.highest = Math.max(cursor.highest, lost);
      }
    }
    trim();
    cursors.keySet().forEach(this::pump);
  }

  void onHeard(MeshAddress from, Message.Heard heard) {
    Cursor cursor = cursors.get(from);
    if (cursor == null || heard.epoch() != epoch) {
      return;
    }
    if (heard.through() > cursor.highest) {
      out.violation(from, "acknowledges what was never sent");
      return;
    }
    cursor.paused = false;
    if (heard.through() > cursor.acknowledged) {
      acknowledge(cursor, heard.through());
      pump(from);
    }
  }

  void onWant(MeshAddress from, Message.Want want) {
    Cursor cursor = cursors.get(from);
    if (cursor == null || (want.epoch() != epoch && want.epoch() != 0)) {
      return;
    }
    long through = want.epoch() == 0 ? cursor.acknowledged : want.through();
    if (through > cursor.highest) {
      out.violation(from, "asks for more than was ever sent");
      return;
    }
    cursor.paused = false;
    if (through > cursor.acknowledged) {
      acknowledge(cursor, through);
    } else if (cursor.wanted == cursor.acknowledged) {
      // Answered already. What is lost with a stream is made good when the next one is ready.
      return;
    }
    cursor.wanted = cursor.acknowledged;
    cursor.sent = cursor.acknowledged;
    pump(from);
  }

  void onNotMember(MeshAddress from) {
    Cursor cursor = cursors.get(from);
    if (cursor != null) {
      cursor.paused = true;
    }
  }

  void resend(MeshAddress to) {
    Cursor cursor = cursors.get(to);
    if (cursor != null) {
      cursor.sent = cursor.acknowledged;
      cursor.wanted = -1;
      pump(to);
    }
  }

  boolean hasWork(MeshAddress peer) {
    Cursor cursor = cursors.get(peer);
    return cursor != null && !cursor.paused && cursor.acknowledged < nextSequence() - 1;
  }

  private void acknowledge(Cursor cursor, long through) {
    cursor.acknowledged = through;
    cursor.sent = Math.max(cursor.sent, through);
    cursor.wanted = -1;
    trim();
  }

  private void pump(MeshAddress to) {
    Cursor cursor = cursors.get(to);
    if (cursor == null || cursor.paused) {
      return;
    }
    long end = Math.min(nextSequence() - 1, cursor.acknowledged + limits.window());
    while (cursor.sent < end) {
      Line line = kept.get((int) (++cursor.sent - keptFrom));
      cursor.highest = Math.max(cursor.highest, cursor.sent);
      out.send(
          to,
          new Message.Said(
              activity,
              epoch,
              line.sequence(),
              cursor.acknowledged + 1,
              line.sent().toEpochMilli(),
              line.fromName(),
              line.text()));
    }
  }

  private void trim() {
    long through = nextSequence() - 1;
    for (Cursor cursor : cursors.values()) {
      through = Math.min(through, cursor.acknowledged);
    }
    if (through >= keptFrom) {
      kept.subList(0, (int) (through - keptFrom + 1)).clear();
      keptFrom = through + 1;
    }
  }
}
