package io.limpet.node.internal.explain;

import io.limpet.link.Diagnosis;
import io.limpet.link.LinkReport;
import io.limpet.link.PathState;
import io.limpet.link.PeerReport;
import io.limpet.node.internal.journal.JournalEvent;
import io.limpet.node.internal.journal.Moment;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Makes one verdict out of what is so and what happened. Knows no clock; safe for any thread. */
public final class Explainer {
  /** A journal may have been written by another version, or edited. */
  private static final Predicate<String> MILLISECONDS =
      Pattern.compile("[0-9]{1,12}").asMatchPredicate();

  private final String address;
  private final String name;
  private final @Nullable PeerReport report;
  private final List<Moment> moments;
  private final Times times;

  private Explainer(
      String address, String name, @Nullable PeerReport report, List<Moment> moments, Times times) {
    this.address = address;
    this.name = name;
    this.report = report;
    this.moments = moments;
    this.times = times;
  }

  /**
   * Explains how a peer is reached.
   *
   * @param report what the link says of it, or null when the link does not know it
   * @param moments what happened, oldest first
   */
  public static Explanation explain(
      String address, String name, @Nullable PeerReport report, List<Moment> moments, Times times) {
    return new Explainer(address, name, report, List.copyOf(moments), times).explain();
  }

  private Explanation explain() {
    PeerReport known = report;
    Diagnosis diagnosis = known == null ? Diagnosis.NONE : known.diagnosis();
    return new Explanation(
        address,
        name,
        known == null ? "NONE" : known.path().name(),
        diagnosis.name(),
        times.now(),
        known == null ? unknown() : now(known),
        why(known, diagnosis),
        told(),
        next(known),
        known == null
            ? DiagnosisWords.advice(Diagnosis.PEER_GONE, name)
            : DiagnosisWords.advice(diagnosis, name));
  }

  private String unknown() {
    return "This node has not heard " + name + " since it was started.";
  }

  private String now(PeerReport known) {
    return switch (known.path()) {
      case UNICAST ->
          name
              + " is reached by unicast"
              + on(known, false)
              + since(PathState.UNICAST, ", since ")
              + (known.diagnosis() == Diagnosis.NONE
                  ? "."
                  : "; what is wrong: " + DiagnosisWords.brief(known.diagnosis()) + ".");
      case MULTICAST ->
          name
              + " is reached by multicast"
              + on(known, true)
              + "; unicast to it is dead"
              + unicastLost()
              + ".";
      case SUSPECT ->
          name
              + " is reached, but its path is in doubt"
              + since(PathState.SUSPECT, " since ")
              + ": what is sent goes by unicast and by multicast.";
      case UNKNOWN ->
          "Nothing is proved yet about the way to "
              + name
              + since(PathState.UNKNOWN, ", since ")
              + ": what is sent goes by unicast and by multicast.";
      case SILENT -> {
        Duration silence = known.lastHeard();
        yield "Nothing is heard of "
            + name
            + (silence == null
                ? "."
                : " since "
                    + times.at(times.now().minus(silence))
                    + " ("
                    + Times.span(silence)
                    + ").");
      }
    };
  }

  /** Says on which interface the carrier that works is, by its youngest proof. */
  private static String on(PeerReport known, boolean multicast) {
    return known.links().stream()
        .filter(link -> link.outbound() && link.carrier().isMulticast() == multicast)
        .filter(link -> link.proofAge() != null)
        .min(Comparator.comparing(Explainer::proofAge))
        .map(link -> " on " + link.interfaceName())
        .orElse("");
  }

  private static Duration proofAge(LinkReport link) {
    Duration age = link.proofAge();
    return age == null ? Duration.ofNanos(Long.MAX_VALUE) : age;
  }

  private String since(PathState state, String lead) {
    return lastPath(e -> e.to().equals(state.name()) && !e.from().equals(e.to()))
        .map(moment -> lead + times.at(moment.time()) + " (" + times.since(moment.time()) + ")")
        .orElse("");
  }

  /** Unicast is dead from when it came into doubt and was not confirmed again. */
  private String unicastLost() {
    Instant lost = null;
    for (Moment moment : moments) {
      if (moment.event() instanceof JournalEvent.PathChanged e) {
        boolean without = e.to().equals("SUSPECT") || e.to().equals("MULTICAST");
        if (!without) {
          lost = null;
        } else if (lost == null) {
          lost = moment.time();
        }
      }
    }
    return lost == null ? "" : " since " + times.at(lost) + " (" + times.since(lost) + ")";
  }

  private Optional<Moment> lastPath(Predicate<JournalEvent.PathChanged> wanted) {
    return last(e -> e instanceof JournalEvent.PathChanged path && wanted.test(path));
  }

  private Optional<Moment> last(Predicate<JournalEvent> wanted) {
    for (int i = moments.size() - 1; i >= 0; i--) {
      if (wanted.test(moments.get(i).event())) {
        return Optional.of(moments.get(i));
      }
    }
    return Optional.empty();
  }

  private List<String> why(@Nullable PeerReport known, Diagnosis diagnosis) {
    List<String> why = new ArrayList<>();
    if (known == null) {
      return why;
    }
    why.add(
        (diagnosis == Diagnosis.NONE ? "" : diagnosis.name() + ": ")
            + DiagnosisWords.meaning(diagnosis, name));
    if (diagnosis == Diagnosis.NONE) {
      lastTrouble().ifPresent(why::add);
    } else {
      entry().ifPresent(why::add);
      EvidenceWords.ofDirections(known.links(), name).ifPresent(why::add);
    }
    why.addAll(EvidenceWords.ofLinks(ordered(known.links()), name));
    return why;
  }

  private static List<LinkReport> ordered(List<LinkReport> links) {
    return links.stream()
        .sorted(
            Comparator.comparing(LinkReport::interfaceName)
                .thenComparing(LinkReport::carrier)
                .thenComparing(link -> !link.outbound()))
        .toList();
  }

  private Optional<String> lastTrouble() {
    return last(e -> e instanceof JournalEvent.Repair)
        .filter(moment -> moment.event().name().equals("repair.succeeded"))
        .map(
            moment ->
                "The last trouble was "
                    + ((JournalEvent.Repair) moment.event()).diagnosis()
                    + ", repaired at "
                    + times.at(moment.time())
                    + ".");
  }

  /** What the kernel's table said when that was looked at last. */
  private Optional<String> entry() {
    return last(e -> e instanceof JournalEvent.Repair repair && repair.evidence().containsKey("ip"))
        .map(
            moment -> {
              JournalEvent.Repair repair = (JournalEvent.Repair) moment.event();
              String words = EvidenceWords.ofEntry(repair.evidence(), name);
              return words == null ? null : words + " (as of " + times.at(moment.time()) + ")";
            });
  }

  private List<Explanation.Told> told() {
    List<Explanation.Told> told = new ArrayList<>();
    for (Moment moment : moments) {
      String text = EventWords.tell(moment.event(), name);
      if (text != null) {
        told.add(new Explanation.Told(moment.time(), moment.event().name(), text));
      }
    }
    return told;
  }

  private List<String> next(@Nullable PeerReport known) {
    if (known == null || known.path() == PathState.SILENT) {
      return List.of("As soon as anything of " + name + " arrives, every way to it is tried.");
    }
    if (known.path() == PathState.UNICAST) {
      return known.diagnosis() == Diagnosis.NONE
          ? List.of()
          : List.of("What is sent to " + name + " goes by unicast; the rest is tried on.");
    }
    List<String> next = new ArrayList<>();
    last(e -> e instanceof JournalEvent.Repair)
        .ifPresent(moment -> next.add(afterRepair((JournalEvent.Repair) moment.event(), moment)));
    next.add(
        known.path() == PathState.MULTICAST
            ? "Until then multicast carries what is sent; the first unicast that is confirmed takes"
                + " it over."
            : "The first unicast that is confirmed takes over.");
    return next;
  }

  private String afterRepair(JournalEvent.Repair repair, Moment moment) {
    String retry = repair.evidence().get("retryAfterMs");
    if (repair.change().equals("gaveup") && retry != null && MILLISECONDS.test(retry)) {
      Duration left =
          Duration.between(times.now(), moment.time().plusMillis(Long.parseLong(retry)));
      return "Repair is tried again "
          + (left.isNegative() || left.isZero() ? "now" : "in " + Times.span(left))
          + ", and at once when "
          + name
          + "'s hello, the kernel's entry or an address changes.";
    }
    if (repair.change().equals("succeeded")) {
      return "If unicast fails again, repair begins within a second.";
    }
    return "Repair is running: if this step does not help within two seconds, the next follows.";
  }
}
