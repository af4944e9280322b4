package io.limpet.invitation.internal.service;

import io.limpet.invitation.Activity;
import io.limpet.invitation.Invitation;
import io.limpet.invitation.InvitationEvent;
import io.limpet.invitation.InvitationException;
import io.limpet.invitation.Line;
import io.limpet.invitation.internal.activity.ActivityOutput;
import io.limpet.invitation.internal.activity.ActivityRegistry;
import io.limpet.invitation.internal.activity.Membership;
import io.limpet.invitation.internal.invite.InvitationDesk;
import io.limpet.invitation.internal.invite.InvitationSession;
import io.limpet.invitation.internal.stream.PeerStreams;
import io.limpet.invitation.internal.wire.Message;
import io.limpet.link.Bytes;
import io.limpet.link.MeshAddress;
import io.limpet.link.MeshGroups;
import io.limpet.presence.Roster;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Joins desk, registry and channels to streams, clocks and listeners. Confined to the loop.
 *
 * <p>All three keep what is unanswered and repeat it when told; here is who tells them: a stream
 * became ready, a person restarted, or, slowly, time passed.
 */
final class ServiceCore implements PeerStreams.Listener {
  private static final Logger LOG = LoggerFactory.getLogger(ServiceCore.class);
  private static final long TICK_NS = 1_000_000_000L;

  /** A deadline by the wall clock is looked at this often: the clock may be set, the lid closed. */
  private static final Duration LONGEST_SLEEP = Duration.ofSeconds(60);

  private final ServiceLoop loop;
  private final Roster roster;
  private final People people;
  private final PeerStreams streams;
  private final Listeners listeners;
  private final FromDesk fromDesk = new FromDesk();
  private final SafetyRetry safety = new SafetyRetry();
  private final Welcome welcome;
  private final InvitationDesk desk;
  private final ActivityRegistry registry;
  private final Talks talks;
  private final Waiters<Invitation> decisions;
  private final Waiters<Activity> joins;
  private Runnable cancelDeadline = () -> {};
  private boolean ticking;
  private boolean closed;
  private long violations;

  ServiceCore(ServiceConfig config, Listeners listeners) {
    this.loop = config.loop();
    this.roster = config.roster();
    this.people = new People(config.roster());
    this.streams = config.streams();
    this.listeners = listeners;
    this.decisions = new Waiters<>(loop);
    this.joins = new Waiters<>(loop);
    Identity self = config.self();
    this.registry =
        new ActivityRegistry(
            self.address(),
            config.stores().activities(),
            () -> newSecret(config.random()),
            new FromActivities());
    this.talks = new Talks(config, new FromTalks());
    this.welcome =
        new Welcome(config.whoMayInvite(), config.stores().settings(), this::isAcquainted);
    this.desk =
        new InvitationDesk(
            self.address(),
            self.name(),
            config.stores().invitations(),
            config.limits(),
            welcome,
            activity -> registry.mine(activity).isPresent(),
            fromDesk);
  }

  void start() {
    streams.start(this);
    // What the store has and nobody has answered goes out as soon as its person is here.
    Set<MeshAddress> owing = new LinkedHashSet<>(registry.start());
    for (InvitationSession session : desk.sessions()) {
      if (session.outstanding()) {
        owing.add(session.peer());
      }
      if (session.outstanding() && session.state() == Invitation.State.ACCEPTED) {
        var unused = fromDesk.expect(session);
      }
    }
    Set<String> known = new HashSet<>();
    registry.mine().forEach(activity -> known.add(activity.id()));
    talks.start(known);
    for (MeshAddress peer : owing) {
      say(peer);
      onReady(peer);
    }
    registry.mine().forEach(activity -> desk.onMember(activity.id(), loop.now()));
    armDeadline(0);
  }

  private boolean isAcquainted(MeshAddress peer) {
    return people.isKnown(peer)
        || registry.mine().stream().anyMatch(a -> a.joined() && a.members().contains(peer));
  }

  void close() {
    closed = true;
    cancelDeadline.run();
    talks.close();
    streams.close();
    InvitationException reason = new InvitationException("the invitation service was closed");
    decisions.failAll(reason);
    joins.failAll(reason);
  }

  boolean isClosed() {
    return closed;
  }

  Welcome welcome() {
    return welcome;
  }

  InvitationDesk desk() {
    return desk;
  }

  ActivityRegistry registry() {
    return registry;
  }

  Talks talks() {
    return talks;
  }

  People people() {
    return people;
  }

  Waiters<Invitation> decisions() {
    return decisions;
  }

  Waiters<Activity> joins() {
    return joins;
  }

  /** Returns how often peers broke the protocol. */
  long violations() {
    return violations;
  }

  /** Somebody was heard, after silence or not: a stream that is wanted is tried at once. */
  void onReachable(MeshAddress peer) {
    if (!closed) {
      talks.onReachable(peer);
      streams.onReachable(peer);
      watch();
    }
  }

  /** Somebody is back from silence: asked in vain before, they are asked anew. */
  void onBack(MeshAddress peer) {
    safety.onHeard(peer, loop.nowNs());
    onReachable(peer);
  }

  /** Somebody restarted: what they knew may be gone. */
  void onRestarted(MeshAddress peer) {
    if (!closed) {
      safety.onHeard(peer, loop.nowNs());
      desk.onPeerRestarted(peer);
      registry.onPeerRestarted(peer);
      onReady(peer);
    }
  }

  @Override
  public void onReady(MeshAddress peer) {
    desk.resend(peer, loop.now());
    registry.resend(peer);
    talks.onStreamReady(peer);
  }

  @Override
  public boolean hasWork(MeshAddress peer) {
    return desk.hasWork(peer) || registry.hasWork(peer) || talks.hasWork(peer);
  }

  @Override
  public void onMessage(MeshAddress peer, Message message) {
    safety.onHeard(peer, loop.nowNs());
    if (message instanceof Message.OfInvitation invitation) {
      desk.onMessage(peer, invitation, loop.now(), people.name(peer));
    } else if (message instanceof Message.OfActivity activity) {
      registry.onMessage(peer, activity);
      if (message instanceof Message.NotMember) {
        talks.known(activity.activity()).ifPresent(t -> t.onNotMember(peer));
      }
    } else if (message instanceof Message.OfGroup group) {
      onGroupMessage(peer, group);
    }
  }

  private void onGroupMessage(MeshAddress peer, Message.OfGroup message) {
    String activity = message.activity();
    if (registry.mine(activity).isPresent()) {
      talks.known(activity).ifPresent(t -> t.onMessage(peer, message));
    } else if (!registry.isJoining(activity)) {
      registry.onStrayLine(peer, activity);
    }
  }

  private void say(MeshAddress peer) {
    safety.onSent(peer, loop.nowNs());
    watch();
  }

  private void watch() {
    if (!ticking && !closed && !safety.isIdle(people::isReachable)) {
      ticking = true;
      loop.schedule(TICK_NS, this::tick);
    }
  }

  private void tick() {
    ticking = false;
    if (closed) {
      return;
    }
    safety.onTick(loop.nowNs(), this::hasWork, people::isReachable, this::onReady);
    watch();
  }

  private void armDeadline(long soonestNs) {
    cancelDeadline.run();
    cancelDeadline = () -> {};
    if (closed) {
      return;
    }
    desk.nextDeadline()
        .ifPresent(
            deadline -> {
              Duration wait = Duration.between(loop.now(), deadline);
              Duration bounded = wait.compareTo(LONGEST_SLEEP) > 0 ? LONGEST_SLEEP : wait;
              cancelDeadline =
                  loop.schedule(Math.max(soonestNs, bounded.toNanos()), this::onDeadline);
            });
  }

  private void onDeadline() {
    if (!closed) {
      desk.onTime(loop.now());
      armDeadline(TICK_NS); // what has ended and cannot be stored is tried again
    }
  }

  private void violated(MeshAddress peer, String what) {
    violations++;
    LOG.debug("{} broke the protocol: {}", peer, what);
  }

  private final class FromDesk implements InvitationDesk.Output {
    @Override
    public void send(MeshAddress peer, Message message) {
      say(peer);
      streams.send(peer, message);
    }

    @Override
    public void received(Invitation invitation) {
      listeners.tell(new InvitationEvent.Received(invitation));
    }

    @Override
    public void changed(Invitation invitation) {
      listeners.tell(new InvitationEvent.Changed(invitation));
      if (invitation.state().isFinal()) {
        decisions.complete(invitation.id(), invitation);
      }
      armDeadline(0);
    }

    @Override
    public CompletionStage<Void> admit(InvitationSession session) {
      return registry.admit(session.invitation().activity(), session.peer(), session.id());
    }

    @Override
    public CompletionStage<Void> expect(InvitationSession session) {
      Invitation i = session.invitation();
      return registry.expect(
          i.id(), i.from(), i.activity(), i.activityType(), i.title(), session.owner());
    }

    @Override
    public void unexpect(InvitationSession session) {
      registry.unexpect(session.invitation().activity(), session.id());
    }

    @Override
    public void reopened(MeshAddress peer) {
      say(peer);
    }

    @Override
    public void violation(MeshAddress peer, String what) {
      violated(peer, what);
    }
  }

  private final class FromActivities implements ActivityOutput {
    @Override
    public void send(MeshAddress peer, Message message) {
      say(peer);
      streams.send(peer, message);
    }

    @Override
    public void changed(Activity activity, String what) {
      listeners.tell(new InvitationEvent.ActivityChanged(activity, what));
      if (activity.joined()) {
        joins.complete(activity.id(), activity);
        desk.onMember(activity.id(), loop.now());
      }
    }

    @Override
    public void memberChanged(Activity activity, MeshAddress member, boolean joined) {
      listeners.tell(new InvitationEvent.MemberChanged(activity, member, joined));
    }

    @Override
    public void membership(Membership membership) {
      talks.onMembership(membership);
    }

    @Override
    public void joinFailed(String activity, String reason) {
      joins.fail(activity, new InvitationException("cannot join " + activity + ": " + reason));
    }

    @Override
    public void ownedChanged() {
      roster.setActivities(registry.announced());
    }

    @Override
    public void reopened(MeshAddress peer) {
      say(peer);
    }

    @Override
    public void violation(MeshAddress peer, String what) {
      violated(peer, what);
    }
  }

  private final class FromTalks implements Talk.Output {
    @Override
    public void stream(MeshAddress peer, Message.OfGroup message) {
      say(peer);
      streams.send(peer, message);
    }

    @Override
    public void said(Line line) {
      listeners.tell(new InvitationEvent.Said(line));
    }

    @Override
    public void restored(String activity, MeshAddress from) {
      tellOf(activity, a -> new InvitationEvent.StateTaken(a, from));
    }

    @Override
    public void missed(String activity, MeshAddress from) {
      tellOf(activity, a -> new InvitationEvent.MessagesMissed(a, from));
    }

    @Override
    public void slow(String activity, MeshAddress member, boolean slow) {
      tellOf(activity, a -> new InvitationEvent.MemberSlow(a, member, slow));
    }

    @Override
    public String name(MeshAddress member) {
      return people.name(member);
    }

    private void tellOf(String activity, Function<Activity, InvitationEvent> event) {
      registry.mine(activity).map(event).ifPresent(listeners::tell);
    }

    @Override
    public void violation(MeshAddress peer, String what) {
      violated(peer, what);
    }
  }

  private static Bytes newSecret(Random random) {
    byte[] secret = new byte[MeshGroups.SECRET_BYTES];
    random.nextBytes(secret);
    return Bytes.of(secret);
  }
}
