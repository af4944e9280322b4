package io.limpet.node.internal.control;

import com.fasterxml.jackson.databind.JsonNode;
import io.limpet.invitation.Activity;
import io.limpet.invitation.Invitation;
import io.limpet.invitation.InvitationEvent;
import io.limpet.invitation.InvitationListener;
import io.limpet.invitation.Line;
import io.limpet.link.MeshAddress;
import io.limpet.link.PeerReport;
import io.limpet.node.MeshNode;
import io.limpet.node.internal.perf.PerfClient;
import io.limpet.presence.Person;
import io.limpet.presence.Presence;
import io.limpet.presence.UnknownPersonException;
import io.limpet.tcp.CloseReason;
import io.limpet.tcp.MeshConnectException;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What each command does on a node. */
public final class NodeCommands {
  private static final int LISTEN_QUEUE_LINES = 10_000;

  /** What becomes of an activity when nothing more will be heard in it here. */
  private static final Set<String> OVER = Set.of("left", "removed", "ended");

  private static final long PERF_GRACE_MS = 120_000;

  private final MeshNode node;
  private final PerfClient perf;
  private final Clock clock;
  private final Instant started;
  private final Runnable stop;

  /**
   * Commands for a node.
   *
   * @param stop asks the process to stop; returns at once
   */
  public NodeCommands(MeshNode node, Clock clock, Runnable stop) {
    this.node = node;
    this.clock = clock;
    this.stop = stop;
    this.started = clock.instant();
    this.perf = new PerfClient(node.link(), node.tcp());
  }

  /** Returns all commands by name. */
  public ControlCommands all() {
    ControlCommands commands = new ControlCommands();
    commands.add("status", (args, reply) -> reply.result(status()));
    commands.add("peers", (args, reply) -> reply.result(peers()));
    commands.add("links", (args, reply) -> reply.result(links()));
    commands.add("connections", (args, reply) -> reply.result(connections()));
    commands.add("share", this::share);
    commands.add("activities", (args, reply) -> reply.result(activityViews()));
    commands.add("join", (args, reply) -> join(args, reply, true));
    commands.add("leave", (args, reply) -> join(args, reply, false));
    commands.add("invite", this::invite);
    commands.add("invitations", (args, reply) -> reply.result(invitationViews()));
    commands.add("accept", (args, reply) -> decide(args, reply, true));
    commands.add("decline", (args, reply) -> decide(args, reply, false));
    commands.add("say", this::say);
    commands.add("listen", this::listen);
    commands.add("perf.bulk", this::perfBulk);
    commands.add("perf.ping", this::perfPing);
    commands.add("perf.connect", this::perfConnect);
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
        (int)
            invitations.stream().filter(i -> i.to().equals(self) && !i.state().isFinal()).count());
  }

  private List<Views.PeerView> peers() throws ControlException {
    Map<MeshAddress, PeerReport> reports =
        ControlCommands.await(node.link().peers()).stream()
            .collect(Collectors.toMap(r -> r.info().address(), Function.identity()));
    return node.roster().people().stream()
        .map(p -> Views.PeerView.of(p, java.util.Optional.ofNullable(reports.get(p.address()))))
        .toList();
  }

  private List<Views.LinkView> links() throws ControlException {
    List<Views.LinkView> views = new ArrayList<>();
    for (PeerReport report : ControlCommands.await(node.link().peers())) {
      report.links().forEach(link -> views.add(Views.LinkView.of(link, report.info().nickname())));
    }
    return views;
  }

  private List<Views.ConnectionView> connections() throws ControlException {
    return ControlCommands.await(node.tcp().connections()).stream()
        .map(info -> Views.ConnectionView.of(info, nameOf(info.peer())))
        .toList();
  }

  private void share(JsonNode args, ControlServer.Reply reply)
      throws ControlException, IOException {
    Activity activity =
        ControlCommands.await(
            node.invitations()
                .share(
                    required(args, "type"),
                    required(args, "title"),
                    args.path("open").asBoolean(true)));
    reply.result(Map.of("activity", activity.id()));
  }

  private List<Views.ActivityView> activityViews() throws ControlException {
    return ControlCommands.await(node.invitations().activities()).stream()
        .map(a -> Views.ActivityView.of(a, this::nameOf))
        .toList();
  }

  private void join(JsonNode args, ControlServer.Reply reply, boolean in)
      throws ControlException, IOException {
    String id = activityId(required(args, "id"));
    Activity activity =
        ControlCommands.await(in ? node.invitations().join(id) : node.invitations().leave(id));
    reply.result(Views.ActivityView.of(activity, this::nameOf));
  }

  private void invite(JsonNode args, ControlServer.Reply reply)
      throws ControlException, IOException {
    Person peer = person(required(args, "peer"));
    Invitation invitation =
        ControlCommands.await(
            node.invitations().invite(peer.address(), activityId(required(args, "activity"))));
    long waitMs = args.path("waitMs").asLong(0);
    if (waitMs > 0) {
      invitation =
          ControlCommands.await(
              node.invitations().await(invitation.id(), Duration.ofMillis(waitMs)), waitMs + 5_000);
    }
    reply.result(Views.InviteView.of(invitation));
  }

  private List<Views.InvitationView> invitationViews() throws ControlException {
    return ControlCommands.await(node.invitations().invitations()).stream()
        .map(Views.InvitationView::of)
        .toList();
  }

  private void decide(JsonNode args, ControlServer.Reply reply, boolean yes)
      throws ControlException, IOException {
    String id = invitationId(required(args, "id"));
    Invitation invitation =
        ControlCommands.await(
            yes
                ? node.invitations().accept(id)
                : node.invitations().decline(id, args.path("reason").asText("")));
    reply.result(Views.InvitationView.of(invitation));
  }

  private void say(JsonNode args, ControlServer.Reply reply) throws ControlException, IOException {
    Line line =
        ControlCommands.await(
            node.invitations().say(activityId(required(args, "id")), required(args, "text")));
    reply.result(Views.LineView.of(line, clock.instant()));
  }

  private void listen(JsonNode args, ControlServer.Reply reply)
      throws ControlException, IOException {
    String id = activityId(required(args, "id"));
    BlockingQueue<Views.LineView> queue = new LinkedBlockingQueue<>(LISTEN_QUEUE_LINES);
    Set<String> told = new HashSet<>();
    InvitationListener listener =
        event -> {
          // A reader that is ten thousand lines behind loses the newest, not the node.
          if (event instanceof InvitationEvent.Said said && said.line().activity().equals(id)) {
            queue.offer(Views.LineView.of(said.line(), clock.instant()));
          } else if (event instanceof InvitationEvent.ActivityChanged changed
              && changed.activity().id().equals(id)
              && OVER.contains(changed.what())) {
            queue.offer(Views.LineView.over(id));
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
      long limit = args.path("count").asLong(Long.MAX_VALUE);
      for (long heard = 0; heard < limit; ) {
        Views.LineView line = queue.poll(1, TimeUnit.SECONDS);
        if (line == null) {
          // Writing is how a client that went away is noticed.
          reply.event(Map.of());
        } else if (line.isOver()) {
          break;
        } else if (!told.remove(line.key())) {
          // Said while the history was read, a line would come twice.
          reply.event(line);
          heard++;
        }
      }
      reply.result(Map.of());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      node.invitations().removeListener(listener);
    }
  }

  private void perfBulk(JsonNode args, ControlServer.Reply reply)
      throws ControlException, IOException {
    int seconds = number(args, "seconds", 10, 1, 3600);
    reply.result(
        measured(
            required(args, "peer"),
            perf.bulk(person(required(args, "peer")).address(), seconds),
            seconds * 1000L + PERF_GRACE_MS));
  }

  private void perfPing(JsonNode args, ControlServer.Reply reply)
      throws ControlException, IOException {
    int count = number(args, "count", 100, 1, 1_000_000);
    long intervalMs = number(args, "intervalMs", 50, 1, 60_000);
    reply.result(
        measured(
            required(args, "peer"),
            perf.ping(
                person(required(args, "peer")).address(),
                count,
                number(args, "size", 200, 1, 60_000),
                intervalMs * 1_000_000),
            count * intervalMs + PERF_GRACE_MS));
  }

  private void perfConnect(JsonNode args, ControlServer.Reply reply)
      throws ControlException, IOException {
    int count = number(args, "count", 100, 1, 1_000_000);
    reply.result(
        measured(
            required(args, "peer"),
            perf.connect(
                person(required(args, "peer")).address(),
                count,
                number(args, "size", 200, 1, 60_000)),
            count * 30_000L + PERF_GRACE_MS));
  }

  /** Waits for a measurement; who does not take part is told apart from what went wrong. */
  static <T> T measured(String peer, CompletionStage<T> stage, long timeoutMs)
      throws ControlException {
    try {
      return ControlCommands.await(stage, timeoutMs);
    } catch (ControlException e) {
      if (e.getCause() instanceof MeshConnectException refusal
          && refusal.reason() instanceof CloseReason.PortClosed) {
        throw ControlException.failed(peer + " does not run with --perf: nothing to measure with");
      }
      throw e;
    }
  }

  private Person person(String nameOrAddress) throws ControlException {
    try {
      return node.roster().find(nameOrAddress);
    } catch (UnknownPersonException e) {
      throw ControlException.failed(String.valueOf(e.getMessage()));
    }
  }

  private String nameOf(MeshAddress address) {
    if (address.equals(node.link().localAddress())) {
      return node.name();
    }
    return node.roster().person(address).map(Person::name).orElse(address.shortForm());
  }

  private String activityId(String given) throws ControlException {
    return oneOf(
        "activity",
        given,
        ControlCommands.await(node.invitations().activities()).stream().map(Activity::id).toList());
  }

  private String invitationId(String given) throws ControlException {
    return oneOf(
        "invitation",
        given,
        ControlCommands.await(node.invitations().invitations()).stream()
            .map(Invitation::id)
            .toList());
  }

  /** Takes an identifier, or its end when that is enough to tell it from the others. */
  private static String oneOf(String what, String given, List<String> ids) throws ControlException {
    if (ids.contains(given)) {
      return given;
    }
    List<String> matches = ids.stream().filter(id -> id.endsWith(given)).toList();
    if (matches.size() == 1 && given.length() >= 4) {
      return matches.get(0);
    }
    if (matches.size() > 1) {
      throw ControlException.failed(
          "'" + given + "' is the end of more than one " + what + ": give more of it");
    }
    throw ControlException.failed(
        "no "
            + what
            + " '"
            + given
            + "' is known here: 'limpet "
            + (what.equals("activity") ? "activities" : "invitations")
            + "' lists them");
  }

  private static int number(JsonNode args, String name, int unlessGiven, int min, int max)
      throws ControlException {
    int value = args.path(name).asInt(unlessGiven);
    if (value < min || value > max) {
      throw ControlException.wrongUsage(
          "'" + name + "' is " + min + " to " + max + ", not " + value);
    }
    return value;
  }

  private static String required(JsonNode args, String name) throws ControlException {
    String value = args.path(name).asText("");
    if (value.isEmpty()) {
      throw ControlException.wrongUsage("'" + name + "' is missing");
    }
    return value;
  }
}
