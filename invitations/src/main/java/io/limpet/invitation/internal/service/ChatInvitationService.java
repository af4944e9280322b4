package io.limpet.invitation.internal.service;

import io.limpet.invitation.Activity;
import io.limpet.invitation.ChatInvitation;
import io.limpet.invitation.ChatInvitation.State;
import io.limpet.invitation.ChatInvitations;
import io.limpet.invitation.InvitationEvent;
import io.limpet.invitation.InvitationException;
import io.limpet.invitation.InvitationListener;
import io.limpet.invitation.internal.chat.ChatDesk;
import io.limpet.invitation.internal.chat.ChatStore;
import io.limpet.invitation.internal.chat.ChatWords;
import io.limpet.presence.PlainEvent;
import io.limpet.presence.PlainListener;
import io.limpet.presence.PlainPeople;
import io.limpet.presence.PlainPerson;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts the desk of invitations by chat on loop, store and chat. Confined to the loop inside. */
final class ChatInvitationService implements ChatInvitations {
  private static final Logger LOG = LoggerFactory.getLogger(ChatInvitationService.class);

  /** What becomes of an activity that we are out of. */
  private static final Set<String> OUT = Set.of("left", "ended", "removed");

  private final InvitationService service;
  private final ServiceLoop loop;
  private final Listeners listeners;
  private final PlainPeople plain;
  private final ChatDesk desk;
  private final Waiters<ChatInvitation> decisions;
  private final PlainListener onPlain = this::onPlain;
  private final InvitationListener onInvitation = this::onInvitation;
  private Runnable cancelTimer = () -> {};
  private boolean closed;

  /** Made on any thread; {@link #start} follows on the loop. */
  ChatInvitationService(
      InvitationService service,
      ServiceLoop loop,
      Listeners listeners,
      ChatStore store,
      PlainPeople plain) {
    this.service = service;
    this.loop = loop;
    this.listeners = listeners;
    this.plain = plain;
    this.decisions = new Waiters<>(loop);
    this.desk =
        new ChatDesk(store, id -> plain.person(id).isPresent(), new FromDesk(), loop.nowNs());
  }

  void start() {
    plain.addListener(onPlain);
    listeners.add(onInvitation);
    step();
  }

  void close() {
    closed = true;
    cancelTimer.run();
    plain.removeListener(onPlain);
    listeners.remove(onInvitation);
    decisions.failAll(new InvitationException("the invitation service was closed"));
  }

  private void onPlain(PlainEvent event) {
    if (event instanceof PlainEvent.Here here) {
      desk.onHere(here.person().id(), loop.nowNs());
      step();
    }
  }

  private void onInvitation(InvitationEvent event) {
    if (event instanceof InvitationEvent.ActivityChanged changed && OUT.contains(changed.what())) {
      desk.onLeft(changed.activity().id(), loop.now());
    }
  }

  /** Does what is due, and sees when the next is. */
  private void step() {
    cancelTimer.run();
    cancelTimer = () -> {};
    if (!closed) {
      desk.onTime(loop.nowNs(), loop.now());
      desk.nextInNs(loop.nowNs(), loop.now())
          .ifPresent(delayNs -> cancelTimer = loop.schedule(delayNs, this::step));
    }
  }

  private final class FromDesk implements ChatDesk.Output {
    @Override
    public void say(ChatInvitation invitation) {
      plain
          .say(invitation.to(), invitation.line())
          .whenComplete((said, failure) -> onLoop(() -> onOutcome(invitation, failure)));
    }

    @Override
    public void changed(ChatInvitation invitation) {
      listeners.tell(new InvitationEvent.ByChat(invitation));
      if (invitation.state().isFinal()) {
        decisions.complete(invitation.id(), invitation);
      }
      step();
    }
  }

  private void onOutcome(ChatInvitation invitation, @Nullable Throwable failure) {
    if (failure == null) {
      desk.onSaid(invitation.id(), loop.now());
    } else {
      LOG.debug("an invitation by chat is said again: {}", String.valueOf(failure.getMessage()));
      desk.onFailed(invitation.id(), loop.nowNs());
    }
    step();
  }

  private void onLoop(Runnable task) {
    try {
      loop.execute(
          () -> {
            if (!closed) {
              task.run();
            }
          });
    } catch (RejectedExecutionException e) {
      LOG.debug("the loop has ended: the next life says it again");
    }
  }

  @Override
  public CompletionStage<ChatInvitation> invite(
      String personId, String activityId, Duration lifetime) {
    return service.onLoop(
        () -> {
          Activity activity = service.joined(activityId);
          Bounds.checkLifetime(lifetime);
          PlainPerson person =
              plain
                  .person(personId)
                  .orElseThrow(
                      () ->
                          new InvitationException(personId + " is not here: wait until they are"));
          Instant now = loop.now();
          return desk.invite(
              new ChatInvitation(
                  service.newId(),
                  person.id(),
                  person.name(),
                  activity.id(),
                  activity.type(),
                  activity.title(),
                  ChatWords.invitation(service.selfName(), activity),
                  State.PENDING,
                  Map.of(State.PENDING, now),
                  now.plus(lifetime)),
              loop.nowNs());
        });
  }

  @Override
  public CompletionStage<ChatInvitation> await(String invitationId, Duration atMost) {
    return service.onLoop(
        () -> {
          ChatInvitation now = known(invitationId);
          return now.state().isFinal()
              ? InvitationService.done(now)
              : decisions.await(
                  invitationId,
                  Bounds.waitNs(atMost),
                  stage -> stage.complete(desk.find(invitationId).orElse(now)));
        });
  }

  @Override
  public CompletionStage<ChatInvitation> withdraw(String invitationId) {
    return service.onLoop(() -> desk.withdraw(invitationId, loop.now()));
  }

  @Override
  public CompletionStage<List<ChatInvitation>> invitations() {
    return service.onLoop(() -> InvitationService.done(desk.all()));
  }

  private ChatInvitation known(String id) throws InvitationException {
    return desk.find(id)
        .orElseThrow(() -> new InvitationException("no invitation " + id + " is known here"));
  }
}
