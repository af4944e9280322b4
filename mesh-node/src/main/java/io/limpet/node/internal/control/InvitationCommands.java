package io.limpet.node.internal.control;

import com.fasterxml.jackson.databind.JsonNode;
import io.limpet.invitation.ChatInvitation;
import io.limpet.invitation.Invitation;
import io.limpet.invitation.Invitation.State;
import io.limpet.invitation.Invitations;
import io.limpet.invitation.WhoMayInvite;
import io.limpet.link.MeshAddress;
import io.limpet.node.MeshNode;
import io.limpet.presence.Person;
import io.limpet.presence.PlainPerson;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;

/** What a running node does about invitations. */
final class InvitationCommands {
  /** Beyond what the node itself waits, its answer has so long to come. */
  private static final long ANSWER_MS = 5_000;

  private static final String INBOX = "in";
  private static final String OUTBOX = "out";

  private static final Comparator<Views.InvitationView> NEWEST_FIRST =
      Comparator.comparing(
              (Views.InvitationView view) ->
                  view.createdAt() == null ? Instant.EPOCH : view.createdAt())
          .reversed();

  /** What other invitations have, too. */
  private static final Duration PLAIN_LIFETIME = Duration.ofHours(24);

  private final MeshNode node;
  private final Invitations invitations;
  private final ActivityCommands activities;
  private final PlainCommands plain;

  InvitationCommands(MeshNode node, ActivityCommands activities, PlainCommands plain) {
    this.node = node;
    this.plain = plain;
    this.activities = activities;
    this.invitations = node.invitations();
  }

  /** Adds them. */
  void addTo(ControlCommands commands) {
    commands.add("invite", this::invite);
    commands.add("invitations", (args, reply) -> reply.result(list(args)));
    commands.add("accept", this::accept);
    commands.add(
        "decline",
        (args, reply) ->
            reply.result(ended(invitations.decline(invitationId(args, INBOX), reason(args)))));
    commands.add("withdraw", (args, reply) -> reply.result(withdraw(args)));
    commands.add("policy", this::policy);
  }

  private void invite(JsonNode args, ControlServer.Reply reply)
      throws ControlException, IOException {
    String name = ControlArgs.required(args, "peer");
    Optional<PlainPerson> without = plain.meant(name);
    long waitMs = args.path("waitMs").asLong(0);
    if (without.isPresent()) {
      reply.result(
          plain.invite(
              without.get(),
              activities.wholeId(ControlArgs.required(args, "activity")),
              args.has("expiresMs") ? lifetime(args) : PLAIN_LIFETIME,
              waitMs));
      return;
    }
    Person peer = ControlArgs.person(node.roster(), name);
    String activity = activities.wholeId(ControlArgs.required(args, "activity"));
    Invitation invitation =
        ControlCommands.await(
            args.has("expiresMs")
                ? invitations.invite(peer.address(), activity, lifetime(args))
                : invitations.invite(peer.address(), activity));
    if (waitMs > 0) {
      invitation =
          ControlCommands.await(
              invitations.await(invitation.id(), Duration.ofMillis(waitMs)), waitMs + ANSWER_MS);
    }
    reply.result(Views.InviteView.of(invitation, self()));
  }

  private static Duration lifetime(JsonNode args) throws ControlException {
    Duration lifetime = Duration.ofMillis(args.path("expiresMs").asLong());
    if (lifetime.compareTo(Invitations.SHORTEST_LIFE) < 0
        || lifetime.compareTo(Invitations.LONGEST_LIFE) > 0) {
      throw ControlException.wrongUsage("an invitation runs for 1s to 8784h (366 days)");
    }
    return lifetime;
  }

  private List<Views.InvitationView> list(JsonNode args) throws ControlException {
    String box = args.path("box").asText("");
    boolean onlyOpen = args.path("open").asBoolean(false);
    return all()
        .sorted(NEWEST_FIRST)
        .filter(view -> box.isEmpty() || view.box().equals(box))
        .filter(view -> !onlyOpen || view.decidedAt() == null)
        .toList();
  }

  private Stream<Views.InvitationView> all() throws ControlException {
    Stream<Views.InvitationView> proven =
        ControlCommands.await(invitations.invitations()).stream()
            .map(i -> Views.InvitationView.of(i, self()));
    Stream<Views.InvitationView> byChat =
        plain.all().stream().map(i -> Views.InvitationView.of(i, self(), node.name()));
    return Stream.concat(proven, byChat);
  }

  private void accept(JsonNode args, ControlServer.Reply reply)
      throws ControlException, IOException {
    Invitation invitation = ControlCommands.await(invitations.accept(invitationId(args, INBOX)));
    if (invitation.state() != State.ACCEPTED) {
      // The answer crossed something on its way: whoever asked is not in.
      throw ControlException.failed(
          "too late: the invitation of "
              + invitation.fromName()
              + " to '"
              + invitation.title()
              + "' is "
              + invitation.state().name().toLowerCase(Locale.ROOT)
              + (invitation.reason().isEmpty() ? "" : " (" + invitation.reason() + ")"));
    }
    reply.result(Views.InvitationView.of(invitation, self()));
  }

  private Views.InvitationView withdraw(JsonNode args) throws ControlException {
    String id = invitationId(args, OUTBOX);
    boolean byChat = plain.all().stream().map(ChatInvitation::id).anyMatch(id::equals);
    return byChat ? plain.withdraw(id) : ended(invitations.withdraw(id, reason(args)));
  }

  private Views.InvitationView ended(CompletionStage<Invitation> stage) throws ControlException {
    return Views.InvitationView.of(ControlCommands.await(stage), self());
  }

  private void policy(JsonNode args, ControlServer.Reply reply)
      throws ControlException, IOException {
    String wanted = args.path("whoMayInvite").asText("");
    WhoMayInvite who =
        ControlCommands.await(
            wanted.isEmpty()
                ? invitations.whoMayInvite()
                : invitations.setWhoMayInvite(ControlArgs.whoMayInvite(wanted)));
    reply.result(Map.of("whoMayInvite", who.word()));
  }

  private static String reason(JsonNode args) {
    return args.path("reason").asText("");
  }

  private MeshAddress self() {
    return node.link().localAddress();
  }

  /**
   * Returns the whole identifier of an invitation, of which the end may be given, or the title if
   * it is in this box and not yet decided.
   */
  private String invitationId(JsonNode args, String box) throws ControlException {
    String given = ControlArgs.required(args, "id");
    List<Views.InvitationView> known =
        all().filter(view -> !view.byChat() || box.equals(OUTBOX)).toList();
    return ControlArgs.oneOf(
        "invitation",
        given,
        known.stream().map(Views.InvitationView::id).toList(),
        known.stream()
            .filter(view -> view.box().equals(box) && view.decidedAt() == null)
            .filter(view -> ControlArgs.isTitle(given, view.type(), view.title()))
            .map(Views.InvitationView::id)
            .toList());
  }
}
