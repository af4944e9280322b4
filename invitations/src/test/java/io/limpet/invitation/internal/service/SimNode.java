package io.limpet.invitation.internal.service;

import io.limpet.invitation.Activity;
import io.limpet.invitation.InvitationEvent;
import io.limpet.invitation.InvitationException;
import io.limpet.invitation.Invitations;
import io.limpet.invitation.Line;
import io.limpet.invitation.WhoMayInvite;
import io.limpet.invitation.internal.activity.ActivityRecord;
import io.limpet.invitation.internal.activity.Membership;
import io.limpet.invitation.internal.invite.DeskLimits;
import io.limpet.invitation.internal.store.Stores;
import io.limpet.link.MeshAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** One node of a simulation: a service with everything around it. */
final class SimNode {
  final Identity self;
  final SimRoster roster;
  final SimStreams streams;
  final SimAir air;
  final Stores stores;
  final @Nullable WhoMayInvite who;
  final DeskLimits limits;
  final InvitationService service;
  final SimPlain plain = new SimPlain();
  final List<InvitationEvent> events = new ArrayList<>();
  private final SimNet net;

  SimNode(SimNet net, Identity self, Stores stores, @Nullable WhoMayInvite who, DeskLimits limits) {
    this.net = net;
    this.self = self;
    this.stores = stores;
    this.who = who;
    this.limits = limits;
    this.roster = new SimRoster(net::meet);
    this.streams = new SimStreams(net, self.address());
    this.air = new SimAir(net, self.address());
    this.service =
        new InvitationService(
            new ServiceConfig(
                self,
                net.loop,
                streams,
                air,
                roster,
                stores,
                who,
                limits,
                new Random(self.epoch())));
    service.addListener(events::add);
    service.chatWith(plain);
  }

  MeshAddress address() {
    return self.address();
  }

  /** Runs the simulation until a stage is complete. */
  <T> T get(CompletionStage<T> stage) {
    var future = stage.toCompletableFuture();
    if (!net.loop.runUntil(future::isDone, Duration.ofMinutes(1))) {
      throw new AssertionError("not done within a minute");
    }
    return future.join();
  }

  /** Runs the simulation until a stage has failed, and returns what it says. */
  String failure(CompletionStage<?> stage) {
    try {
      get(stage);
    } catch (CompletionException e) {
      if (e.getCause() instanceof InvitationException reason) {
        return String.valueOf(reason.getMessage());
      }
      throw e;
    }
    throw new AssertionError("did not fail");
  }

  Activity activity(String id) {
    return get(service.activities()).stream()
        .filter(a -> a.id().equals(id))
        .findFirst()
        .orElseThrow();
  }

  /** Returns what is stored here of who is in an activity, and of its keys. */
  Membership membership(String id) {
    return stores.activities().load().stream()
        .filter(r -> r.id().equals(id))
        .findFirst()
        .map(ActivityRecord::membership)
        .orElseGet(
            () ->
                new Membership(id, self.address(), 0, List.of(), List.of(), Invitations.RETENTION));
  }

  List<Line> heard() {
    return events.stream()
        .filter(InvitationEvent.Said.class::isInstance)
        .map(e -> ((InvitationEvent.Said) e).line())
        .toList();
  }

  /** Gone without a word. */
  void crash() {
    service.close();
    net.loop.runFor(Duration.ZERO);
  }
}
