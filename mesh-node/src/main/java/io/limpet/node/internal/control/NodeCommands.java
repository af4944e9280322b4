package io.limpet.node.internal.control;

import com.fasterxml.jackson.databind.JsonNode;
import io.limpet.invitation.Invitation;
import io.limpet.invitation.InvitationEvent;
import io.limpet.invitation.InvitationListener;
import io.limpet.invitation.Line;
import io.limpet.link.MeshAddress;
import io.limpet.link.PeerReport;
import io.limpet.node.MeshNode;
import io.limpet.node.internal.perf.MeshDialer;
import io.limpet.node.internal.perf.PerfLog;
import io.limpet.presence.Person;
import io.limpet.presence.Presence;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What each command does on a node. */
public final class NodeCommands {
  /** What becomes of an activity when nothing more will be heard in it here. */
  private static final Set<String> OVER = Set.of("left", "removed", "ended");

  private final MeshNode node;
  private final PerfLog perfLog;
  private final Clock clock;
  private final Instant started;
  private final Runnable stop;
  private final ActivityCommands activityCommands;
  private final PlainCommands plainCommands;

  /**
   * Commands for a node.
   *
   * @param perfLog what peers' measurements have sent here
   * @param stop asks the process to stop; returns at once
   */
  public NodeCommands(MeshNode node, Clock clock, PerfLog perfLog, Runnable stop) {
    this.node = node;
    this.clock = clock;
    this.stop = stop;
    this.started = clock.instant();
    this.perfLog = perfLog;
    this.activityCommands = new ActivityCommands(node, this::nameOf);
    this.plainCommands = new PlainCommands(node);
  }

  /** Returns all commands by name. */
  public ControlCommands all() {
    ControlCommands commands = new ControlCommands();
    commands.add("status", (args, reply) -> reply.result(status()));
    commands.add("peers", (args, reply) -> reply.result(peers()));
    commands.add("verify", this::verify);
    commands.add("links", (args, reply) -> reply.result(links(args)));
    commands.add("connections", (args, reply) -> reply.result(connections()));
    activityCommands.addTo(commands);
    new InvitationCommands(node, activityCommands, plainCommands).addTo(commands);
    plainCommands.addTo(commands);
    commands.add("say", this::say);
    commands.add("listen", this::listen);
    new PerfCommands(
            perfLog, peer -> new MeshDialer(node.link(), node.tcp(), person(peer).address()))
        .addTo(commands);
    new TraceCommands(node.tcp(), peer -> person(peer).address()).addTo(commands);
    commands.add(
        "stop",
        (args, reply) -> {
          reply.result(Map.of("stopping", true, "pid", ProcessHandle.current().pid()));
          stop.run();
        });
    return commands;
  }

  private Views.StatusView status() throws ControlException {
    List<Invitation> invitations = ControlCommands.await(node.invitations().invitations());
    MeshAddress self = node.link().localAddress();
    return new Views.StatusView(
        node.name(),
        self.toString(),
        node.link().epoch(),
        ProcessHandle.current().pid(),
        node.home().toString(),
        Duration.between(started, clock.instant()).toMillis(),
        node.link().interfaces().stream()
            .map(
                i ->
                    new Views.InterfaceView(
                        i.name(),
                        i.up(),
                        i.addresses().stream().map(a -> a.getHostAddress()).toList()))
            .toList(),
        (int) node.roster().people().stream().filter(p -> p.presence() == Presence.ONLINE).count(),
        ControlCommands.await(node.invitations().activities()).size(),
        (int) invitations.stream().filter(i -> i.to().equals(self) && !i.state().isFinal()).count(),
        ControlCommands.await(node.invitations().whoMayInvite()).word(),
        node.invitations().damagedStore().map(Views.DamagedStoreView::of).orElse(null));
  }

  private List<Object> peers() throws ControlException {
    Map<MeshAddress, PeerReport> reports =
        ControlCommands.await(node.link().peers()).stream()
            .collect(Collectors.toMap(r -> r.info().address(), Function.identity()));
    Stream<Object> people =
        node.roster().people().stream()
            .map(p -> Views.PeerView.of(p, Optional.ofNullable(reports.get(p.address()))));
    return Stream.concat(people, plainCommands.peers().stream()).toList();
  }

  private void verify(JsonNode args, ControlServer.Reply reply)
      throws ControlException, IOException {
    Person person = person(ControlArgs.required(args, "peer"));
    String digits = ControlCommands.await(node.roster().authenticationString(person.address()));
    if (args.path("confirm").asBoolean(false)) {
      person = ControlCommands.await(node.roster().confirm(person.address()));
    }
    reply.result(Views.VerifyView.of(person, digits));
  }

  private List<Views.LinkView> links(JsonNode args) throws ControlException {
    String peer = args.path("peer").asText("");
    MeshAddress only = peer.isEmpty() ? null : person(peer).address();
    List<Views.LinkView> views = new ArrayList<>();
    for (PeerReport report : ControlCommands.await(node.link().peers())) {
      if (only == null || report.info().address().equals(only)) {
        report
            .links()
            .forEach(link -> views.add(Views.LinkView.of(link, report.info().nickname())));
      }
    }
    return views;
  }

  private List<Views.ConnectionView> connections() throws ControlException {
    return ControlCommands.await(node.tcp().connections()).stream()
        .map(info -> Views.ConnectionView.of(info, nameOf(info.peer())))
        .toList();
  }

  private void say(JsonNode args, ControlServer.Reply reply) throws ControlException, IOException {
    Line line =
        ControlCommands.await(
            node.invitations()
                .say(
                    activityId(ControlArgs.required(args, "id")),
                    ControlArgs.required(args, "text")));
    reply.result(Views.LineView.of(line, clock.instant()));
  }

  private void listen(JsonNode args, ControlServer.Reply reply)
      throws ControlException, IOException {
    String id = activityId(ControlArgs.required(args, "id"));
    Following<Views.LineView> following = new Following<>();
    Set<String> told = new HashSet<>();
    InvitationListener listener =
        event -> {
          if (event instanceof InvitationEvent.Said said && said.line().activity().equals(id)) {
            following.add(Views.LineView.of(said.line(), clock.instant()));
          } else if (event instanceof InvitationEvent.ActivityChanged changed
              && changed.activity().id().equals(id)
              && OVER.contains(changed.what())) {
            following.add(Views.LineView.over(id));
          }
        };
    node.invitations().addListener(listener);
    // Says that nothing said from now on is missed.
    reply.event(Map.of());
    try {
      if (args.path("history").asBoolean(false)) {
        for (Line line : ControlCommands.await(node.invitations().lines(id))) {
          Views.LineView view = Views.LineView.of(line, null);
          told.add(view.key());
          reply.event(view);
        }
      }
      following.run(
          reply,
          args.path("count").asLong(Long.MAX_VALUE),
          Views.LineView::isOver,
          // Said while the history was read, a line would come twice.
          line -> told.remove(line.key()));
    } finally {
      node.invitations().removeListener(listener);
    }
  }

  private Person person(String nameOrAddress) throws ControlException {
    return ControlArgs.person(node.roster(), nameOrAddress);
  }

  private String nameOf(MeshAddress address) {
    if (address.equals(node.link().localAddress())) {
      return node.name();
    }
    return node.roster().person(address).map(Person::name).orElse(address.shortForm());
  }

  private String activityId(String given) throws ControlException {
    return activityCommands.wholeId(given);
  }
}
