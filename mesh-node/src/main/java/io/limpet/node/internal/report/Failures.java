package io.limpet.node.internal.report;

import io.limpet.link.Diagnosis;
import io.limpet.node.internal.explain.DiagnosisWords;
import io.limpet.node.internal.explain.EventWords;
import io.limpet.node.internal.explain.Times;
import io.limpet.node.internal.journal.JournalEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Makes one list of what was wrong out of what each laptop found. */
final class Failures {
  /** Two laptops find one fault at different moments. */
  private static final Duration TOGETHER = Duration.ofSeconds(3);

  private static final int MOST_EVIDENCE = 16;
  private static final int MOST_OF_A_GROUP = 500;

  private final List<LaptopLog> logs;
  private final Names names;

  private Failures(List<LaptopLog> logs, Names names) {
    this.logs = logs;
    this.names = names;
  }

  /**
   * Returns what was wrong, in order of time.
   *
   * @param entries all journals, in order of time
   */
  static List<Failure> of(List<LaptopLog> logs, List<Entry> entries, Names names) {
    Failures failures = new Failures(logs, names);
    List<Failure> found = new ArrayList<>();
    List<Episode> episodes = new ArrayList<>();
    for (int i = 0; i < logs.size(); i++) {
      int laptop = i;
      List<Entry> own = entries.stream().filter(entry -> entry.laptop() == laptop).toList();
      episodes.addAll(Episodes.of(own));
      found.addAll(new OtherFailures(logs.get(i), names).of(own));
    }
    episodes.sort(Comparator.comparing(episode -> episode.begin.at()));
    failures.together(episodes).forEach(group -> found.add(failures.failure(group)));
    found.sort(Comparator.comparing(Failure::began));
    return found;
  }

  /** Puts together what two laptops found of one fault between them. */
  private List<List<Episode>> together(List<Episode> episodes) {
    List<List<Episode>> groups = new ArrayList<>();
    Map<String, List<Episode>> newest = new HashMap<>();
    for (Episode episode : episodes) {
      String key = episode.diagnosis + " " + pair(episode);
      List<Episode> group = newest.get(key);
      if (group == null || group.size() == MOST_OF_A_GROUP || !overlaps(group, episode)) {
        group = new ArrayList<>();
        groups.add(group);
        newest.put(key, group);
      }
      group.add(episode);
    }
    return groups;
  }

  private static boolean overlaps(List<Episode> group, Episode episode) {
    Instant until = ended(group);
    return until == null || !until.plus(TOGETHER).isBefore(episode.begin.at());
  }

  private List<String> pair(Episode episode) {
    String self = logs.get(episode.laptop).address();
    return episode.peer.startsWith("interface ")
        ? List.of(self, episode.peer)
        : List.copyOf(new TreeSet<>(List.of(self, episode.peer)));
  }

  private static @Nullable Instant ended(List<Episode> group) {
    Instant last = Instant.MIN;
    for (Episode episode : group) {
      Entry end = episode.end;
      if (end == null) {
        return null;
      }
      last = end.at().isAfter(last) ? end.at() : last;
    }
    return last;
  }

  private Failure failure(List<Episode> group) {
    Episode first = group.get(0);
    Diagnosis diagnosis = first.diagnosis;
    boolean ofInterface = first.peer.startsWith("interface ");
    String self = names.of(logs.get(first.laptop).address());
    String peer = ofInterface ? first.peer : names.of(first.peer);
    boolean both = group.stream().map(episode -> episode.laptop).distinct().count() > 1;
    String who =
        ofInterface
            ? self + ", " + first.peer.substring("interface ".length())
            : self + (both ? " and " : " to ") + peer;
    Instant ended = ended(group);
    return new Failure(
        first.begin.at(),
        ended,
        who,
        pair(first).stream().filter(one -> !one.startsWith("interface ")).toList(),
        diagnosis,
        diagnosis.name(),
        DiagnosisWords.meaning(diagnosis, peer),
        over(group, ended),
        evidence(group),
        DiagnosisWords.advice(diagnosis, peer));
  }

  private String over(List<Episode> group, @Nullable Instant ended) {
    Episode first = group.get(0);
    if (ended == null) {
      return "still so at the end of the journals";
    }
    String after = " after " + Times.span(Duration.between(first.begin.at(), ended));
    boolean restarted =
        group.stream()
            .map(episode -> episode.end)
            .allMatch(end -> end != null && end.event() instanceof JournalEvent.NodeReady);
    if (restarted) {
      return "unknown: the node was started anew" + after;
    }
    boolean entry =
        first.diagnosis == Diagnosis.NEIGHBOUR_STALE
            || first.diagnosis == Diagnosis.NEIGHBOUR_UNRESOLVED;
    return (entry ? "repaired" : "healed") + after + steps(group, entry);
  }

  /** What was done before the proof; a black hole heals by itself, or by chance just then. */
  private static String steps(List<Episode> group, boolean entry) {
    Set<String> done = new LinkedHashSet<>();
    for (Episode episode : group) {
      for (Entry event : episode.events) {
        if (event.event() instanceof JournalEvent.Repair e && e.change().equals("step")) {
          String step = e.step();
          if (step != null && "done".equals(e.outcome())) {
            done.add(step);
          }
        }
      }
    }
    return done.isEmpty() ? "" : (entry ? ", by " : "; tried: ") + String.join(", ", done);
  }

  private List<String> evidence(List<Episode> group) {
    List<Entry> events =
        group.stream()
            .flatMap(episode -> episode.events.stream())
            .sorted(Comparator.comparing(Entry::at))
            .toList();
    Set<String> told = new LinkedHashSet<>();
    for (Entry event : events) {
      String sentence = EventWords.tell(event.event(), nameOf(event.event()));
      if (sentence != null) {
        told.add(Clock.at(event.at()) + " " + observer(event) + ": " + sentence);
      }
    }
    List<String> some = told.stream().limit(MOST_EVIDENCE).collect(Collectors.toList());
    if (told.size() > MOST_EVIDENCE) {
      some.add("… " + (told.size() - MOST_EVIDENCE) + " more in the timeline of the pair");
    }
    return some;
  }

  private String nameOf(JournalEvent event) {
    String peer = event.peer();
    return peer == null ? "" : names.of(peer);
  }

  private String observer(Entry entry) {
    return names.of(logs.get(entry.laptop()).address());
  }
}
