package io.limpet.invitation.internal.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.limpet.invitation.Activity;
import io.limpet.invitation.Invitation;
import io.limpet.invitation.Invitation.State;
import io.limpet.invitation.InvitationEvent;
import io.limpet.invitation.Line;
import io.limpet.invitation.internal.store.MemoryStores;
import io.limpet.link.MeshAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletionStage;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class InvitationServiceTest {
  private final SimNet net = new SimNet(1);
  private final SimNode elm = net.node("elm");
  private final SimNode oak = net.node("oak");
  private final SimNode fir = net.node("fir");

  @Test
  void an_invitation_is_delivered_accepted_and_makes_a_member() {
    Activity chat = share(elm, "chat", false);
    Invitation sent = elm.get(elm.service.invite(oak.address(), chat.id()));
    assertThat(sent.state()).isEqualTo(State.PENDING);
    run(1);

    Invitation received = onlyInvitation(oak);
    assertThat(received.id()).isEqualTo(sent.id());
    assertThat(received.fromName()).isEqualTo("elm");
    assertThat(received.toName()).isEqualTo("oak");
    assertThat(onlyInvitation(elm).state()).isEqualTo(State.DELIVERED);
    assertThat(oak.events).contains(new InvitationEvent.Received(received));

    Invitation accepted = oak.get(oak.service.accept(sent.id()));
    assertThat(accepted.state()).isEqualTo(State.ACCEPTED);
    assertThat(oak.activity(chat.id()).joined()).isTrue();
    assertThat(oak.activity(chat.id()).members()).containsExactly(elm.address(), oak.address());
    Invitation done = elm.get(elm.service.await(sent.id(), Duration.ofSeconds(5)));
    assertThat(done.state()).isEqualTo(State.ACCEPTED);
    assertThat(done.times()).containsOnlyKeys(State.PENDING, State.DELIVERED, State.ACCEPTED);
  }

  @Test
  void a_declined_invitation_says_why() {
    Invitation sent = elm.get(elm.service.invite(oak.address(), share(elm, "chat", false).id()));
    run(1);
    oak.get(oak.service.decline(sent.id(), "homework"));
    Invitation done = elm.get(elm.service.await(sent.id(), Duration.ofSeconds(5)));
    assertThat(done.state()).isEqualTo(State.DECLINED);
    assertThat(done.reason()).isEqualTo("homework");
  }

  @Test
  void a_withdrawn_invitation_cannot_be_accepted() {
    Invitation sent = elm.get(elm.service.invite(oak.address(), share(elm, "chat", false).id()));
    run(1);
    elm.get(elm.service.withdraw(sent.id(), "wrong person"));
    run(1);
    assertThat(onlyInvitation(oak).state()).isEqualTo(State.WITHDRAWN);
    assertThat(oak.failure(oak.service.accept(sent.id()))).contains("already decided: WITHDRAWN");
  }

  @Test
  void an_acceptance_that_crosses_a_withdrawal_yields_to_it() {
    Activity chat = share(elm, "chat", false);
    Invitation sent = elm.get(elm.service.invite(oak.address(), chat.id()));
    run(1);
    net.cut(elm, oak);
    elm.get(elm.service.withdraw(sent.id(), ""));
    CompletionStage<Invitation> accepting = oak.service.accept(sent.id());
    run(1);
    net.heal(elm, oak);
    assertThat(oak.get(accepting).state()).isEqualTo(State.WITHDRAWN);
    run(5);
    assertThat(onlyInvitation(elm).state()).isEqualTo(State.WITHDRAWN);
    assertThat(oak.activity(chat.id()).joined()).isFalse();
  }

  @Test
  void an_invitation_waits_for_a_person_out_of_reach_and_arrives_when_they_are_back() {
    Activity chat = share(elm, "chat", false);
    net.cut(elm, oak);
    Invitation sent = elm.get(elm.service.invite(oak.address(), chat.id()));
    run(3600);
    assertThat(onlyInvitation(elm).state()).isEqualTo(State.PENDING);
    net.heal(elm, oak);
    run(1);
    assertThat(onlyInvitation(elm).state()).isEqualTo(State.DELIVERED);
    assertThat(onlyInvitation(oak).id()).isEqualTo(sent.id());
  }

  @Test
  void an_invitation_lapses_on_both_sides_after_a_day() {
    elm.get(elm.service.invite(oak.address(), share(elm, "chat", false).id()));
    run(1);
    net.loop.runFor(Duration.ofHours(24));
    run(1);
    assertThat(onlyInvitation(elm).state()).isEqualTo(State.EXPIRED);
    assertThat(onlyInvitation(oak).state()).isEqualTo(State.EXPIRED);
  }

  @Test
  void waiting_returns_the_present_state_when_time_is_up() {
    Invitation sent = elm.get(elm.service.invite(oak.address(), share(elm, "chat", false).id()));
    Invitation now = elm.get(elm.service.await(sent.id(), Duration.ofSeconds(2)));
    assertThat(now.state()).isEqualTo(State.DELIVERED);
  }

  @Test
  void inviting_twice_is_inviting_once() {
    Activity chat = share(elm, "chat", false);
    Invitation first = elm.get(elm.service.invite(oak.address(), chat.id()));
    Invitation second = elm.get(elm.service.invite(oak.address(), chat.id()));
    assertThat(second.id()).isEqualTo(first.id());
    run(1);
    assertThat(oak.get(oak.service.invitations())).hasSize(1);
  }

  @Test
  void a_member_may_invite_and_the_owner_lets_the_invited_in() {
    Activity chat = share(elm, "chat", false);
    bring(elm, oak, chat);
    Invitation sent = oak.get(oak.service.invite(fir.address(), chat.id()));
    run(1);
    assertThat(fir.get(fir.service.accept(sent.id())).state()).isEqualTo(State.ACCEPTED);
    assertThat(fir.activity(chat.id()).joined()).isTrue();
    assertThat(elm.activity(chat.id()).members())
        .containsExactly(elm.address(), oak.address(), fir.address());
  }

  @Test
  void an_open_activity_is_announced_and_joined_without_an_invitation() {
    Activity chat = share(elm, "chat", true);
    assertThat(oak.activity(chat.id()).joined()).isFalse();
    Activity joined = oak.get(oak.service.join(chat.id()));
    assertThat(joined.joined()).isTrue();
    assertThat(joined.members()).containsExactly(elm.address(), oak.address());
    assertThat(elm.events)
        .anyMatch(e -> e instanceof InvitationEvent.MemberChanged m && m.joined());
  }

  @Test
  void joining_fails_clearly_when_it_cannot_be() {
    Activity closed = share(elm, "secret", false);
    Activity open = share(elm, "chat", true);
    assertThat(oak.failure(oak.service.join(closed.id()))).contains("by invitation only");
    assertThat(oak.failure(oak.service.join("nothing"))).contains("no activity nothing is known");
    net.cut(elm, oak);
    assertThat(oak.failure(oak.service.join(open.id())))
        .contains("elm")
        .contains("does not answer");
    net.heal(elm, oak);
    run(10);
    assertThat(elm.activity(open.id()).members()).containsExactly(elm.address());
  }

  @Test
  void what_cannot_be_done_fails_with_one_line() {
    Activity chat = share(elm, "chat", true);
    MeshAddress nobody = new MeshAddress(0x2001_0020_0000_0000L, 99);
    assertThat(elm.failure(elm.service.invite(nobody, chat.id()))).contains("nobody with address");
    assertThat(elm.failure(elm.service.invite(oak.address(), "x"))).contains("no activity x");
    assertThat(elm.failure(elm.service.invite(elm.address(), chat.id()))).contains("that is you");
    assertThat(oak.failure(oak.service.invite(fir.address(), chat.id()))).contains("join it first");
    assertThat(oak.failure(oak.service.say(chat.id(), "hi"))).contains("join it first");
    assertThat(oak.failure(oak.service.leave(chat.id()))).contains("join it first");
    assertThat(oak.failure(oak.service.accept("i"))).contains("no invitation i is known");
    assertThat(elm.failure(elm.service.say(chat.id(), "x".repeat(9000)))).contains("at most 8192");
    Invitation sent = elm.get(elm.service.invite(oak.address(), chat.id()));
    assertThat(elm.failure(elm.service.accept(sent.id()))).contains("not addressed to us");
    run(1);
    oak.get(oak.service.accept(sent.id()));
    assertThat(oak.failure(oak.service.decline(sent.id(), ""))).contains("already decided");
    run(1);
    assertThat(elm.failure(elm.service.invite(oak.address(), chat.id())))
        .contains("oak is in 'chat' already");
  }

  @Test
  void what_is_said_reaches_every_member_in_order() {
    Activity chat = share(elm, "chat", true);
    bring(elm, oak, chat);
    fir.get(fir.service.join(chat.id()));
    run(1);
    for (int i = 1; i <= 100; i++) {
      elm.get(elm.service.say(chat.id(), "e" + i));
      fir.get(fir.service.say(chat.id(), "f" + i));
    }
    run(5);
    for (SimNode node : List.of(elm, oak, fir)) {
      assertThat(texts(node, elm)).isEqualTo(numbered("e", 100));
      assertThat(texts(node, fir)).isEqualTo(numbered("f", 100));
      assertThat(node.get(node.service.lines(chat.id()))).hasSize(200);
      assertThat(node.service.violations()).isZero();
    }
    assertThat(oak.heard().get(0).fromName()).isIn("elm", "fir");
  }

  @Test
  void who_leaves_hears_no_more_and_when_back_what_was_missed_and_nothing_twice() {
    Activity chat = share(elm, "chat", true);
    oak.get(oak.service.join(chat.id()));
    elm.get(elm.service.say(chat.id(), "one"));
    run(1);
    oak.get(oak.service.leave(chat.id()));
    run(1);
    assertThat(elm.activity(chat.id()).members()).containsExactly(elm.address());
    elm.get(elm.service.say(chat.id(), "two"));
    run(5);
    assertThat(texts(oak, elm)).containsExactly("one");
    oak.get(oak.service.join(chat.id()));
    elm.get(elm.service.say(chat.id(), "three"));
    run(1);
    assertThat(texts(oak, elm)).containsExactly("one", "two", "three");
  }

  @Test
  void the_owner_who_leaves_ends_it_for_all() {
    Activity chat = share(elm, "chat", true);
    oak.get(oak.service.join(chat.id()));
    elm.get(elm.service.leave(chat.id()));
    run(1);
    assertThat(oak.get(oak.service.activities())).isEmpty();
    assertThat(oak.events)
        .anyMatch(e -> e instanceof InvitationEvent.ActivityChanged c && c.what().equals("ended"));
  }

  @Test
  void an_inviter_that_restarts_with_its_store_delivers_what_it_had_not() {
    net.cut(elm, oak);
    Invitation sent = elm.get(elm.service.invite(oak.address(), share(elm, "chat", false).id()));
    net.cut(elm, fir);
    SimNode again = net.restart(elm);
    net.heal(again, oak);
    run(1);
    assertThat(onlyInvitation(oak).id()).isEqualTo(sent.id());
    assertThat(onlyInvitation(again).state()).isEqualTo(State.DELIVERED);
  }

  @Test
  void an_invitee_that_restarts_with_its_store_still_has_it_once_and_its_decision_arrives() {
    Activity chat = share(elm, "chat", false);
    Invitation sent = elm.get(elm.service.invite(oak.address(), chat.id()));
    run(1);
    net.cut(elm, oak);
    oak.get(oak.service.accept(sent.id()));
    SimNode again = net.restart(oak);
    net.heal(elm, again);
    run(2);
    assertThat(onlyInvitation(elm).state()).isEqualTo(State.ACCEPTED);
    assertThat(onlyInvitation(again).state()).isEqualTo(State.ACCEPTED);
    assertThat(again.activity(chat.id()).joined()).isTrue();
  }

  @Test
  void an_invitee_that_forgot_everything_is_invited_again() {
    Invitation sent = elm.get(elm.service.invite(oak.address(), share(elm, "chat", false).id()));
    run(1);
    oak.stores.invitations().remove(sent.id());
    SimNode again = net.restart(oak);
    run(2);
    assertThat(onlyInvitation(again).id()).isEqualTo(sent.id());
  }

  @Test
  void a_member_that_forgot_everything_is_removed_by_the_owner() {
    Activity chat = share(elm, "chat", true);
    oak.get(oak.service.join(chat.id()));
    net.restart(oak, MemoryStores.empty());
    run(2);
    assertThat(elm.activity(chat.id()).members()).containsExactly(elm.address());
  }

  @Test
  void members_go_on_when_the_owner_has_forgotten_the_activity() {
    Activity chat = share(elm, "chat", true);
    oak.get(oak.service.join(chat.id()));
    fir.get(fir.service.join(chat.id()));
    run(1);
    net.restart(elm, MemoryStores.empty());
    run(2);
    oak.get(oak.service.say(chat.id(), "still here"));
    run(2);
    assertThat(texts(fir, oak)).containsExactly("still here");
    // It says so on a stream, which it is given when it has left all questions unanswered.
    run(4);
    assertThat(oak.activity(chat.id()).members()).containsExactly(oak.address(), fir.address());
  }

  static Stream<Long> seeds() {
    Long one = Long.getLong("limpet.seed");
    return one != null ? Stream.of(one) : new Random(20261126).longs(60).boxed();
  }

  @ParameterizedTest(name = "-Dlimpet.seed={0}")
  @MethodSource("seeds")
  void through_any_outages_all_agree_and_hear_every_line_once(long seed) {
    SimNet world = new SimNet(seed);
    List<SimNode> nodes = List.of(world.node("a"), world.node("b"), world.node("c"));
    SimNode owner = nodes.get(0);
    Activity chat = owner.get(owner.service.share("chat", "chat", true));
    List<Invitation> invitations = new ArrayList<>();
    List<CompletionStage<Invitation>> decisions = new ArrayList<>();
    for (SimNode invitee : nodes.subList(1, 3)) {
      invitations.add(owner.get(owner.service.invite(invitee.address(), chat.id())));
    }
    int[] said = new int[nodes.size()];
    for (int step = 0; step < 300; step++) {
      SimNode one = nodes.get(world.random.nextInt(3));
      SimNode two = nodes.get(world.random.nextInt(3));
      switch (world.random.nextInt(6)) {
        case 0 -> unlessSame(one, two, () -> world.cut(one, two));
        case 1 -> unlessSame(one, two, () -> world.heal(one, two));
        case 2 -> unlessSame(one, two, () -> world.breakStreams(one, two));
        case 3 -> {
          for (Invitation open : invitations) {
            decisions.add(world.at(open.to()).service.accept(open.id()));
          }
        }
        default -> {
          if (one.activity(chat.id()).joined()) {
            said[nodes.indexOf(one)]++;
            one.get(one.service.say(chat.id(), "line"));
          }
        }
      }
      world.loop.runFor(Duration.ofMillis(world.random.nextInt(200)));
    }
    for (SimNode a : nodes) {
      nodes.forEach(b -> unlessSame(a, b, () -> world.heal(a, b)));
    }
    invitations.forEach(i -> decisions.add(world.at(i.to()).service.accept(i.id())));
    world.loop.runFor(Duration.ofMinutes(3));

    for (Invitation i : invitations) {
      assertThat(owner.get(owner.service.await(i.id(), Duration.ZERO)).state())
          .isEqualTo(State.ACCEPTED);
    }
    for (SimNode node : nodes) {
      assertThat(node.activity(chat.id()).members()).hasSize(3);
      assertThat(node.service.violations()).isZero();
      for (SimNode from : nodes) {
        List<Long> heard =
            node.heard().stream()
                .filter(l -> l.from().equals(from.address()))
                .map(Line::sequence)
                .toList();
        // A late joiner starts where it joined; from there, nothing is missing or doubled.
        long last = said[nodes.indexOf(from)];
        long first = heard.isEmpty() ? last + 1 : heard.get(0);
        assertThat(heard).isEqualTo(LongStream.rangeClosed(first, last).boxed().toList());
      }
    }
  }

  private static void unlessSame(SimNode a, SimNode b, Runnable action) {
    if (a != b) {
      action.run();
    }
  }

  private Activity share(SimNode node, String title, boolean open) {
    return node.get(node.service.share("chat", title, open));
  }

  private void bring(SimNode inviter, SimNode invitee, Activity activity) {
    Invitation sent = inviter.get(inviter.service.invite(invitee.address(), activity.id()));
    run(1);
    invitee.get(invitee.service.accept(sent.id()));
    run(1);
  }

  private void run(int seconds) {
    net.loop.runFor(Duration.ofSeconds(seconds));
  }

  private static Invitation onlyInvitation(SimNode node) {
    List<Invitation> all = node.get(node.service.invitations());
    assertThat(all).hasSize(1);
    return all.get(0);
  }

  private static List<String> texts(SimNode node, SimNode from) {
    return node.heard().stream()
        .filter(l -> l.from().equals(from.address()))
        .map(Line::text)
        .toList();
  }

  private static List<String> numbered(String prefix, int count) {
    return Stream.iterate(1, i -> i + 1).limit(count).map(i -> prefix + i).toList();
  }
}
