package io.limpet.invitation.internal.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.limpet.invitation.Activity;
import io.limpet.invitation.Invitation;
import io.limpet.invitation.Invitation.State;
import io.limpet.invitation.InvitationException;
import io.limpet.invitation.WhoMayInvite;
import io.limpet.invitation.internal.invite.DeskLimits;
import io.limpet.invitation.internal.store.MemoryStores;
import io.limpet.invitation.internal.store.Settings;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Whose invitations are taken, who is told that theirs are not, and when they lapse. */
class WhoMayInviteTest {
  private final SimNet net = new SimNet(1);
  private final SimNode elm = net.node("elm");
  private final SimNode yew = node("yew", WhoMayInvite.NOBODY);

  @Test
  void who_takes_none_says_so_and_keeps_nothing() {
    Invitation done = invite(elm, yew, "one");
    assertThat(done.state()).isEqualTo(State.DECLINED);
    assertThat(done.reason()).isEqualTo("accepts no invitations at present");
    assertThat(yew.get(yew.service.invitations())).isEmpty();
    assertThat(yew.stores.invitations().load()).isEmpty();
    assertThat(yew.events).isEmpty();
  }

  @Test
  void who_takes_those_of_known_people_takes_them_of_whom_they_invited_or_accepted() {
    yew.get(yew.service.setWhoMayInvite(WhoMayInvite.KNOWN));
    Invitation refused = invite(elm, yew, "one");
    assertThat(refused.state()).isEqualTo(State.DECLINED);
    assertThat(refused.reason()).isEqualTo("accepts invitations only from people they know");

    Invitation ours = invite(yew, elm, "ours");
    assertThat(ours.state()).isEqualTo(State.DELIVERED);
    assertThat(invite(elm, yew, "two").state()).isEqualTo(State.DELIVERED);
  }

  @Test
  void a_declined_invitation_makes_nobody_known() {
    yew.get(yew.service.setWhoMayInvite(WhoMayInvite.EVERYONE));
    Invitation taken = invite(elm, yew, "one");
    yew.get(yew.service.decline(taken.id(), "no"));
    net.loop.runFor(Duration.ofSeconds(1));
    yew.get(yew.service.setWhoMayInvite(WhoMayInvite.KNOWN));
    assertThat(invite(elm, yew, "two").state()).isEqualTo(State.DECLINED);
  }

  @Test
  void it_is_changed_at_run_time_and_what_is_delivered_stays() {
    assertThat(yew.get(yew.service.whoMayInvite())).isEqualTo(WhoMayInvite.NOBODY);
    assertThat(yew.get(yew.service.setWhoMayInvite(WhoMayInvite.EVERYONE)))
        .isEqualTo(WhoMayInvite.EVERYONE);
    Invitation taken = invite(elm, yew, "one");
    yew.get(yew.service.setWhoMayInvite(WhoMayInvite.NOBODY));
    assertThat(yew.get(yew.service.accept(taken.id())).state()).isEqualTo(State.ACCEPTED);
    assertThat(invite(elm, yew, "two").state()).isEqualTo(State.DECLINED);
  }

  @Test
  void what_was_set_holds_in_the_next_life_unless_something_else_is_given() {
    SimNode first = node("ash", null);
    assertThat(first.get(first.service.whoMayInvite())).isEqualTo(WhoMayInvite.EVERYONE);
    first.get(first.service.setWhoMayInvite(WhoMayInvite.KNOWN));
    SimNode second = net.restart(first);
    assertThat(second.get(second.service.whoMayInvite())).isEqualTo(WhoMayInvite.KNOWN);
    SimNode third = net.restart(second, second.stores, WhoMayInvite.NOBODY);
    assertThat(third.get(third.service.whoMayInvite())).isEqualTo(WhoMayInvite.NOBODY);
    SimNode fourth = net.restart(third, third.stores, null);
    assertThat(fourth.get(fourth.service.whoMayInvite())).isEqualTo(WhoMayInvite.KNOWN);
    assertThat(invite(elm, fourth, "one").state()).isEqualTo(State.DECLINED);
  }

  @Test
  void it_changes_when_it_is_stored_and_not_when_it_cannot_be() {
    CompletableFuture<Void> disk = new CompletableFuture<>();
    Welcome welcome = new Welcome(null, new Disk(Map.of(), disk), address -> false);
    var changing = welcome.set(WhoMayInvite.NOBODY).toCompletableFuture();
    assertThat(changing).isNotDone();
    assertThat(welcome.who()).isEqualTo(WhoMayInvite.EVERYONE);
    disk.complete(null);
    assertThat(changing).isCompletedWithValue(WhoMayInvite.NOBODY);
    assertThat(welcome.who()).isEqualTo(WhoMayInvite.NOBODY);

    var failed = CompletableFuture.<Void>failedFuture(new IOException("the disk is full"));
    Welcome stays = new Welcome(null, new Disk(Map.of(), failed), address -> false);
    assertThat(stays.set(WhoMayInvite.NOBODY))
        .failsWithin(Duration.ZERO)
        .withThrowableOfType(ExecutionException.class)
        .withCauseInstanceOf(InvitationException.class)
        .withMessageContaining("stays as it was: the disk is full");
    assertThat(stays.who()).isEqualTo(WhoMayInvite.EVERYONE);
  }

  @Test
  void a_word_of_a_later_version_lets_nobody_in() {
    Disk disk = new Disk(Map.of("who-may-invite", "friends"), new CompletableFuture<>());
    assertThat(new Welcome(null, disk, address -> true).who()).isEqualTo(WhoMayInvite.NOBODY);
  }

  private record Disk(Map<String, String> load, CompletionStage<Void> stored) implements Settings {
    @Override
    public CompletionStage<Void> put(String name, String word) {
      return stored;
    }
  }

  @Test
  void an_invitation_lapses_after_its_own_time_on_both_sides() {
    SimNode oak = node("oak", WhoMayInvite.EVERYONE);
    Activity chat = elm.get(elm.service.share("chat", "brief", false));
    elm.get(elm.service.invite(oak.address(), chat.id(), Duration.ofSeconds(10)));
    net.loop.runFor(Duration.ofSeconds(9));
    assertThat(only(oak).state()).isEqualTo(State.DELIVERED);
    net.loop.runFor(Duration.ofSeconds(2));
    assertThat(only(oak).state()).isEqualTo(State.EXPIRED);
    assertThat(only(elm).state()).isEqualTo(State.EXPIRED);
    for (Duration wrong : new Duration[] {Duration.ofMillis(999), Duration.ofDays(367)}) {
      assertThat(elm.failure(elm.service.invite(oak.address(), chat.id(), wrong)))
          .contains("1 second to 366 days");
    }
  }

  @Test
  void one_withdrawn_out_of_reach_is_withdrawn_on_both_sides_though_it_lapsed_meanwhile() {
    SimNode oak = node("oak", WhoMayInvite.EVERYONE);
    Activity chat = elm.get(elm.service.share("chat", "brief", false));
    Invitation sent = elm.get(elm.service.invite(oak.address(), chat.id(), Duration.ofSeconds(10)));
    net.loop.runFor(Duration.ofSeconds(1));
    net.cut(elm, oak);
    elm.get(elm.service.withdraw(sent.id(), "wrong day"));
    net.loop.runFor(Duration.ofSeconds(60));
    assertThat(only(oak).state()).isEqualTo(State.EXPIRED);
    net.heal(elm, oak);
    net.loop.runFor(Duration.ofSeconds(5));
    assertThat(only(elm).state()).isEqualTo(State.WITHDRAWN);
    assertThat(only(oak).state()).isEqualTo(State.WITHDRAWN);
    assertThat(only(oak).reason()).isEqualTo("wrong day");
  }

  private SimNode node(String name, @Nullable WhoMayInvite who) {
    return net.node(name, MemoryStores.empty(), who, DeskLimits.defaults());
  }

  private Invitation invite(SimNode from, SimNode to, String title) {
    Activity chat = from.get(from.service.share("chat", title, false));
    Invitation sent = from.get(from.service.invite(to.address(), chat.id()));
    return from.get(from.service.await(sent.id(), Duration.ofSeconds(5)));
  }

  private static Invitation only(SimNode node) {
    var all = node.get(node.service.invitations());
    assertThat(all).hasSize(1);
    return all.get(0);
  }
}
