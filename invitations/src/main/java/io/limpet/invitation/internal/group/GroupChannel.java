package io.limpet.invitation.internal.group;

import io.limpet.invitation.Line;
import io.limpet.invitation.internal.wire.Message;
import io.limpet.link.MeshAddress;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * One activity's channel at one node: what we say goes to every other member, what they say comes
 * to us; in order per sender, without gaps, each line once.
 *
 * <p>A member gets lines from the moment that it is one, not what was said before. A line of
 * somebody who is not on our list (yet) is not taken, and asked for as soon as they are on it.
 * Survives leaving and coming back, so that nothing is delivered twice.
 *
 * <p>Sans-IO; confined to one event loop.
 */
public final class GroupChannel {
  private static final int MAX_KNOCKING = 64;
  private static final int MAX_SENDERS = 1024;

  private final String activity;
  private final MeshAddress self;
  private final GroupLimits limits;
  private final GroupOutput out;
  private final Sending sending;
  private final LineLog log;
  private final Map<MeshAddress, Receiving> receivings = new HashMap<>();
  private final Set<MeshAddress> knocking = new LinkedHashSet<>();
  private Set<MeshAddress> others = Set.of();

  /** Makes the channel of one incarnation ({@code epoch}) of a node. */
  public GroupChannel(
      String activity, MeshAddress self, long epoch, GroupLimits limits, GroupOutput out) {
    this.activity = activity;
    this.self = self;
    this.limits = limits;
    this.out = out;
    this.sending = new Sending(activity, epoch, limits, out);
    this.log = new LineLog(limits.history(), limits.historyChars());
  }

  /** Takes a new list of members, with or without us; empty when we are not in. */
  public void setMembers(Collection<MeshAddress> members) {
    Set<MeshAddress> now = new TreeSet<>(members);
    now.remove(self);
    others = now;
    sending.setMembers(now);
    if (receivings.size() > MAX_SENDERS) {
      receivings.keySet().retainAll(now);
    }
    for (MeshAddress member : now) {
      if (knocking.remove(member)) {
        Receiving known = receivings.get(member);
        out.send(member, known == null ? new Message.Want(activity, 0, 0) : known.want());
      }
    }
  }

  /** Says a line to every other member. */
  public Line say(String fromName, String text, Instant now) {
    // To the millisecond, as the others will have it.
    Instant sent = Instant.ofEpochMilli(now.toEpochMilli());
    Line line = new Line(activity, self, fromName, sending.nextSequence(), sent, text);
    log.add(line);
    sending.add(line);
    out.deliver(line);
    return line;
  }

  /**
   * Takes one message. A member's lines are acknowledged by {@link #acknowledge}.
   *
   * @param name what the roster calls the sender, or empty
   */
  public void onMessage(MeshAddress from, Message.OfGroup message, String name) {
    if (message instanceof Message.Said said) {
      onSaid(from, said, name);
    } else if (message instanceof Message.Heard heard) {
      sending.onHeard(from, heard);
    } else if (message instanceof Message.Want want) {
      sending.onWant(from, want);
    }
  }

  /** This member says that it knows nothing of the activity. */
  public void onNotMember(MeshAddress from) {
    sending.onNotMember(from);
  }

  /** Remembers that we turned somebody's line away: it is asked for when we and they are in. */
  public void knock(MeshAddress from) {
    if (knocking.size() < MAX_KNOCKING) {
      knocking.add(from);
    }
  }

  /** Acknowledges what came from this member since the last time. */
  public void acknowledge(MeshAddress member) {
    Receiving receiving = receivings.get(member);
    if (receiving != null && receiving.takeAcknowledgementDue()) {
      out.send(member, receiving.heard());
    }
  }

  /** A stream to this member is ready, or may have lost something: repeat what is unanswered. */
  public void resend(MeshAddress member) {
    sending.resend(member);
  }

  /** Says whether this member has yet to acknowledge something. */
  public boolean hasWork(MeshAddress member) {
    return sending.hasWork(member);
  }

  /** Returns the lines that are still kept, oldest first. */
  public List<Line> lines() {
    return log.all();
  }

  private void onSaid(MeshAddress from, Message.Said said, String name) {
    if (!others.contains(from)) {
      knock(from);
      return;
    }
    Receiving receiving = receivings.get(from);
    if (receiving == null || receiving.epoch() < said.epoch()) {
      receiving = new Receiving(activity, from, said, 2 * limits.window());
      receivings.put(from, receiving);
    } else if (receiving.epoch() > said.epoch()) {
      out.violation(from, "a line of an earlier life");
      return;
    }
    boolean taken =
        receiving.onSaid(
            said,
            line -> {
              log.add(line);
              out.deliver(line);
            },
            name);
    if (!taken) {
      out.violation(from, "a line too far ahead");
    }
    if (receiving.shouldAsk()) {
      out.send(from, receiving.want());
    }
  }
}
