package io.limpet.node.internal.report;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.limpet.link.Diagnosis;
import io.limpet.node.internal.explain.DiagnosisWords;
import io.limpet.node.internal.explain.EventWords;
import io.limpet.node.internal.journal.JournalEvent;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Writes a report as one page that needs nothing else, and runs nothing. */
final class ReportPage {
  private static final int MOST_FAILURES = 200;
  private static final int MOST_EVENTS = 400;
  private static final int MOST_FINDINGS = 40;

  private final Report report;
  private final Html html = new Html();
  private final Instant from;
  private final Instant to;

  ReportPage(Report report) {
    this.report = report;
    this.from = report.entries.get(0).at();
    this.to = report.entries.get(report.entries.size() - 1).at();
  }

  String html() {
    html.open("html", "lang", "en");
    html.open("head").empty("meta", "charset", "utf-8");
    html.empty("meta", "name", "viewport", "content", "width=device-width, initial-scale=1");
    // Should any text ever become more than text, it still may do nothing.
    html.empty(
        "meta",
        "http-equiv",
        "Content-Security-Policy",
        "content",
        "default-src 'none'; style-src 'unsafe-inline'");
    html.leaf("title", "Limpet: " + title()).style(sheet()).close();
    html.open("body");
    head();
    story();
    failures();
    laptops();
    pairs();
    traces();
    machines();
    html.close().close();
    return html.page();
  }

  private static String sheet() {
    try (InputStream in = ReportPage.class.getResourceAsStream("report.css")) {
      if (in == null) {
        throw new IllegalStateException("report.css is missing in this build");
      }
      return new String(in.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String title() {
    return String.join(
        ", ", report.logs.stream().limit(8).map(l -> report.names.of(l.address())).toList());
  }

  private void head() {
    html.leaf("h1", title());
    html.leaf(
        "p",
        Clock.day(from)
            + ", "
            + Clock.at(from)
            + " to "
            + Clock.at(to)
            + " UTC ("
            + Clock.difference(Duration.between(from, to))
            + "); times are those of "
            + report.names.of(report.logs.get(0).address())
            + "'s clock. "
            + report.summary()
            + ".",
        "class",
        "faint");
  }

  /** Beginnings and ends of what was wrong, as they followed each other. */
  private void story() {
    html.leaf("h2", "What happened");
    if (report.failures.isEmpty()) {
      html.leaf("p", "Nothing was wrong by these journals.");
      return;
    }
    List<Map.Entry<Instant, Runnable>> steps = new ArrayList<>();
    for (Failure failure :
        report.failures.subList(0, Math.min(MOST_FAILURES, report.failures.size()))) {
      steps.add(Map.entry(failure.began(), () -> began(failure)));
      Instant ended = failure.ended();
      if (ended != null && ended.isAfter(failure.began())) {
        steps.add(Map.entry(ended, () -> ended(failure, ended)));
      }
    }
    steps.sort(Map.Entry.comparingByKey());
    html.open("ol", "class", "story");
    steps.forEach(step -> step.getValue().run());
    html.close();
    html.leaf("p", "Each with its evidence and what to do: in the table below.", "class", "faint");
  }

  private void began(Failure failure) {
    html.open("li", "data-failure", failure.name(), "data-step", "began")
        .leaf("time", Clock.at(failure.began()));
    html.text(" " + failure.who() + ": ").leaf("span", failure.name(), "class", "name bad");
    html.text(" " + brief(failure)).close();
  }

  private void ended(Failure failure, Instant at) {
    html.open("li", "data-failure", failure.name(), "data-step", "ended")
        .leaf("time", Clock.at(at));
    html.text(" " + failure.who() + ": ").leaf("span", failure.over(), "class", "good");
    html.text(" (" + failure.name() + ")").close();
  }

  private static String brief(Failure failure) {
    Diagnosis diagnosis = failure.diagnosis();
    return diagnosis == null ? "" : "– " + DiagnosisWords.brief(diagnosis);
  }

  private void failures() {
    if (report.failures.isEmpty()) {
      return;
    }
    html.leaf("h2", "Failures");
    html.open("table", "class", "wide failures").open("thead").open("tr");
    for (String column : List.of("when", "who", "diagnosis", "evidence", "advice")) {
      html.leaf("th", column);
    }
    html.close().close().open("tbody");
    for (Failure failure :
        report.failures.subList(0, Math.min(MOST_FAILURES, report.failures.size()))) {
      row(failure);
    }
    html.close().close();
    if (report.failures.size() > MOST_FAILURES) {
      html.leaf("p", "… and " + (report.failures.size() - MOST_FAILURES) + " more.");
    }
  }

  private void row(Failure failure) {
    html.open("tr", "data-failure", failure.name());
    html.open("td", "data-label", "when").leaf("time", Clock.at(failure.began()));
    Duration lasted = failure.lasted();
    if (lasted == null || !lasted.isZero()) {
      html.leaf("div", lasted == null ? "not over" : "for " + Clock.difference(lasted));
    }
    html.close();
    html.leaf("td", failure.who(), "class", "who", "data-label", "who");
    html.open("td", "data-label", "diagnosis").leaf("div", failure.name(), "class", "name bad");
    html.leaf("div", failure.meaning()).leaf("div", failure.over(), "class", "faint").close();
    html.open("td", "data-label", "evidence");
    list(failure.evidence(), 3);
    html.close();
    html.open("td", "data-label", "advice");
    list(failure.advice(), 5);
    html.close().close();
  }

  private void list(List<String> items, int shown) {
    html.open("ul");
    items.stream().limit(shown).forEach(item -> html.leaf("li", item));
    html.close();
    if (items.size() > shown) {
      html.open("details").leaf("summary", (items.size() - shown) + " more").open("ul");
      items.stream().skip(shown).forEach(item -> html.leaf("li", item));
      html.close().close();
    }
  }

  private void laptops() {
    html.leaf("h2", "Laptops and their clocks");
    html.open("table", "class", "wide clocks").open("thead").open("tr");
    for (String column : List.of("laptop", "journal", "clock", "found from", "notes")) {
      html.leaf("th", column);
    }
    html.close().close().open("tbody");
    for (int i = 0; i < report.logs.size(); i++) {
      laptop(i);
    }
    html.close().close();
    html.leaf(
        "p",
        "No message arrives before it is sent: that bounds how far two clocks are apart, and the"
            + " middle is taken. The true difference is within ± what is said."
            + (report.clocks.wasSet()
                ? " The clocks contradict each other: one of them was set, or leapt, meanwhile."
                : ""),
        "class",
        "faint");
  }

  private void laptop(int i) {
    LaptopLog log = report.logs.get(i);
    ClockAlignment.Clock clock = report.clocks.clock(i);
    html.open("tr");
    html.open("td", "data-label", "laptop")
        .leaf("div", report.names.of(log.address()), "class", "name");
    html.leaf("div", log.address(), "class", "mono faint").close();
    html.leaf(
        "td",
        Clock.at(log.moments().get(0).time())
            + " to "
            + Clock.at(log.moments().get(log.moments().size() - 1).time())
            + ", "
            + log.moments().size()
            + " events"
            + (log.version().isEmpty() ? "" : ", Limpet " + log.version()),
        "data-label",
        "journal");
    html.leaf("td", i == 0 ? "is the measure" : words(clock), "data-label", "clock");
    html.leaf("td", clock.messages() + " messages", "data-label", "found from");
    html.open("td", "data-label", "notes");
    if (!log.notes().isEmpty()) {
      list(log.notes(), 3);
    }
    html.close().close();
  }

  private static String words(ClockAlignment.Clock clock) {
    Duration uncertainty = clock.uncertainty();
    String offset =
        Clock.difference(clock.offset()) + (clock.offset().isNegative() ? " behind" : " ahead");
    if (uncertainty == null) {
      return clock.messages() == 0
          ? "not known: taken as it is"
          : "not known from both sides: taken as " + offset;
    }
    return offset + " ± " + Clock.difference(uncertainty);
  }

  private void pairs() {
    html.leaf("h2", "Pair by pair");
    html.open("p", "class", "legend");
    html.text(
        "Paths: unicast carries, multicast carries, suspect (both), silent. Repair: ▸ began, · a step, ");
    html.text(
        "✓ proved, ✗ given up. Invitations: ✉ invited, · on the way, ✓ accepted, ✗ over otherwise.");
    html.close();
    for (Pair pair : report.pairs()) {
      html.open("section", "data-pair", pair.nameA() + " " + pair.nameB());
      html.leaf("h3", pair.nameA() + " and " + pair.nameB());
      PairTimeline.draw(html, pair, report.of(pair), from, to);
      plots(pair);
      events(pair);
      html.close();
    }
  }

  private void plots(Pair pair) {
    Map<String, List<LineChart.Point>> rtt = new TreeMap<>();
    Map<String, List<LineChart.Point>> loss = new TreeMap<>();
    Map<String, List<LineChart.Point>> goodput = new TreeMap<>();
    for (Entry entry : pair.entries()) {
      if (entry.event() instanceof JournalEvent.LinkMeasured e) {
        String name =
            pair.arrow(entry.laptop())
                + " "
                + EventWords.carrierWords(e.carrier())
                + " "
                + e.interfaceName();
        point(rtt, name, entry, e.rttMs());
        Double share = e.loss();
        point(loss, name, entry, share == null ? null : 100 * share);
      } else if (entry.event() instanceof JournalEvent.ConnectionMeasured e) {
        String name = pair.arrow(entry.laptop()) + " " + e.localPort() + "-" + e.remotePort();
        point(goodput, name, entry, (double) e.sentBitsPerSecond());
        point(rtt, name + " (TCP)", entry, e.rttMs());
      }
    }
    chart("Round trip", "ms", rtt);
    if (loss.values().stream().flatMap(List::stream).anyMatch(point -> point.value() > 0)) {
      chart("Loss", "%", loss);
    } else if (!loss.isEmpty()) {
      html.leaf("p", "No loss was measured on any path between the two.", "class", "faint");
    }
    // Who only listened carried nothing.
    goodput.values().removeIf(points -> points.stream().allMatch(point -> point.value() == 0));
    chart("Goodput", "bit/s", goodput);
  }

  private static void point(
      Map<String, List<LineChart.Point>> to, String name, Entry entry, @Nullable Double value) {
    if (value != null && Double.isFinite(value)) {
      to.computeIfAbsent(name, any -> new ArrayList<>())
          .add(new LineChart.Point(entry.at(), value));
    }
  }

  private void chart(String title, String unit, Map<String, List<LineChart.Point>> figures) {
    List<LineChart.Series> series = new ArrayList<>();
    figures.forEach((name, points) -> series.add(new LineChart.Series(name, points)));
    series.sort((a, b) -> b.points().size() - a.points().size());
    LineChart.draw(html, title, unit, series, from, to);
  }

  private void events(Pair pair) {
    List<String[]> told = new ArrayList<>();
    for (Entry entry : pair.entries()) {
      String words = words(entry, pair);
      if (words != null) {
        told.add(new String[] {Clock.at(entry.at()), pair.observer(entry), words});
      }
    }
    html.open("details").leaf("summary", told.size() + " events of the two, in order");
    html.open("table").open("tbody");
    for (String[] line : told.subList(0, Math.min(MOST_EVENTS, told.size()))) {
      html.open("tr").open("td").leaf("time", line[0]).close();
      html.leaf("td", line[1]).leaf("td", line[2]).close();
    }
    html.close().close();
    if (told.size() > MOST_EVENTS) {
      html.leaf("p", "… and " + (told.size() - MOST_EVENTS) + " more in the journals.");
    }
    html.close();
  }

  private static @Nullable String words(Entry entry, Pair pair) {
    String self = pair.observer(entry);
    String other = self.equals(pair.nameA()) ? pair.nameB() : pair.nameA();
    if (entry.event() instanceof JournalEvent.InvitationChange e) {
      return "invitation of " + e.toName() + " by " + e.fromName() + ": " + e.change();
    }
    if (entry.event() instanceof JournalEvent.Connection e) {
      String told = EventWords.tell(e, other);
      String reason = e.reason();
      return told != null
          ? told
          : "connection of port "
              + e.localPort()
              + " with port "
              + e.remotePort()
              + " "
              + e.change()
              + (reason == null ? "" : ": " + reason);
    }
    return EventWords.tell(entry.event(), other);
  }

  private void traces() {
    boolean any = false;
    for (LaptopLog log : report.logs) {
      if (!log.trace().isEmpty()) {
        if (!any) {
          html.leaf("h2", "Connections, segment by segment");
        }
        any = true;
        SequenceGraph.drawAll(html, report.names.of(log.address()), log.trace(), report.names);
      }
    }
  }

  private void machines() {
    boolean any = false;
    for (LaptopLog log : report.logs) {
      JsonNode findings =
          log.answers()
              .getOrDefault("machine/doctor.json", MissingNode.getInstance())
              .path("findings");
      List<JsonNode> bad = new ArrayList<>();
      for (JsonNode finding : findings) {
        if (!finding.path("severity").asText().equals("OK") && bad.size() < MOST_FINDINGS) {
          bad.add(finding);
        }
      }
      if (bad.isEmpty()) {
        continue;
      }
      if (!any) {
        html.leaf("h2", "What the doctor found on each laptop");
      }
      any = true;
      html.leaf("h3", report.names.of(log.address())).open("ul");
      for (JsonNode finding : bad) {
        html.open("li")
            .leaf(
                "span",
                finding.path("severity").asText().toLowerCase(Locale.ROOT),
                "class",
                "name");
        html.text(" " + finding.path("check").asText() + ": " + finding.path("what").asText());
        if (finding.hasNonNull("cure")) {
          html.text(" ").leaf("code", finding.path("cure").asText());
        }
        html.close();
      }
      html.close();
    }
  }
}
