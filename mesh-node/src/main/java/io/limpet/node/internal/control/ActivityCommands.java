package io.limpet.node.internal.control;

import com.fasterxml.jackson.databind.JsonNode;
import io.limpet.invitation.Activity;
import io.limpet.invitation.Invitations;
import io.limpet.link.MeshAddress;
import io.limpet.node.MeshNode;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** What a running node does about activities and who is in them. */
final class ActivityCommands {
  private final MeshNode node;
  private final Invitations invitations;
  private final Function<MeshAddress, String> names;

  ActivityCommands(MeshNode node, Function<MeshAddress, String> names) {
    this.node = node;
    this.invitations = node.invitations();
    this.names = names;
  }

  /** Adds them. */
  void addTo(ControlCommands commands) {
    commands.add("share", this::share);
    commands.add("activities", (args, reply) -> reply.result(list()));
    commands.add("join", (args, reply) -> reply.result(changed(invitations.join(id(args)))));
    commands.add("leave", (args, reply) -> reply.result(changed(invitations.leave(id(args)))));
    commands.add("remove", this::remove);
  }

  private void share(JsonNode args, ControlServer.Reply reply)
      throws ControlException, IOException {
    Activity activity =
        ControlCommands.await(
            invitations.share(
                ControlArgs.required(args, "type"),
                ControlArgs.required(args, "title"),
                args.path("open").asBoolean(true),
                Duration.ofMillis(args.path("keepMs").asLong(Invitations.RETENTION.toMillis()))));
    reply.result(Map.of("activity", activity.id()));
  }

  private List<Views.ActivityView> list() throws ControlException {
    return ControlCommands.await(invitations.activities()).stream()
        .map(a -> Views.ActivityView.of(a, names))
        .toList();
  }

  private void remove(JsonNode args, ControlServer.Reply reply)
      throws ControlException, IOException {
    String id = wholeId(ControlArgs.required(args, "activity"));
    MeshAddress member = member(id, ControlArgs.required(args, "peer"));
    reply.result(changed(invitations.remove(id, member)));
  }

  /** Returns whom of the members this means: one who has not been heard for long by address. */
  private MeshAddress member(String id, String nameOrAddress) throws ControlException {
    for (Activity activity : ControlCommands.await(invitations.activities())) {
      for (MeshAddress member : activity.members()) {
        if (activity.id().equals(id) && member.toString().equals(nameOrAddress)) {
          return member;
        }
      }
    }
    return ControlArgs.person(node.roster(), nameOrAddress).address();
  }

  private Views.ActivityView changed(CompletionStage<Activity> stage) throws ControlException {
    return Views.ActivityView.of(ControlCommands.await(stage), names);
  }

  private String id(JsonNode args) throws ControlException {
    return wholeId(ControlArgs.required(args, "id"));
  }

  /**
   * Returns the whole identifier of an activity, of which the end or the title may be given.
   * Anybody can give a title to an activity: those that this node is in come first.
   */
  String wholeId(String given) throws ControlException {
    List<Activity> known = ControlCommands.await(invitations.activities());
    List<Activity> titled =
        known.stream().filter(a -> ControlArgs.isTitle(given, a.type(), a.title())).toList();
    List<Activity> own = titled.stream().filter(Activity::joined).toList();
    return ControlArgs.oneOf(
        "activity",
        given,
        known.stream().map(Activity::id).toList(),
        (own.isEmpty() ? titled : own).stream().map(Activity::id).toList());
  }
}
