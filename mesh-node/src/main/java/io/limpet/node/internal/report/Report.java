package io.limpet.node.internal.report;

import io.limpet.node.NodeException;
import io.limpet.node.internal.journal.JournalEvent;
import io.limpet.node.internal.journal.Moment;
import io.limpet.node.internal.privacy.Pseudonyms;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What several laptops tell, on one clock. Blocking; immutable when made. */
public final class Report {
  private static final int MOST_PAIRS = 60;
  private static final int MOST_HEADLINES = 20;

  final List<LaptopLog> logs;
  final Names names;
  final ClockAlignment clocks;
  final List<Entry> entries;
  final List<Failure> failures;
  private final Map<List<String>, List<Failure>> byPair;

  private Report(List<LaptopLog> logs) {
    this.logs = logs;
    this.names = new Names(logs);
    this.clocks = ClockAlignment.of(logs.size(), Exchanges.of(logs));
    List<Entry> all = new ArrayList<>();
    for (int i = 0; i < logs.size(); i++) {
      for (Moment moment : logs.get(i).moments()) {
        all.add(new Entry(clocks.atFirst(i, moment.time()), moment.time(), i, moment.event()));
      }
    }
    all.sort(Comparator.comparing(Entry::at));
    this.entries = List.copyOf(all);
    this.failures = Failures.of(logs, entries, names);
    this.byPair = failures.stream().collect(Collectors.groupingBy(Failure::pair));
  }

  /**
   * Reads bundles, journals and home folders, one of each laptop or several.
   *
   * @throws NodeException with one line that says which cannot be read, and why
   */
  public static Report of(List<Path> sources) throws NodeException {
    List<LaptopLog> logs = read(sources, Map.of());
    Map<String, String> known = new HashMap<>();
    for (String address : new Names(logs).addresses()) {
      Pseudonyms.ofAddress(address).ifPresent(pseudonym -> known.put(pseudonym, address));
    }
    // Some private and some not: who is known by one journal is known in all.
    boolean isMixed = !known.isEmpty() && logs.stream().anyMatch(Report::isPrivate);
    return new Report(isMixed ? read(sources, known) : logs);
  }

  private static List<LaptopLog> read(List<Path> sources, Map<String, String> known)
      throws NodeException {
    Map<String, LaptopLog> byAddress = new LinkedHashMap<>();
    for (Path source : sources) {
      LaptopLog log = EvidenceReader.read(source, EvidenceReader.Limits.USUAL, known);
      byAddress.merge(log.address(), log, Report::together);
    }
    return List.copyOf(byAddress.values());
  }

  private static boolean isPrivate(LaptopLog log) {
    return log.moments().stream()
        .anyMatch(m -> m.event() instanceof JournalEvent.JournalOpened e && e.isPrivate());
  }

  /** Two archives of one laptop overlap; an event is told once. */
  private static LaptopLog together(LaptopLog one, LaptopLog other) {
    TreeMap<String, Moment> moments = new TreeMap<>();
    for (LaptopLog log : List.of(one, other)) {
      log.moments().forEach(m -> moments.putIfAbsent(m.time() + " " + m.event(), m));
    }
    List<Moment> sorted = new ArrayList<>(moments.values());
    sorted.sort(Comparator.comparing(Moment::time));
    List<String> notes = new ArrayList<>(one.notes());
    notes.addAll(other.notes());
    return new LaptopLog(
        other.name(),
        other.address(),
        other.version(),
        sorted,
        other.answers(),
        other.trace().isEmpty() ? one.trace() : other.trace(),
        notes.stream().distinct().toList());
  }

  /** Returns the page. */
  public String html() {
    return new ReportPage(this).html();
  }

  /** Says in a line what there is to see. */
  public String summary() {
    return logs.size()
        + (logs.size() == 1 ? " laptop, " : " laptops, ")
        + entries.size()
        + " events, "
        + failures.size()
        + (failures.size() == 1 ? " failure" : " failures");
  }

  /** Returns what was wrong, one line each, at most a screenful. */
  public List<String> headlines() {
    return failures.stream()
        .limit(MOST_HEADLINES)
        .map(
            f ->
                Html.clean(Clock.at(f.began()) + " " + f.who() + ": " + f.name() + ", " + f.over()))
        .toList();
  }

  /** Returns what passed between each two people, those first of whom most is told. */
  List<Pair> pairs() {
    Map<List<String>, List<Entry>> found = new LinkedHashMap<>();
    for (Entry entry : entries) {
      String self = logs.get(entry.laptop()).address();
      String peer = peer(entry.event(), self);
      if (peer != null && !peer.equals(self) && !peer.isEmpty()) {
        found
            .computeIfAbsent(
                List.copyOf(new TreeSet<>(List.of(self, peer))), any -> new ArrayList<>())
            .add(entry);
      }
    }
    List<String> owners = logs.stream().map(log -> names.of(log.address())).toList();
    List<Instant> until = new ArrayList<>();
    for (int i = 0; i < logs.size(); i++) {
      List<Moment> moments = logs.get(i).moments();
      until.add(clocks.atFirst(i, moments.get(moments.size() - 1).time()));
    }
    List<Pair> pairs = new ArrayList<>();
    found.forEach(
        (pair, of) ->
            pairs.add(
                new Pair(
                    pair,
                    names.of(pair.get(0)),
                    names.of(pair.get(1)),
                    List.copyOf(of),
                    of.stream().map(Entry::laptop).distinct().sorted().toList(),
                    owners,
                    until)));
    pairs.sort(
        Comparator.comparingLong((Pair pair) -> -of(pair).size())
            .thenComparing(pair -> -pair.entries().size()));
    return pairs.subList(0, Math.min(MOST_PAIRS, pairs.size()));
  }

  /** Returns what was wrong between two. */
  List<Failure> of(Pair pair) {
    return byPair.getOrDefault(pair.addresses(), List.of());
  }

  private static @Nullable String peer(JournalEvent event, String self) {
    return event instanceof JournalEvent.InvitationChange e
        ? (e.from().equals(self) ? e.to() : e.from())
        : event.peer();
  }
}
