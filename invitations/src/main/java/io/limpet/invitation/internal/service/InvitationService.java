package io.limpet.invitation.internal.service;

import com.fasterxml.uuid.impl.TimeBasedEpochGenerator;
import io.limpet.invitation.Activity;
import io.limpet.invitation.ChatInvitations;
import io.limpet.invitation.DamagedStore;
import io.limpet.invitation.GroupChannel;
import io.limpet.invitation.GroupHandler;
import io.limpet.invitation.Invitation;
import io.limpet.invitation.InvitationException;
import io.limpet.invitation.InvitationListener;
import io.limpet.invitation.Invitations;
import io.limpet.invitation.Line;
import io.limpet.invitation.WhoMayInvite;
import io.limpet.invitation.internal.invite.InvitationSession;
import io.limpet.invitation.internal.wire.Limits;
import io.limpet.link.MeshAddress;
import io.limpet.presence.PlainPeople;
import io.limpet.presence.SharedActivity;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;

/** The face: posts to the loop what it is asked, and checks what may be asked. */
public final class InvitationService implements Invitations {
  private static final Duration JOIN_TIMEOUT = Duration.ofSeconds(10);
  private static final Duration ACCEPT_TIMEOUT = Duration.ofSeconds(3);

  private final ServiceLoop loop;
  private final ServiceConfig config;
  private final TimeBasedEpochGenerator ids;
  private final Listeners listeners = new Listeners();
  private final ServiceCore core;
  private Optional<ChatInvitationService> chats = Optional.empty();
  private Runnable onClose = () -> {};

  /** A task on the loop that answers later. */
  @FunctionalInterface
  interface Task<T> {
    CompletionStage<T> run() throws InvitationException;
  }

  /** Makes a service; call {@link #start} next. */
  public InvitationService(ServiceConfig config) {
    this.config = config;
    this.loop = config.loop();
    this.ids = new TimeBasedEpochGenerator(config.random(), new LoopUuidClock(config.loop()));
    this.core = new ServiceCore(config, listeners);
  }

  /** Invites people without Limpet as well. Called once, before {@link #start}. */
  void chatWith(PlainPeople plain) {
    chats =
        Optional.of(
            new ChatInvitationService(this, loop, listeners, config.stores().chats(), plain));
  }

  /** Starts listening. Called on the loop. */
  public void start() {
    core.start();
    chats.ifPresent(ChatInvitationService::start);
  }

  /** Sets what is to be let go of when the service closes. Called on the loop. */
  void onClose(Runnable action) {
    onClose = action;
  }

  /** Somebody was heard. Called on the loop. */
  public void onReachable(MeshAddress peer) {
    core.onReachable(peer);
  }

  /** Somebody is back from silence. Called on the loop. */
  public void onBack(MeshAddress peer) {
    core.onBack(peer);
  }

  /** Somebody restarted. Called on the loop. */
  public void onRestarted(MeshAddress peer) {
    core.onRestarted(peer);
  }

  /** Returns how often peers broke the protocol. Called on the loop. */
  public long violations() {
    return core.violations();
  }

  @Override
  public CompletionStage<Activity> share(String type, String title, boolean open) {
    return share(type, title, open, RETENTION);
  }

  @Override
  public CompletionStage<Activity> share(
      String type, String title, boolean open, Duration retention) {
    return onLoop(
        () -> {
          Bounds.checkSpan("what is said is kept", retention);
          String id = newId();
          return core.registry()
              .share(
                  id,
                  Bounds.bounded("a type", type, Limits.MAX_TYPE),
                  Bounds.bounded("a title", title, Limits.MAX_TITLE),
                  open,
                  retention);
        });
  }

  @Override
  public CompletionStage<List<Activity>> activities() {
    return onLoop(
        () -> {
          List<Activity> all = new ArrayList<>(core.registry().mine());
          Set<String> known = new HashSet<>();
          all.forEach(a -> known.add(a.id()));
          all.addAll(core.people().othersActivities(known));
          return done(List.copyOf(all));
        });
  }

  @Override
  public CompletionStage<Activity> join(String activityId) {
    return onLoop(
        () -> {
          Optional<Activity> mine = core.registry().mine(activityId);
          if (mine.isPresent()) {
            return done(mine.get());
          }
          People.Announced announced = announced(activityId);
          SharedActivity activity = announced.activity();
          if (!activity.open()) {
            throw new InvitationException(
                "'" + activity.title() + "' is by invitation only: ask a member to invite you");
          }
          CompletionStage<Activity> asking = core.registry().join(activity, announced.owner());
          CompletableFuture<Activity> joined =
              core.joins().await(activityId, JOIN_TIMEOUT.toNanos(), s -> giveUp(s, announced));
          asking.whenComplete(
              (asked, failure) -> {
                if (failure != null) {
                  joined.completeExceptionally(unwrapped(failure));
                }
              });
          return joined;
        });
  }

  @Override
  public CompletionStage<Activity> leave(String activityId) {
    return onLoop(
        () -> {
          // Open invitations would lead nowhere: those that we cannot admit are told so.
          for (InvitationSession s : core.desk().openInvitations(activityId)) {
            core.desk().withdraw(s.id(), "the inviter left", loop.now());
          }
          return core.registry().leave(activityId).orElseThrow(() -> notMember(activityId));
        });
  }

  @Override
  public CompletionStage<Activity> remove(String activityId, MeshAddress member) {
    return onLoop(() -> core.registry().remove(activityId, member));
  }

  @Override
  public CompletionStage<Invitation> invite(MeshAddress peer, String activityId) {
    return invite(peer, activityId, Optional.empty());
  }

  @Override
  public CompletionStage<Invitation> invite(
      MeshAddress peer, String activityId, Duration lifetime) {
    return invite(peer, activityId, Optional.of(lifetime));
  }

  private CompletionStage<Invitation> invite(
      MeshAddress peer, String activityId, Optional<Duration> lifetime) {
    return onLoop(
        () -> {
          Activity activity = joined(activityId);
          checkInvitee(peer, activity);
          if (lifetime.isPresent()) {
            Bounds.checkLifetime(lifetime.get());
          }
          core.people().acquaint(peer);
          Optional<InvitationSession> open = core.desk().openInvitation(peer, activityId);
          if (open.isPresent()) {
            return core.desk().whenStored(open.get());
          }
          Optional<InvitationSession> theirs = core.desk().openReturn(peer, activity);
          if (theirs.isPresent()) {
            // Whoever invites back says yes.
            return accepted(theirs.get().id());
          }
          String id = newId();
          Invitation draft =
              core.desk().draft(id, peer, core.people().name(peer), activity, lifetime, loop.now());
          return core.desk().invite(draft, activity.owner(), loop.now());
        });
  }

  private void checkInvitee(MeshAddress peer, Activity activity) throws InvitationException {
    if (peer.equals(config.self().address())) {
      throw new InvitationException("that is you: you are in it already");
    }
    if (!core.people().isHeard(peer)) {
      throw new InvitationException(
          "nobody with address " + peer + " has been heard here: wait until they are");
    }
    if (activity.members().contains(peer)) {
      throw new InvitationException(
          core.people().describe(peer) + " is in '" + activity.title() + "' already");
    }
  }

  @Override
  public CompletionStage<Invitation> await(String invitationId, Duration atMost) {
    return onLoop(
        () -> {
          InvitationSession session = session(invitationId);
          if (session.state().isFinal()) {
            return core.desk().whenStored(session);
          }
          Invitation now = session.invitation();
          return core.decisions()
              .await(invitationId, Bounds.waitNs(atMost), stage -> completeWithPresent(stage, now));
        });
  }

  @Override
  public CompletionStage<List<Invitation>> invitations() {
    return onLoop(
        () ->
            done(
                core.desk().sessions().stream()
                    .map(InvitationSession::invitation)
                    .sorted(Comparator.comparing(InvitationService::begun).reversed())
                    .toList()));
  }

  @Override
  public CompletionStage<Invitation> accept(String invitationId) {
    return onLoop(() -> accepted(invitationId));
  }

  private CompletionStage<Invitation> accepted(String invitationId) {
    return core.desk()
        .decide(invitationId, true, "", loop.now())
        .thenCompose(
            accepted -> {
              core.people().acquaint(accepted.from());
              return untilJoined(accepted);
            });
  }

  @Override
  public CompletionStage<Invitation> withdraw(String invitationId, String reason) {
    return onLoop(
        () ->
            core.desk()
                .withdraw(
                    invitationId,
                    Bounds.bounded("a reason", reason, Limits.MAX_REASON),
                    loop.now()));
  }

  @Override
  public CompletionStage<Invitation> decline(String invitationId, String reason) {
    return onLoop(
        () ->
            core.desk()
                .decide(
                    invitationId,
                    false,
                    Bounds.bounded("a reason", reason, Limits.MAX_REASON),
                    loop.now()));
  }

  @Override
  public CompletionStage<Line> say(String activityId, String text) {
    return onLoop(
        () -> {
          if (core.registry().mine(activityId).isEmpty()) {
            throw notMember(activityId);
          }
          String line = Bounds.bounded("a line", text, Limits.MAX_TEXT);
          return core.talks().talk(activityId).say(config.self().name(), line);
        });
  }

  @Override
  public CompletionStage<List<Line>> lines(String activityId) {
    return onLoop(
        () -> {
          Talk talk = core.talks().known(activityId).orElseThrow(() -> notMember(activityId));
          return done(talk.lines());
        });
  }

  @Override
  public CompletionStage<GroupChannel> channel(String activityId, GroupHandler handler) {
    return onLoop(
        () -> {
          if (core.registry().mine(activityId).isEmpty()) {
            throw notMember(activityId);
          }
          Talk talk = core.talks().talk(activityId);
          talk.attach(handler);
          return done(new AttachedChannel(activityId, handler, talk, this));
        });
  }

  @Override
  public Optional<ChatInvitations> byChat() {
    return chats.map(service -> service);
  }

  @Override
  public CompletionStage<WhoMayInvite> whoMayInvite() {
    return onLoop(() -> done(core.welcome().who()));
  }

  @Override
  public CompletionStage<WhoMayInvite> setWhoMayInvite(WhoMayInvite who) {
    return onLoop(() -> core.welcome().set(who));
  }

  @Override
  public Optional<DamagedStore> damagedStore() {
    return config.stores().damage();
  }

  @Override
  public void addListener(InvitationListener listener) {
    listeners.add(listener);
  }

  @Override
  public void removeListener(InvitationListener listener) {
    listeners.remove(listener);
  }

  @Override
  public void close() {
    try {
      loop.execute(
          () -> {
            if (!core.isClosed()) {
              chats.ifPresent(ChatInvitationService::close);
              core.close();
              onClose.run();
              config.stores().close();
            }
          });
    } catch (RejectedExecutionException e) {
      // The loop is gone and took the channels with it: only the store is left to close.
      config.stores().close();
    }
  }

  private CompletionStage<Invitation> untilJoined(Invitation accepted) {
    String activity = accepted.activity();
    if (!core.registry().isJoining(activity)) {
      return done(accepted);
    }
    return core.joins()
        .await(
            activity,
            ACCEPT_TIMEOUT.toNanos(),
            stage -> stage.completeExceptionally(new InvitationException("not joined in time")))
        // Joined, refused, or still waiting: the invitation tells which.
        .handle((joined, failure) -> present(accepted));
  }

  private void giveUp(CompletableFuture<Activity> stage, People.Announced announced) {
    stage.completeExceptionally(
        new InvitationException(
            core.people().describe(announced.owner())
                + ", who shares '"
                + announced.activity().title()
                + "', does not answer: try again when they are in reach"));
    // Whoever asked is told that it failed, so it must not come true later.
    core.registry().abandon(announced.activity().id());
  }

  private void completeWithPresent(CompletableFuture<Invitation> stage, Invitation known) {
    stage.complete(present(known));
  }

  private Invitation present(Invitation known) {
    return core.desk().session(known.id()).map(InvitationSession::invitation).orElse(known);
  }

  private InvitationSession session(String id) throws InvitationException {
    return core.desk()
        .session(id)
        .orElseThrow(() -> new InvitationException("no invitation " + id + " is known here"));
  }

  private People.Announced announced(String activityId) throws InvitationException {
    List<People.Announced> all = core.people().announced(activityId);
    if (all.size() > 1) {
      throw new InvitationException(
          "activity " + activityId + " is announced by more than one person: ask who shares it");
    }
    return all.stream().findFirst().orElseThrow(() -> unknownActivity(activityId));
  }

  Activity joined(String activityId) throws InvitationException {
    return core.registry().mine(activityId).orElseThrow(() -> notMember(activityId));
  }

  String newId() {
    return ids.generate().toString();
  }

  String selfName() {
    return config.self().name();
  }

  private InvitationException notMember(String activityId) {
    return core.people().announced(activityId).stream()
        .findFirst()
        .map(
            a ->
                new InvitationException(
                    "you are not in '" + a.activity().title() + "': join it first"))
        .orElseGet(() -> unknownActivity(activityId));
  }

  private static InvitationException unknownActivity(String activityId) {
    return new InvitationException("no activity " + activityId + " is known here");
  }

  private static Instant begun(Invitation invitation) {
    return invitation.times().values().stream()
        .min(Comparator.naturalOrder())
        .orElse(invitation.expires());
  }

  static <T> CompletionStage<T> done(T value) {
    return CompletableFuture.completedFuture(value);
  }

  <T> CompletionStage<T> onLoop(Task<T> task) {
    CompletableFuture<T> result = new CompletableFuture<>();
    try {
      loop.execute(() -> run(task, result));
    } catch (RejectedExecutionException e) {
      result.completeExceptionally(new InvitationException("the node has stopped"));
    }
    return result;
  }

  private <T> void run(Task<T> task, CompletableFuture<T> result) {
    if (core.isClosed()) {
      result.completeExceptionally(new InvitationException("the invitation service was closed"));
      return;
    }
    try {
      task.run()
          .whenComplete(
              (value, failure) -> {
                if (failure == null) {
                  result.complete(value);
                } else {
                  result.completeExceptionally(unwrapped(failure));
                }
              });
    } catch (InvitationException | RuntimeException e) {
      result.completeExceptionally(e);
    }
  }

  private static Throwable unwrapped(Throwable failure) {
    return failure instanceof CompletionException && failure.getCause() != null
        ? failure.getCause()
        : failure;
  }
}
