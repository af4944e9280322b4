package io.limpet.node.internal.report;

import io.limpet.node.internal.journal.JournalEvent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What passed between two people, drawn along time: one lane for each kind of thing. */
final class PairTimeline {
  private static final int LEFT = 190;
  private static final int LANE = 30;
  private static final int BAR = 18;
  private static final int MOST_MARKS = 1_500;

  private final Pair pair;
  private final List<Failure> failures;
  private final Canvas canvas;
  private final Instant to;
  private int lane;
  private int marks;

  private PairTimeline(Html html, Pair pair, List<Failure> failures, Instant from, Instant to) {
    this.pair = pair;
    this.failures = failures;
    this.to = to;
    int lanes = pair.observers().size() + 4;
    this.canvas =
        new Canvas(
            html,
            LEFT,
            lanes * LANE + 34,
            from,
            to,
            "what passed between " + pair.nameA() + " and " + pair.nameB());
  }

  static void draw(Html html, Pair pair, List<Failure> failures, Instant from, Instant to) {
    PairTimeline timeline = new PairTimeline(html, pair, failures, from, to);
    for (int laptop : pair.observers()) {
      timeline.path(laptop);
    }
    timeline.verdicts();
    timeline.repairs();
    timeline.connections();
    timeline.invitations();
    timeline.canvas.end();
  }

  private double y() {
    return 8 + lane * LANE;
  }

  private void label(String text) {
    canvas.text(LEFT - 10, y() + 14, "end", shortened(text), "lane");
  }

  private static String shortened(String text) {
    return text.length() <= 26 ? text : text.substring(0, 25) + "…";
  }

  private void path(int laptop) {
    label(pair.arrow(laptop));
    String state = null;
    Instant since = null;
    for (Entry entry : pair.entries()) {
      if (entry.laptop() == laptop) {
        // What was so before the first change began no later than the first that is told.
        since = since == null ? entry.at() : since;
        if (entry.event() instanceof JournalEvent.PathChanged e) {
          state(state == null ? e.from() : state, since, entry.at());
          state = e.to();
          since = entry.at();
        }
      }
    }
    if (state != null && since != null) {
      state(state, since, pair.until().get(laptop));
    }
    lane++;
  }

  private void state(String state, Instant from, Instant until) {
    if (marks++ > MOST_MARKS) {
      return;
    }
    double x1 = canvas.x(from);
    double x2 = canvas.x(until);
    String word = state.toLowerCase(Locale.ROOT);
    String style = word.matches("[a-z]+") ? word : "unknown";
    canvas.bar(x1, x2, y(), BAR, "p-" + style, Clock.at(from) + " " + word);
    if (x2 - x1 > word.length() * 7 + 8) {
      canvas.text((x1 + x2) / 2, y() + 13, "middle", word, "in-bar");
    }
  }

  private void verdicts() {
    label("what was wrong");
    for (Failure failure : failures) {
      Instant ended = failure.ended();
      double x1 = canvas.x(failure.began());
      double x2 = Math.max(x1 + 3, canvas.x(ended == null ? to : ended));
      canvas.bar(
          x1,
          x2,
          y(),
          BAR,
          "wrong",
          Clock.at(failure.began()) + " " + failure.name() + ": " + failure.over());
      double width = failure.name().length() * 7.2;
      if (x2 - x1 > width) {
        canvas.text((x1 + x2) / 2, y() + 13, "middle", failure.name(), "in-wrong");
      }
    }
    lane++;
  }

  private void repairs() {
    label("repair");
    for (Entry entry : pair.entries()) {
      if (entry.event() instanceof JournalEvent.Repair e && marks++ < MOST_MARKS) {
        String says =
            Clock.at(entry.at())
                + " "
                + pair.observer(entry)
                + ": "
                + e.name()
                + " "
                + e.diagnosis()
                + (e.step() == null ? "" : ", " + e.step() + " " + e.outcome());
        switch (e.change()) {
          case "started" -> canvas.sign(canvas.x(entry.at()), y() + 14, "▸", "neutral", says);
          case "succeeded" -> canvas.sign(canvas.x(entry.at()), y() + 14, "✓", "good", says);
          case "gaveup" -> canvas.sign(canvas.x(entry.at()), y() + 14, "✗", "bad", says);
          default -> canvas.sign(canvas.x(entry.at()), y() + 14, "·", "neutral", says);
        }
      }
    }
    lane++;
  }

  private void connections() {
    label("connections");
    Map<String, Entry> open = new HashMap<>();
    Map<String, Entry> suspect = new HashMap<>();
    List<Integer> seen = new ArrayList<>();
    for (Entry entry : pair.entries()) {
      if (entry.event() instanceof JournalEvent.Connection e) {
        // Both sides tell of one connection: the first that tells is drawn.
        String key =
            Math.min(e.localPort(), e.remotePort()) + "-" + Math.max(e.localPort(), e.remotePort());
        switch (e.change()) {
          case "opened" -> open.putIfAbsent(key, entry);
          case "suspect" -> suspect.putIfAbsent(key, entry);
          case "resumed" -> doubt(suspect.remove(key), entry);
          case "closed" -> {
            doubt(suspect.remove(key), entry);
            connection(key, open.remove(key), entry, seen);
          }
          default -> {
            // Of another version.
          }
        }
      }
    }
    open.forEach((key, entry) -> connection(key, entry, null, seen));
    lane++;
  }

  private void connection(
      String key, @Nullable Entry from, @Nullable Entry until, List<Integer> seen) {
    if (from == null || marks++ > MOST_MARKS) {
      return;
    }
    seen.add(1);
    double y = y() + 3 + seen.size() % 3 * 5;
    String reason =
        until != null && until.event() instanceof JournalEvent.Connection e && e.reason() != null
            ? e.reason()
            : "open";
    canvas.bar(
        canvas.x(from.at()),
        canvas.x(until == null ? to : until.at()),
        y,
        4,
        "connection",
        Clock.at(from.at()) + " connection " + key + ": " + reason);
  }

  private void doubt(@Nullable Entry from, Entry until) {
    if (from != null && marks++ < MOST_MARKS) {
      canvas.bar(
          canvas.x(from.at()),
          canvas.x(until.at()),
          y(),
          BAR,
          "doubt",
          Clock.at(from.at()) + " data without an answer until " + Clock.at(until.at()));
    }
  }

  private void invitations() {
    label("invitations");
    for (Entry entry : pair.entries()) {
      if (entry.event() instanceof JournalEvent.InvitationChange e && marks++ < MOST_MARKS) {
        String says = Clock.at(entry.at()) + " " + pair.observer(entry) + ": " + e.name();
        switch (e.change()) {
          case "pending" -> canvas.sign(canvas.x(entry.at()), y() + 14, "✉", "neutral", says);
          case "accepted" -> canvas.sign(canvas.x(entry.at()), y() + 14, "✓", "good", says);
          case "declined", "withdrawn", "expired" ->
              canvas.sign(canvas.x(entry.at()), y() + 14, "✗", "bad", says);
          default -> canvas.sign(canvas.x(entry.at()), y() + 14, "·", "neutral", says);
        }
      }
    }
    lane++;
  }
}
