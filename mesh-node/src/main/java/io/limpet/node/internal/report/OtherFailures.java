package io.limpet.node.internal.report;

import io.limpet.node.internal.explain.Times;
import io.limpet.node.internal.journal.JournalEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What was wrong on one laptop, beside the ways to its peers. */
final class OtherFailures {
  private static final int MOST_OF_A_KIND = 20;

  private final LaptopLog log;
  private final String self;
  private final Names names;
  private final List<Failure> found = new ArrayList<>();
  private final Map<String, Integer> ofAKind = new TreeMap<>();

  OtherFailures(LaptopLog log, Names names) {
    this.log = log;
    this.self = names.of(log.address());
    this.names = names;
  }

  /** Returns them, in order of time. */
  List<Failure> of(List<Entry> journal) {
    boolean running = false;
    Entry last = null;
    for (Entry entry : journal) {
      if (entry.event() instanceof JournalEvent.NodeReady) {
        if (running && last != null) {
          crashed(last, entry);
        }
        running = true;
      } else if (entry.event() instanceof JournalEvent.NodeStopped) {
        running = false;
      } else {
        take(entry);
      }
      if (!(entry.event() instanceof JournalEvent.JournalOpened)) {
        last = entry;
      }
    }
    return found;
  }

  private void crashed(Entry last, Entry next) {
    add(
        last.at(),
        next.at(),
        self,
        null,
        "NODE DIED",
        self + "'s node ended without a goodbye: killed, crashed, or the machine lost power.",
        "started anew after " + Times.span(Duration.between(last.at(), next.at())),
        "the last line before is of " + Clock.at(last.at()) + ", and no node.stopped follows",
        "Look into the system's log of that time ('journalctl', out of memory, power).");
  }

  private void take(Entry entry) {
    Instant at = entry.at();
    if (entry.event() instanceof JournalEvent.Connection e) {
      String reason = e.reason();
      if (reason != null && (reason.startsWith("no answer") || reason.contains("refused"))) {
        String peer = names.of(e.peer());
        add(
            at,
            at,
            self + " to " + peer,
            e.peer(),
            "CONNECTION FAILED",
            "A connection from "
                + self
                + " (port "
                + e.localPort()
                + ") to "
                + peer
                + " (port "
                + e.remotePort()
                + ") ended: "
                + reason
                + ".",
            "the application was told",
            "connection.closed: " + reason,
            reason.contains("refused")
                ? "See that the application runs on " + peer + ", and listens at that port."
                : "See what was wrong with the way to " + peer + " at that time.");
      }
    } else if (entry.event() instanceof JournalEvent.InvitationChange e) {
      if (e.change().equals("expired") && e.from().equals(log.address())) {
        add(
            at,
            at,
            self + " to " + names.of(e.to()),
            e.to(),
            "INVITATION LAPSED",
            "An invitation of " + names.of(e.to()) + " had no answer in its time.",
            "it is over",
            "invitation " + e.invitation(),
            "See whether " + names.of(e.to()) + " was there; invite anew.");
      }
    } else if (entry.event() instanceof JournalEvent.NodeResumed e) {
      add(
          at.minusMillis(e.suspendedMs()),
          at,
          self,
          null,
          "ASLEEP",
          self + "'s node or machine did not run, so nothing was sent or heard.",
          "went on after " + Times.span(Duration.ofMillis(e.suspendedMs())),
          "node.resumed",
          "Nothing to do, unless it was not meant to sleep.");
    } else if (entry.event() instanceof JournalEvent.StoreDamaged e) {
      add(
          at,
          at,
          self,
          null,
          "STORE DAMAGED",
          "What an earlier life had stored could not be read: invitations and activities of then are"
              + " not known.",
          "moved aside, begun anew",
          e.file() + ": " + e.reason(),
          "See whether the disk is full or failing.");
    } else if (entry.event() instanceof JournalEvent.SecurityRejected e) {
      add(
          at,
          at,
          self,
          null,
          "INPUT REJECTED",
          "Hostile or damaged input was dropped " + e.count() + " times.",
          "dropped and counted",
          e.reason() + ", from " + e.source(),
          "Many of one source mean an attack, or another version of Limpet.");
    } else if (entry.event() instanceof JournalEvent.JournalDropped e) {
      add(
          at,
          at,
          self,
          null,
          "EVENTS LOST",
          e.count() + " events are missing in this journal: the disk could not keep up.",
          "written on",
          "journal.dropped",
          "What is said of this time may be incomplete.");
    }
  }

  private void add(
      Instant began,
      Instant ended,
      String who,
      @Nullable String peer,
      String name,
      String meaning,
      String over,
      String evidence,
      String advice) {
    if (ofAKind.merge(name, 1, Integer::sum) <= MOST_OF_A_KIND) {
      found.add(
          new Failure(
              began,
              ended,
              who,
              peer == null
                  ? List.of(log.address())
                  : List.copyOf(new TreeSet<>(List.of(log.address(), peer))),
              null,
              name,
              meaning,
              over,
              List.of(Clock.at(began) + " " + self + ": " + evidence),
              List.of(advice)));
    }
  }
}
