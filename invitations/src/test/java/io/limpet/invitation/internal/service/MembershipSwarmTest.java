package io.limpet.invitation.internal.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.limpet.invitation.Activity;
import io.limpet.invitation.Activity.Standing;
import io.limpet.invitation.Invitation;
import io.limpet.invitation.Invitation.State;
import io.limpet.invitation.WhoMayInvite;
import io.limpet.invitation.internal.activity.ActivityRecord;
import io.limpet.invitation.internal.activity.Membership;
import io.limpet.invitation.internal.invite.DeskLimits;
import io.limpet.link.MeshAddress;
import io.limpet.link.MeshGroups.GroupKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * An owner and three others share, invite, join, leave and remove while links come and go, disks
 * are full and processes die at any moment; then it is calm. Whatever happened, all agree on who is
 * in it and on the key, and nobody ever had a key of a time when it was not in it.
 */
class MembershipSwarmTest {
  private static final int STEPS = 150;
  private static final List<String> NAMES = List.of("elm", "oak", "fir", "yew");

  @Test
  void whatever_crashes_all_agree_on_members_and_keys() {
    run(Integer.getInteger("limpet.swarm", 120));
  }

  @Test
  @Tag("long")
  void whatever_crashes_in_six_hundred_worlds() {
    run(600);
  }

  private static void run(int count) {
    Seeds seeds = Seeds.upTo(count);
    int crashes = 0;
    int versions = 0;
    int ended = 0;
    Map<Integer, Integer> sizes = new HashMap<>();
    for (long seed : seeds.all()) {
      World world = new World(seed);
      Seeds.live(seed, world);
      crashes += world.crashes;
      versions += (int) world.versions();
      ended += world.ended ? 1 : 0;
      sizes.merge(world.members().size(), 1, Integer::sum);
    }
    System.out.printf(
        "membership swarm: %d worlds, %d crashes, %d versions, members at the end %s%n",
        seeds.all().size(), crashes, versions, sizes);
    // A swarm in which nothing happens proves nothing.
    if (!seeds.one()) {
      assertThat(crashes).isGreaterThan(count);
      assertThat(versions).isGreaterThan(4 * count);
      assertThat(ended).isPositive();
      assertThat(sizes.keySet()).contains(0, 1, 2, 3, 4);
    }
  }

  private static final class World implements Seeds.World {
    final SimNet net;
    final CrashStore[] disks = new CrashStore[NAMES.size()];
    final SimNode[] nodes = new SimNode[NAMES.size()];
    final String id;
    final boolean open;
    int crashes;
    boolean ended;

    World(long seed) {
      net = new SimNet(seed);
      open = seed % 2 == 0;
      for (int i = 0; i < nodes.length; i++) {
        disks[i] = new CrashStore(net);
        nodes[i] = net.node(NAMES.get(i), disks[i], WhoMayInvite.EVERYONE, DeskLimits.defaults());
      }
      id = nodes[0].get(nodes[0].service.share("chat", "chat", open)).id();
    }

    @Override
    public void live() {
      for (int step = 0; step < STEPS; step++) {
        act(net.random.nextInt(nodes.length), net.random.nextInt(nodes.length));
        net.loop.runFor(Duration.ofMillis(net.random.nextInt(80)));
      }
      for (CrashStore disk : disks) {
        disk.setFull(false);
      }
      net.healAll();
      net.loop.runFor(Duration.ofMinutes(5));
    }

    private void act(int who, int whom) {
      SimNode one = nodes[who];
      SimNode other = nodes[whom];
      switch (net.random.nextInt(20)) {
        case 0, 1, 2 -> {
          var unused = one.service.invite(other.address(), id);
        }
        case 3, 4, 5, 6 -> acceptAll(one);
        case 7 -> {
          var unused = one.service.join(id);
        }
        case 8 -> leave(who);
        case 9 -> {
          var unused = nodes[0].service.remove(id, other.address());
        }
        case 10, 11 -> crash(who);
        case 12 -> SimNet.unlessSame(one, other, () -> net.cut(one, other));
        case 13 -> SimNet.unlessSame(one, other, () -> net.breakStreams(one, other));
        case 14 -> disks[who].setFull(net.random.nextInt(3) == 0);
        default -> SimNet.unlessSame(one, other, () -> net.heal(one, other));
      }
    }

    private void acceptAll(SimNode one) {
      for (Invitation i : one.get(one.service.invitations())) {
        if (i.state() == State.DELIVERED && i.to().equals(one.address())) {
          var unused = one.service.accept(i.id());
        }
      }
    }

    /** The owner's leaving ends it for all: now and then, or nothing else would come to pass. */
    private void leave(int who) {
      if (who > 0 || net.random.nextInt(8) == 0) {
        var unused = nodes[who].service.leave(id).thenAccept(left -> ended |= who == 0);
      }
    }

    private void crash(int who) {
      crashes++;
      nodes[who].crash();
      disks[who].crash();
      nodes[who] = net.restart(nodes[who]);
    }

    private Optional<Activity> known(SimNode node) {
      return node.get(node.service.activities()).stream()
          .filter(a -> a.id().equals(id))
          .findFirst();
    }

    List<MeshAddress> members() {
      return nodes[0].membership(id).members();
    }

    long versions() {
      return disks[0].history.stream().mapToLong(ActivityRecord::version).max().orElse(0);
    }

    @Override
    public void judge() {
      Membership owners = nodes[0].membership(id);
      // That it ended may have been stored and not told, when its owner crashed between the two.
      if (ended) {
        assertThat(owners.members()).as("what has ended has no members").isEmpty();
      }
      for (SimNode node : nodes) {
        String name = node.self.name();
        boolean in = owners.members().contains(node.address());
        Optional<Activity> known = known(node);
        assertThat(known.map(Activity::standing).orElse(Standing.OUTSIDE))
            .as("where %s stands", name)
            .isEqualTo(in ? Standing.JOINED : Standing.OUTSIDE);
        if (in) {
          assertThat(known.orElseThrow().members()).as(name).isEqualTo(owners.members());
          Membership here = node.membership(id);
          assertThat(here.version()).as("%s has the last list", name).isEqualTo(owners.version());
          assertThat(here.keys().get(0)).as("%s has the key", name).isEqualTo(owners.keys().get(0));
        } else {
          assertThat(node.membership(id).keys()).as("%s has no key", name).isEmpty();
        }
        assertThat(node.service.violations()).as(name).isZero();
      }
      judgeKeys();
    }

    /** Whatever key anybody ever had was made for a list that had it in it. */
    private void judgeKeys() {
      Map<Long, Membership> lists = new HashMap<>();
      for (ActivityRecord record : disks[0].history) {
        Membership list = record.membership();
        Membership before = lists.put(list.version(), list);
        if (before != null) {
          assertThat(list).as("a version is one list with one key").isEqualTo(before);
        }
        assertThat(list.keys().stream().map(GroupKey::secret).distinct())
            .hasSameSizeAs(list.keys());
      }
      for (int i = 1; i < nodes.length; i++) {
        for (GroupKey key : keysEverStored(disks[i])) {
          Membership list = lists.get(key.number());
          assertThat(list).as("a key that its owner never stored").isNotNull();
          assertThat(list.keys().get(0)).as("one secret to a number").isEqualTo(key);
          assertThat(list.members()).as("who may read").contains(nodes[i].address());
        }
      }
    }

    private List<GroupKey> keysEverStored(CrashStore disk) {
      List<GroupKey> all = new ArrayList<>();
      disk.history.stream()
          .filter(r -> r.id().equals(id))
          .forEach(r -> all.addAll(r.membership().keys()));
      return all;
    }
  }
}
