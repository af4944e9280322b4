package io.limpet.invitation.internal.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.limpet.invitation.Activity;
import io.limpet.invitation.Invitation;
import io.limpet.invitation.Invitation.State;
import io.limpet.invitation.InvitationEvent;
import io.limpet.invitation.WhoMayInvite;
import io.limpet.invitation.internal.invite.DeskLimits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Two people invite, accept, decline, withdraw and let lapse while links come and go, disks are
 * full and processes die at any moment; then it is calm. Whatever happened, each invitation that
 * its command accepted has ended, or stands, alike on both sides, and was told to the application
 * once; and who was let in by one is a member on both sides. In every other world both invite to
 * the same thing, so that their invitations cross.
 */
class CrashSwarmTest {
  private static final int STEPS = 120;

  @Test
  void whatever_crashes_each_invitation_ends_once_and_alike_on_both_sides() {
    run(Integer.getInteger("limpet.swarm", 300));
  }

  @Test
  @Tag("long")
  void whatever_crashes_in_six_thousand_worlds() {
    run(6_000);
  }

  private static void run(int count) {
    Seeds seeds = Seeds.upTo(count);
    long crashes = 0;
    long invitations = 0;
    Map<State, Integer> ends = new HashMap<>();
    for (long seed : seeds.all()) {
      World world = new World(seed);
      Seeds.live(seed, world);
      crashes += world.crashes;
      invitations += world.stored.size();
      world.ends.forEach((state, n) -> ends.merge(state, n, Integer::sum));
    }
    System.out.println(
        "crash swarm: " + invitations + " invitations, " + crashes + " crashes, ends " + ends);
    // A swarm in which nothing happens proves nothing.
    if (!seeds.one()) {
      assertThat(crashes).isGreaterThan(count);
      assertThat(ends.keySet())
          .contains(
              State.ACCEPTED, State.DECLINED, State.WITHDRAWN, State.EXPIRED, State.DELIVERED);
    }
  }

  private static final class World implements Seeds.World {
    final SimNet net;
    final boolean crossing;
    final CrashStore[] disks;
    final SimNode[] nodes = new SimNode[2];
    final Activity[] activities = new Activity[2];
    final List<List<InvitationEvent>> lives = new ArrayList<>();
    final Set<String> stored = new TreeSet<>();
    final Map<State, Integer> ends = new HashMap<>();
    private final List<CompletionStage<Invitation>> asked = new ArrayList<>();
    int crashes;

    World(long seed) {
      net = new SimNet(seed);
      crossing = seed % 2 == 0;
      disks = new CrashStore[] {new CrashStore(net), new CrashStore(net)};
      for (int i = 0; i < 2; i++) {
        nodes[i] = net.node(i == 0 ? "elm" : "oak", disks[i], WhoMayInvite.EVERYONE, limits());
        activities[i] = nodes[i].get(nodes[i].service.share("chat", title(i), false));
      }
      lives.add(nodes[0].events);
      lives.add(nodes[1].events);
    }

    private String title(int who) {
      return crossing || who == 0 ? "chat" : "games";
    }

    /** History long enough that nothing of interest is forgotten within a run. */
    private static DeskLimits limits() {
      return new DeskLimits(64, 256, 512, 1024, 24, 600, Duration.ofHours(24));
    }

    @Override
    public void live() {
      for (int step = 0; step < STEPS; step++) {
        act(net.random.nextInt(2));
        net.loop.runFor(Duration.ofMillis(net.random.nextInt(60)));
      }
      for (CrashStore disk : disks) {
        disk.setFull(false);
      }
      net.heal(nodes[0], nodes[1]);
      net.loop.runFor(Duration.ofMinutes(5));
    }

    private void act(int who) {
      SimNode one = nodes[who];
      SimNode other = nodes[1 - who];
      switch (net.random.nextInt(12)) {
        case 0, 1 -> invite(one, other, who);
        case 2 -> decide(one, true);
        case 3 -> decide(one, false);
        case 4 -> withdraw(one);
        case 5 -> crash(who);
        case 6 -> net.cut(one, other);
        case 7 -> net.breakStreams(one, other);
        case 8 -> disks[who].setFull(net.random.nextBoolean());
        default -> net.heal(one, other);
      }
    }

    private void invite(SimNode one, SimNode other, int who) {
      Activity activity = one.activity(activities[who].id());
      if (activity.members().contains(other.address())) {
        // Nobody is invited twice to one thing: on to the next.
        var unused =
            one.service.share("chat", title(who), false).thenAccept(next -> activities[who] = next);
        return;
      }
      CompletionStage<Invitation> asking =
          net.random.nextInt(4) > 0
              ? one.service.invite(other.address(), activity.id())
              : one.service.invite(
                  other.address(),
                  activity.id(),
                  Duration.ofMillis(1_000 + net.random.nextInt(3_000)));
      asking.whenComplete(
          (invitation, failure) -> {
            if (failure == null) {
              stored.add(invitation.id());
            }
          });
      asked.add(asking);
    }

    private void decide(SimNode one, boolean accept) {
      for (String id : new TreeSet<>(stored)) {
        if (net.random.nextInt(3) == 0) {
          var unused = accept ? one.service.accept(id) : one.service.decline(id, "no");
        }
      }
    }

    private void withdraw(SimNode one) {
      for (String id : new TreeSet<>(stored)) {
        if (net.random.nextInt(4) == 0) {
          var unused = one.service.withdraw(id, "never mind");
        }
      }
    }

    private void crash(int who) {
      crashes++;
      nodes[who].crash();
      disks[who].crash();
      nodes[who] = net.restart(nodes[who]);
      lives.add(nodes[who].events);
    }

    @Override
    public void judge() {
      Map<String, Invitation> elm = known(nodes[0]);
      Map<String, Invitation> oak = known(nodes[1]);
      for (String id : stored) {
        Invitation atElm = elm.get(id);
        Invitation atOak = oak.get(id);
        boolean elmInvites = isInviter(0, atElm, atOak);
        Invitation atInviter = elmInvites ? atElm : atOak;
        assertThat(atInviter).as("what was stored is never lost: %s", id).isNotNull();
        assertThat(atInviter.state())
            .as("delivered in the end: %s", id)
            .isNotEqualTo(State.PENDING);
        Invitation atInvitee = elmInvites ? atOak : atElm;
        if (atInvitee != null) {
          assertThat(atInvitee.state())
              .as("both sides agree on %s", id)
              .isEqualTo(atInviter.state());
        } else {
          // Ended before it ever arrived, or agreed upon by way of one that crossed it.
          assertThat(atInviter.state())
              .as("%s is nowhere else", id)
              .isIn(State.WITHDRAWN, State.EXPIRED);
        }
        if (atInviter.state() == State.ACCEPTED) {
          judgeMembership(atInviter);
        }
        ends.merge(atInviter.state(), 1, Integer::sum);
      }
      judgeWhatWasTold();
      judgeCrossing(elm.values());
      for (SimNode node : nodes) {
        assertThat(node.service.violations()).isZero();
      }
    }

    /** A yes that was taken has made a member, on both sides and for good. */
    private void judgeMembership(Invitation accepted) {
      for (SimNode node : nodes) {
        Activity activity = node.activity(accepted.activity());
        assertThat(activity.joined()).as("%s is in it", node.self.name()).isTrue();
        assertThat(activity.members()).containsOnly(accepted.from(), accepted.to());
      }
    }

    /** Of two people who invite each other to the same thing, one waits for the other's answer. */
    private void judgeCrossing(Collection<Invitation> atElm) {
      if (crossing) {
        assertThat(
                atElm.stream()
                    .filter(i -> !i.state().isFinal())
                    .map(Invitation::from)
                    .collect(Collectors.toSet()))
            .as("whose invitations are open")
            .hasSizeLessThan(2);
      }
    }

    private boolean isInviter(int who, Invitation atElm, Invitation atOak) {
      Invitation any = atElm != null ? atElm : atOak;
      return any == null || any.from().equals(nodes[who].address());
    }

    private void judgeWhatWasTold() {
      Set<String> received = new HashSet<>();
      for (List<InvitationEvent> life : lives) {
        for (InvitationEvent event : life) {
          if (event instanceof InvitationEvent.Received r) {
            assertThat(received.add(r.invitation().id()))
                .as("told once: %s", r.invitation().id())
                .isTrue();
          }
        }
      }
    }

    private static Map<String, Invitation> known(SimNode node) {
      Map<String, Invitation> all = new HashMap<>();
      for (Invitation i : node.get(node.service.invitations())) {
        assertThat(all.put(i.id(), i)).as("listed once").isNull();
      }
      return all;
    }
  }
}
