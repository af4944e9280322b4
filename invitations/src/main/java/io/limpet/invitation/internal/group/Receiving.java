package io.limpet.invitation.internal.group;

import io.limpet.invitation.Line;
import io.limpet.invitation.internal.wire.Message;
import io.limpet.link.MeshAddress;
import java.time.Instant;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * The receiving half for one incarnation of one sender: puts lines in order, drops what it has, and
 * knows what is missing.
 */
final class Receiving {
  private final String activity;
  private final MeshAddress from;
  private final long epoch;
  private final int maxHeld;
  private static final int MAX_HELD_CHARS = 256 * 1024;

  private final TreeMap<Long, Message.Said> held = new TreeMap<>();
  private int heldChars;
  private long next;
  private long asked = -1;
  private boolean acknowledgementDue;

  Receiving(String activity, MeshAddress from, Message.Said first, int maxHeld) {
    this.activity = activity;
    this.from = from;
    this.epoch = first.epoch();
    this.maxHeld = maxHeld;
    this.next = first.base();
  }

  long epoch() {
    return epoch;
  }

  /** Takes one line; returns false when it is so far ahead that it is dropped. */
  boolean onSaid(Message.Said said, Consumer<Line> deliver, String name) {
    acknowledgementDue = true;
    if (said.base() > next) {
      // The sender will never send what is below its base: what we hold of it is all there is.
      while (!held.isEmpty() && held.firstKey() < said.base()) {
        deliverFirst(deliver, name);
      }
      next = said.base();
    }
    if (said.sequence() >= next) {
      boolean ahead = said.sequence() > next;
      if (ahead && (said.sequence() - next >= maxHeld || heldChars >= MAX_HELD_CHARS)) {
        return false;
      }
      if (held.putIfAbsent(said.sequence(), said) == null) {
        heldChars += said.text().length();
      }
    }
    while (!held.isEmpty() && held.firstKey() == next) {
      next++;
      deliverFirst(deliver, name);
    }
    return true;
  }

  /** Returns whether something is missing that has not been asked for. */
  boolean shouldAsk() {
    if (held.isEmpty() || asked == next) {
      return false;
    }
    asked = next;
    return true;
  }

  Message.Want want() {
    return new Message.Want(activity, epoch, next - 1);
  }

  /** Returns whether an acknowledgement is due, and takes it as given. */
  boolean takeAcknowledgementDue() {
    boolean due = acknowledgementDue;
    acknowledgementDue = false;
    return due;
  }

  Message.Heard heard() {
    return new Message.Heard(activity, epoch, next - 1);
  }

  private void deliverFirst(Consumer<Line> to, String name) {
    Message.Said said = held.pollFirstEntry().getValue();
    heldChars -= said.text().length();
    to.accept(
        new Line(
            activity,
            from,
            name.isEmpty() ? said.fromName() : name,
            said.sequence(),
            Instant.ofEpochMilli(said.sentMs()),
            said.text()));
  }
}
