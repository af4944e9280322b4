package io.limpet.node.internal.control;

import com.fasterxml.jackson.databind.JsonNode;
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
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

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
            moments(person.address().toString()),
            new Times(clock.instant(), ZoneId.systemDefault()));
    reply.result(explanation);
  }

  /** What the files tell and the memory, too, is one event. */
  private List<Moment> moments(String peer) {
    Set<Moment> all = new LinkedHashSet<>(tail.of(peer));
    all.addAll(memory.of(peer));
    List<Moment> ordered = new ArrayList<>(all);
    ordered.sort(Comparator.comparing(Moment::time));
    return ordered.subList(Math.max(0, ordered.size() - MOST_MOMENTS), ordered.size());
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
