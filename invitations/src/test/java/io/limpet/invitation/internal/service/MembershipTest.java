package io.limpet.invitation.internal.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.limpet.invitation.Activity;
import io.limpet.invitation.Activity.Standing;
import io.limpet.invitation.Invitation;
import io.limpet.invitation.Invitation.State;
import io.limpet.invitation.InvitationEvent;
import io.limpet.invitation.WhoMayInvite;
import io.limpet.invitation.internal.activity.Membership;
import io.limpet.invitation.internal.invite.DeskLimits;
import io.limpet.invitation.internal.wire.Message;
import io.limpet.link.MeshAddress;
import io.limpet.link.MeshGroups;
import io.limpet.link.MeshGroups.GroupKey;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class MembershipTest {
  private final SimNet net = new SimNet(3);
  private final SimNode elm = net.node("elm");
  private final SimNode oak = net.node("oak");
  private final SimNode fir = net.node("fir");

  @Test
  void an_activity_outlives_a_restart_of_everybody_in_it() {
    Activity chat = shareWithAll();
    Membership before = elm.membership(chat.id());
    SimNode elms = net.restart(elm);
    SimNode oaks = net.restart(oak);
    run(5);
    for (SimNode node : List.of(elms, oaks, fir)) {
      assertThat(node.activity(chat.id()).members()).hasSize(3);
      assertThat(node.activity(chat.id()).standing()).isEqualTo(Standing.JOINED);
    }
    assertThat(elms.membership(chat.id())).isEqualTo(before);
    assertThat(oaks.membership(chat.id()).keys().get(0)).isEqualTo(newestKey(elms, chat));
    oaks.get(oaks.service.say(chat.id(), "here again"));
    run(2);
    assertThat(fir.heard()).extracting(l -> l.text()).containsExactly("here again");
    // It is announced again, and the list goes on where it was.
    SimNode yew = net.node("yew");
    yew.get(yew.service.join(chat.id()));
    run(2);
    assertThat(elms.membership(chat.id()).version()).isEqualTo(before.version() + 1);
    assertThat(oaks.activity(chat.id()).members()).hasSize(4);
  }

  @Test
  void each_change_of_members_changes_the_key_and_who_is_out_has_none() {
    Activity chat = shareWithAll();
    GroupKey before = newestKey(elm, chat);
    fir.get(fir.service.leave(chat.id()));
    run(2);
    GroupKey after = newestKey(elm, chat);
    assertThat(after.number()).isGreaterThan(before.number());
    assertThat(after.secret()).isNotEqualTo(before.secret());
    assertThat(newestKey(oak, chat)).isEqualTo(after);
    assertThat(fir.membership(chat.id()).keys()).isEmpty();
    // What is still on its way under the last keys can be opened.
    assertThat(oak.membership(chat.id()).keys()).contains(before);
  }

  @Test
  void who_comes_gets_no_key_of_the_time_before() {
    Activity chat = share(elm, true);
    oak.get(oak.service.join(chat.id()));
    fir.get(fir.service.join(chat.id()));
    run(2);
    assertThat(oak.membership(chat.id()).keys()).hasSize(2);
    assertThat(fir.membership(chat.id()).keys()).containsExactly(newestKey(elm, chat));
    // Back after having left, it starts anew.
    oak.get(oak.service.leave(chat.id()));
    run(2);
    oak.get(oak.service.join(chat.id()));
    run(2);
    assertThat(oak.membership(chat.id()).keys()).containsExactly(newestKey(elm, chat));
  }

  @Test
  void no_more_keys_are_kept_than_a_group_may_have() {
    Activity chat = shareWithAll();
    for (int i = 0; i < 5; i++) {
      fir.get(fir.service.leave(chat.id()));
      run(2);
      fir.get(fir.service.join(chat.id()));
      run(2);
    }
    assertThat(elm.membership(chat.id()).keys()).hasSize(MeshGroups.MAX_KEYS);
    assertThat(oak.membership(chat.id()).keys())
        .isEqualTo(elm.membership(chat.id()).keys())
        .isSortedAccordingTo((a, b) -> Long.compare(b.number(), a.number()));
  }

  @Test
  void who_is_removed_is_told_reads_no_more_and_comes_back_by_invitation_only() {
    Activity chat = shareWithAll();
    Activity now = elm.get(elm.service.remove(chat.id(), oak.address()));
    assertThat(now.members()).doesNotContain(oak.address());
    run(2);
    assertThat(oak.membership(chat.id()).keys()).isEmpty();
    assertThat(oak.events).anyMatch(e -> isChange(e, "removed"));
    assertThat(fir.activity(chat.id()).members()).doesNotContain(oak.address());
    assertThat(newestKey(fir, chat)).isEqualTo(newestKey(elm, chat));
    assertThat(oak.failure(oak.service.join(chat.id()))).contains("removed you");
    bring(fir, oak, chat);
    assertThat(elm.activity(chat.id()).members()).contains(oak.address());
    assertThat(newestKey(oak, chat)).isEqualTo(newestKey(elm, chat));
  }

  @Test
  void who_is_removed_while_away_learns_it_when_back() {
    Activity chat = shareWithAll();
    isolate(oak);
    elm.get(elm.service.remove(chat.id(), oak.address()));
    SimNode elms = net.restart(elm);
    run(60);
    assertThat(oak.activity(chat.id()).joined()).isTrue();
    net.heal(elms, oak);
    run(2);
    assertThat(oak.membership(chat.id()).members()).isEmpty();
  }

  @Test
  void only_its_owner_removes_and_never_itself_or_a_stranger() {
    Activity chat = shareWithAll();
    assertThat(oak.failure(oak.service.remove(chat.id(), fir.address())))
        .contains("only who shares");
    assertThat(elm.failure(elm.service.remove(chat.id(), elm.address()))).contains("that is you");
    MeshAddress nobody = new MeshAddress(0x2001_0020_0000_0000L, 99);
    assertThat(elm.failure(elm.service.remove(chat.id(), nobody))).contains("not in 'chat'");
  }

  @Test
  void who_leaves_while_the_owner_is_away_is_off_all_lists_and_the_key_changes_when_it_is_back() {
    Activity chat = shareWithAll();
    GroupKey before = newestKey(elm, chat);
    isolate(elm);
    oak.get(oak.service.leave(chat.id()));
    run(2);
    assertThat(fir.activity(chat.id()).members()).containsExactly(elm.address(), fir.address());
    assertThat(elm.activity(chat.id()).members()).contains(oak.address());
    SimNode oaks = net.restart(oak);
    reunite(elm, List.of(oaks, fir));
    run(5);
    assertThat(elm.activity(chat.id()).members()).containsExactly(elm.address(), fir.address());
    assertThat(newestKey(elm, chat).secret()).isNotEqualTo(before.secret());
    assertThat(newestKey(fir, chat)).isEqualTo(newestKey(elm, chat));
    assertThat(oaks.membership(chat.id()).members()).isEmpty();
  }

  @Test
  void changes_on_both_sides_of_a_partition_are_one_list_when_it_heals() {
    Activity chat = shareWithAll();
    SimNode yew = net.node("yew");
    SimNode ash = net.node("ash");
    // elm and yew here, oak, fir and ash there.
    for (SimNode here : List.of(elm, yew)) {
      List.of(oak, fir, ash).forEach(there -> net.cut(here, there));
    }
    yew.get(yew.service.join(chat.id()));
    fir.get(fir.service.leave(chat.id()));
    Invitation sent = oak.get(oak.service.invite(ash.address(), chat.id()));
    run(1);
    ash.get(ash.service.accept(sent.id()));
    run(60);
    assertThat(ash.activity(chat.id()).standing()).isEqualTo(Standing.WAITING);
    for (SimNode here : List.of(elm, yew)) {
      List.of(oak, fir, ash).forEach(there -> net.heal(here, there));
    }
    run(5);
    for (SimNode node : List.of(elm, oak, yew, ash)) {
      assertThat(node.activity(chat.id()).members())
          .containsExactly(elm.address(), oak.address(), yew.address(), ash.address());
      assertThat(newestKey(node, chat)).isEqualTo(newestKey(elm, chat));
    }
    assertThat(fir.membership(chat.id()).members()).isEmpty();
  }

  @Test
  void who_accepted_out_of_reach_of_the_owner_waits_across_restarts_and_comes_in() {
    Activity chat = share(elm, false);
    bring(elm, oak, chat);
    net.cut(elm, fir);
    net.cut(elm, oak);
    Invitation sent = oak.get(oak.service.invite(fir.address(), chat.id()));
    run(1);
    assertThat(fir.get(fir.service.accept(sent.id())).state()).isEqualTo(State.ACCEPTED);
    SimNode firs = net.restart(fir);
    SimNode oaks = net.restart(oak);
    run(60);
    assertThat(firs.activity(chat.id()).standing()).isEqualTo(Standing.WAITING);
    net.heal(elm, oaks);
    run(5);
    // The inviter has told the owner; the invited is in as soon as it meets it.
    assertThat(elm.activity(chat.id()).members()).contains(fir.address());
    net.heal(elm, firs);
    run(5);
    assertThat(firs.activity(chat.id()).standing()).isEqualTo(Standing.JOINED);
  }

  @Test
  void who_gives_up_waiting_is_not_let_in_later() {
    Activity chat = share(elm, false);
    bring(elm, oak, chat);
    net.cut(elm, fir);
    Invitation sent = oak.get(oak.service.invite(fir.address(), chat.id()));
    run(1);
    fir.get(fir.service.accept(sent.id()));
    fir.get(fir.service.leave(chat.id()));
    net.heal(elm, fir);
    run(10);
    assertThat(elm.activity(chat.id()).members()).doesNotContain(fir.address());
    assertThat(fir.membership(chat.id()).members()).isEmpty();
  }

  @Test
  void what_ended_while_somebody_was_away_is_over_for_them_when_they_are_back() {
    Activity chat = shareWithAll();
    isolate(oak);
    elm.get(elm.service.leave(chat.id()));
    SimNode elms = net.restart(elm);
    net.cut(elms, oak);
    run(60);
    assertThat(oak.activity(chat.id()).joined()).isTrue();
    net.heal(elms, oak);
    run(5);
    assertThat(oak.membership(chat.id()).keys()).isEmpty();
    assertThat(oak.events).anyMatch(e -> isChange(e, "ended"));
    assertThat(elms.stores.activities().load()).as("everybody knows: forgotten").isEmpty();
  }

  @Test
  void one_invitation_brings_somebody_in_once() {
    Activity chat = share(elm, false);
    Invitation sent = bring(elm, oak, chat);
    oak.get(oak.service.leave(chat.id()));
    run(2);
    // A yes that was said before and comes again, late: what it asked for was done.
    oak.streams.send(elm.address(), new Message.Decision(sent.id(), true, ""));
    run(5);
    assertThat(elm.activity(chat.id()).members()).containsExactly(elm.address());
  }

  @Test
  void what_cannot_be_stored_has_not_happened_and_is_said_clearly() {
    CrashStore disk = new CrashStore(net);
    SimNode yew = net.node("yew", disk, WhoMayInvite.EVERYONE, DeskLimits.defaults());
    Activity chat = share(yew, true);
    oak.get(oak.service.join(chat.id()));
    run(2);
    Membership before = oak.membership(chat.id());
    disk.setFull(true);
    assertThat(yew.failure(yew.service.share("chat", "more", true)))
        .contains("could not be stored");
    assertThat(yew.failure(yew.service.remove(chat.id(), oak.address())))
        .contains("could not be stored, and nothing was said");
    assertThat(yew.failure(yew.service.leave(chat.id()))).contains("could not be stored");
    var unused = fir.service.join(chat.id());
    run(2);
    assertThat(yew.activity(chat.id()).members()).containsExactly(oak.address(), yew.address());
    assertThat(oak.membership(chat.id())).isEqualTo(before);
    assertThat(fir.membership(chat.id()).keys()).isEmpty();
    disk.setFull(false);
    run(10);
    assertThat(yew.activity(chat.id()).members()).hasSize(3).contains(fir.address());
    yew.get(yew.service.remove(chat.id(), oak.address()));
    run(2);
    assertThat(oak.membership(chat.id()).keys()).isEmpty();
  }

  @Test
  void nothing_that_is_told_prints_a_secret() {
    Activity chat = shareWithAll();
    String secret = newestKey(elm, chat).secret().toString();
    assertThat(secret).hasSize(2 * MeshGroups.SECRET_BYTES);
    assertThat(elm.membership(chat.id()).toString()).doesNotContain(secret);
    assertThat(elm.stores.activities().load().toString()).doesNotContain(secret);
    assertThat(oak.stores.activities().load().toString()).doesNotContain(secret);
    assertThat(elm.events.toString() + oak.events).doesNotContain(secret);
  }

  private static boolean isChange(InvitationEvent event, String what) {
    return event instanceof InvitationEvent.ActivityChanged c && c.what().equals(what);
  }

  private static GroupKey newestKey(SimNode node, Activity activity) {
    return node.membership(activity.id()).keys().get(0);
  }

  private Activity shareWithAll() {
    Activity chat = share(elm, true);
    oak.get(oak.service.join(chat.id()));
    fir.get(fir.service.join(chat.id()));
    run(2);
    return chat;
  }

  private static Activity share(SimNode owner, boolean open) {
    return owner.get(owner.service.share("chat", "chat", open));
  }

  private Invitation bring(SimNode inviter, SimNode invitee, Activity activity) {
    Invitation sent = inviter.get(inviter.service.invite(invitee.address(), activity.id()));
    run(1);
    invitee.get(invitee.service.accept(sent.id()));
    run(2);
    return sent;
  }

  private void isolate(SimNode one) {
    for (SimNode other : List.of(elm, oak, fir)) {
      if (other != one) {
        net.cut(one, other);
      }
    }
  }

  private void reunite(SimNode one, List<SimNode> others) {
    others.forEach(other -> net.heal(one, other));
  }

  private void run(int seconds) {
    net.loop.runFor(Duration.ofSeconds(seconds));
  }
}
