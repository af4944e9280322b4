package io.limpet.node.internal.report;

import io.limpet.node.internal.journal.JournalEvent;
import io.limpet.node.internal.journal.Moment;
import io.limpet.node.internal.report.ClockAlignment.Message;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Finds in journals what was sent on one laptop and received on another. */
final class Exchanges {
  private static final String SEP = " ";

  /** The first time that something was sent or received, by what it was. */
  private final Map<String, Instant> first = new HashMap<>();

  private final Map<String, Integer> laptops = new HashMap<>();
  private final List<Message> messages = new ArrayList<>();

  private Exchanges(List<LaptopLog> logs) {
    for (int i = 0; i < logs.size(); i++) {
      laptops.putIfAbsent(logs.get(i).address(), i);
    }
  }

  /** Returns the messages between laptops, which are counted as they are given. */
  static List<Message> of(List<LaptopLog> logs) {
    Exchanges exchanges = new Exchanges(logs);
    for (int i = 0; i < logs.size(); i++) {
      for (Moment moment : logs.get(i).moments()) {
        exchanges.note(i, moment);
      }
    }
    for (int i = 0; i < logs.size(); i++) {
      for (Moment moment : logs.get(i).moments()) {
        exchanges.match(i, moment);
      }
    }
    return exchanges.messages;
  }

  private void note(int laptop, Moment moment) {
    if (moment.event() instanceof JournalEvent.InvitationChange e) {
      put(laptop, e.name() + SEP + e.invitation(), moment.time());
    } else if (moment.event() instanceof JournalEvent.ActivitySaid e) {
      put(laptop, said(e), moment.time());
    } else if (moment.event() instanceof JournalEvent.NodeReady e) {
      put(laptop, "epoch " + e.epoch(), moment.time().minusMillis(Math.max(0, e.startMs())));
    }
  }

  private static String said(JournalEvent.ActivitySaid e) {
    return e.name() + SEP + e.activity() + SEP + e.from() + SEP + e.sequence();
  }

  private void put(int laptop, String what, Instant time) {
    first.putIfAbsent(laptop + SEP + what, time);
  }

  /** Everything is matched where it was received. */
  private void match(int laptop, Moment moment) {
    if (moment.event() instanceof JournalEvent.InvitationChange e) {
      String id = SEP + e.invitation();
      Integer inviter = laptops.get(e.from());
      Integer invitee = laptops.get(e.to());
      if (inviter == null || invitee == null || inviter.equals(invitee)) {
        return;
      }
      switch (e.change()) {
        case "received" -> message(inviter, "invitation.pending" + id, laptop, moment, invitee);
        case "delivered" -> message(invitee, "invitation.received" + id, laptop, moment, inviter);
        case "accepted", "declined" -> message(invitee, e.name() + id, laptop, moment, inviter);
        case "withdrawn" -> message(inviter, e.name() + id, laptop, moment, invitee);
        default -> {
          // Lapses on both sides alike, without a word.
        }
      }
    } else if (moment.event() instanceof JournalEvent.ActivitySaid e) {
      Integer speaker = laptops.get(e.from());
      if (speaker != null) {
        message(speaker, said(e), laptop, moment, laptop);
      }
    } else if (moment.event() instanceof JournalEvent.PeerPresence e
        && (e.change().equals("online") || e.change().equals("restarted"))) {
      // Nobody is heard in a life that has not begun.
      Integer heard = laptops.get(e.peer());
      if (heard != null) {
        message(heard, "epoch " + e.peerEpoch(), laptop, moment, laptop);
      }
    }
  }

  /** Only on the laptop that it was sent to, and there the first time only. */
  private void message(int from, String sent, int at, Moment received, int receiver) {
    Instant when = first.get(from + SEP + sent);
    boolean isFirst =
        first.putIfAbsent("got " + at + SEP + from + SEP + sent, received.time()) == null;
    if (when != null && at == receiver && from != at && isFirst) {
      messages.add(new Message(from, when, at, received.time()));
    }
  }
}
