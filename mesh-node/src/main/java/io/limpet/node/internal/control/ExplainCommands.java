package io.limpet.node.internal.control;

import com.fasterxml.jackson.databind.JsonNode;
import io.limpet.link.MeshAddress;
import io.limpet.link.PeerReport;
import io.limpet.node.MeshNode;
import io.limpet.node.internal.explain.Explainer;
import io.limpet.node.internal.explain.Explanation;
import io.limpet.node.internal.explain.Times;
import io.limpet.node.internal.journal.JournalEvent;
import io.limpet.node.internal.journal.JournalMemory;
import io.limpet.node.internal.journal.JournalTail;
import io.limpet.node.internal.journal.Moment;
import io.limpet.presence.Person;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What a running node says of what is wrong: with a peer, and with this machine. */
public final class ExplainCommands {
  private static final int MOST_MOMENTS = 256;

  private final MeshNode node;
  private final JournalMemory memory;
  private final JournalTail tail;
  private final Clock clock;

  /**
   * Commands for a node.
   *
   * @param memory what has happened lately
   * @param tail what happened before
   */
  public ExplainCommands(MeshNode node, JournalMemory memory, JournalTail tail, Clock clock) {
    this.node = node;
    this.memory = memory;
    this.tail = tail;
    this.clock = clock;
  }

  /** Adds them. */
  public void addTo(ControlCommands commands) {
    commands.add("explain", this::explain);
    commands.add("verdicts", (args, reply) -> reply.result(verdicts()));
    commands.add("privileges", (args, reply) -> reply.result(privileges()));
  }

  private void explain(JsonNode args, ControlServer.Reply reply)
      throws ControlException, IOException {
    Person person = ControlArgs.person(node.roster(), ControlArgs.required(args, "peer"));
    PeerReport report = ControlCommands.await(node.link().peer(person.address())).orElse(null);
    Explanation explanation =
        Explainer.explain(
            person.address().toString(),
            person.name(),
            report,
            moments(person.address()),
            new Times(clock.instant(), ZoneId.systemDefault()));
    reply.result(explanation);
  }

  /**
   * What the files tell and the memory, too, is one event; the memory's words are the better ones,
   * where a private journal has pseudonyms.
   */
  private List<Moment> moments(MeshAddress peer) {
    Set<Moment> all = new LinkedHashSet<>(memory.of(peer.toString()));
    Set<Map.Entry<Instant, String>> remembered =
        all.stream().map(ExplainCommands::key).collect(Collectors.toSet());
    tail.of(peer).stream().filter(moment -> !remembered.contains(key(moment))).forEach(all::add);
    List<Moment> ordered = new ArrayList<>(all);
    ordered.sort(Comparator.comparing(Moment::time));
    return ordered.subList(Math.max(0, ordered.size() - MOST_MOMENTS), ordered.size());
  }

  /** No two events of one kind are written within a microsecond. */
  private static Map.Entry<Instant, String> key(Moment moment) {
    return Map.entry(moment.time(), moment.event().name());
  }

  private List<Views.InterfaceVerdictView> verdicts() {
    List<Views.InterfaceVerdictView> views = new ArrayList<>();
    for (Moment moment : memory.interfaceVerdicts()) {
      if (moment.event() instanceof JournalEvent.Diagnosed verdict) {
        views.add(Views.InterfaceVerdictView.of(moment.time(), verdict));
      }
    }
    return views;
  }

  private Map<String, Object> privileges() throws ControlException {
    var privileges = ControlCommands.await(node.link().privileges());
    Map<String, String> ways = new TreeMap<>();
    privileges.ways().forEach((operation, way) -> ways.put(operation.name(), way.name()));
    return Map.of("ways", ways, "detail", privileges.detail());
  }
}
