package io.limpet.invitation.internal.invite;

import static io.limpet.invitation.internal.invite.EngineFixture.ELM;
import static io.limpet.invitation.internal.invite.EngineFixture.NOW;
import static io.limpet.invitation.internal.invite.EngineFixture.OAK;
import static org.assertj.core.api.Assertions.assertThat;

import io.limpet.invitation.Activity;
import io.limpet.invitation.Invitation;
import io.limpet.invitation.Invitation.State;
import io.limpet.invitation.InvitationException;
import io.limpet.invitation.Invitations;
import io.limpet.invitation.internal.wire.Message;
import io.limpet.link.MeshAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** We are oak. */
class InvitationDeskTest {
  private static final MeshAddress FIR = new MeshAddress(0x2001_0020_0000_0000L, 3);
  private static final DeskLimits LIMITS = new DeskLimits(2, 3, 2, 4, 10, 60, Duration.ofHours(24));

  private final SlowStore store = new SlowStore();
  private final List<String> out = new ArrayList<>();
  private final List<Message> sent = new ArrayList<>();
  private final List<String> memberships = new ArrayList<>();
  private final Map<MeshAddress, String> refusals = new HashMap<>();
  private CompletableFuture<Void> membership = CompletableFuture.completedFuture(null);
  private final InvitationDesk desk =
      new InvitationDesk(
          OAK,
          "oak",
          store,
          LIMITS,
          from -> Optional.ofNullable(refusals.get(from)),
          memberships::contains,
          new Recorder());

  @Test
  void nothing_is_sent_before_the_store_has_it() {
    store.slow = true;
    CompletionStage<Invitation> inviting = inviteElm("i1", "a");
    assertThat(out).isEmpty();
    assertThat(inviting.toCompletableFuture()).isNotDone();
    store.commitOne();
    assertThat(sent).hasSize(1).first().isInstanceOf(Message.Invite.class);
    assertThat(inviting.toCompletableFuture()).isCompleted();
  }

  @Test
  void no_receipt_before_the_store_has_it_even_for_a_second_copy() {
    store.slow = true;
    receive(ELM, "i1", "a");
    receive(ELM, "i1", "a");
    assertThat(out).isEmpty();
    store.commitOne();
    assertThat(sent).containsExactly(new Message.Receipt("i1"), new Message.Receipt("i1"));
    assertThat(out).filteredOn(o -> o.startsWith("received")).hasSize(1);
  }

  @Test
  void what_cannot_be_stored_is_not_sent_and_fails() {
    store.slow = true;
    CompletionStage<Invitation> inviting = inviteElm("i1", "a");
    store.failOne();
    desk.resend(ELM, NOW);
    assertThat(sent).isEmpty();
    assertThat(desk.sessions()).isEmpty();
    assertThat(inviting.toCompletableFuture())
        .failsWithin(Duration.ZERO)
        .withThrowableThat()
        .havingRootCause()
        .isInstanceOf(InvitationException.class)
        .withMessageContaining("could not be stored");
  }

  @Test
  void no_outcome_before_it_is_stored_that_they_come_in() {
    membership = new CompletableFuture<>();
    inviteElm("i1", "a");
    sent.clear();
    desk.onMessage(ELM, new Message.Decision("i1", true, ""), NOW, "elm");
    assertThat(out).contains("admit i1");
    assertThat(sent).isEmpty();
    membership.complete(null);
    assertThat(sent).containsExactly(new Message.Outcome("i1", State.ACCEPTED));
  }

  @Test
  void no_yes_before_it_is_stored_that_we_wait_to_come_in() {
    membership = new CompletableFuture<>();
    receive(ELM, "i1", "a");
    sent.clear();
    desk.decide("i1", true, "", NOW);
    assertThat(out).contains("expect i1");
    assertThat(sent).isEmpty();
    membership.complete(null);
    assertThat(sent).containsExactly(new Message.Decision("i1", true, ""));
  }

  @Test
  void a_membership_that_cannot_be_stored_is_not_said_and_tried_when_they_repeat_themselves() {
    membership = CompletableFuture.failedFuture(new InvitationException("full"));
    inviteElm("i1", "a");
    sent.clear();
    desk.onMessage(ELM, new Message.Decision("i1", true, ""), NOW, "elm");
    assertThat(sent).isEmpty();
    assertThat(out).endsWith("reopened");
    membership = CompletableFuture.completedFuture(null);
    desk.onMessage(ELM, new Message.Decision("i1", true, ""), NOW, "elm");
    assertThat(out).filteredOn(o -> o.equals("admit i1")).hasSize(2);
    assertThat(sent).containsExactly(new Message.Outcome("i1", State.ACCEPTED));
  }

  @Test
  void after_a_failure_all_is_as_the_store_has_it_and_goes_on() {
    inviteElm("i1", "a");
    store.slow = true;
    desk.onMessage(ELM, new Message.Receipt("i1"), NOW, "elm");
    CompletionStage<Invitation> second = inviteElm("i2", "b");
    store.failOne();
    store.failOne();
    assertThat(second.toCompletableFuture()).isCompletedExceptionally();
    assertThat(desk.sessions()).extracting(InvitationSession::id).containsExactly("i1");
    assertThat(desk.session("i1").orElseThrow().state()).isEqualTo(State.PENDING);
    assertThat(out).containsOnlyOnce("reopened");
    sent.clear();
    desk.resend(ELM, NOW);
    assertThat(sent).hasSize(1).first().isInstanceOf(Message.Invite.class);
  }

  @Test
  void one_sender_cannot_fill_the_inbox_for_others() {
    receive(ELM, "i1", "a");
    receive(ELM, "i2", "b");
    receive(ELM, "i3", "c");
    receive(FIR, "i4", "d");
    assertThat(desk.sessions()).extracting(InvitationSession::id).containsExactly("i1", "i2", "i4");
    assertThat(sent)
        .contains(new Message.Refused("i3", "too many of your invitations are open here"));
  }

  @Test
  void a_full_inbox_says_so() {
    receive(ELM, "i1", "a");
    receive(ELM, "i2", "b");
    receive(FIR, "i3", "c");
    receive(FIR, "i4", "d");
    assertThat(sent).contains(new Message.Refused("i4", "the inbox is full"));
  }

  @Test
  void what_has_ended_is_a_bounded_history() {
    for (int i = 0; i < 9; i++) {
      receive(ELM, "i" + i, "a");
      desk.decide("i" + i, false, "", NOW);
      desk.onMessage(ELM, new Message.Outcome("i" + i, State.DECLINED), NOW, "elm");
    }
    assertThat(desk.sessions()).extracting(InvitationSession::id).containsExactly("i7", "i8");
    assertThat(store.removed).hasSize(7);
  }

  @Test
  void what_ended_first_is_forgotten_first_whatever_came_first() {
    receive(ELM, "i0", "a");
    for (int i = 1; i < 3; i++) {
      receive(ELM, "i" + i, "a");
      withdrawn("i" + i, NOW.plusSeconds(i));
    }
    withdrawn("i0", NOW.plusSeconds(3));
    receive(ELM, "i3", "a");
    withdrawn("i3", NOW.plusSeconds(4));
    assertThat(store.removed).containsExactly("i1", "i2");
  }

  private void withdrawn(String id, Instant at) {
    desk.onMessage(ELM, new Message.Withdraw(id, ""), at, "elm");
  }

  @Test
  void a_copy_of_what_was_forgotten_is_answered_and_not_told_again() {
    for (int i = 0; i < 3; i++) {
      receive(ELM, "i" + i, "a");
      desk.decide("i" + i, false, "no", NOW);
      desk.onMessage(ELM, new Message.Outcome("i" + i, State.DECLINED), NOW, "elm");
    }
    assertThat(store.removed).containsExactly("i0");
    receive(ELM, "i0", "a");
    assertThat(sent).endsWith(new Message.Decision("i0", false, "no"));
    assertThat(out).filteredOn(o -> o.equals("received i0")).hasSize(1);
    assertThat(desk.session("i0")).isEmpty();
  }

  @Test
  void one_that_its_withdrawal_overtook_is_not_taken() {
    withdrawn("i1", NOW);
    receive(ELM, "i1", "a");
    assertThat(sent).containsExactly(new Message.Withdrawn("i1"), new Message.Withdrawn("i1"));
    assertThat(desk.sessions()).isEmpty();
    receive(FIR, "i1", "a");
    assertThat(desk.session("i1")).as("another person's is another").isPresent();
  }

  @Test
  void a_copy_of_what_was_refused_is_refused_though_there_is_room_by_then() {
    refusals.put(ELM, "not from you");
    receive(ELM, "i1", "a");
    refusals.clear();
    receive(ELM, "i1", "a");
    Message refused = new Message.Refused("i1", "not from you");
    assertThat(sent).containsExactly(refused, refused);
    assertThat(desk.sessions()).isEmpty();
  }

  @Test
  void a_decision_that_its_inviter_does_not_know_is_not_forgotten_and_takes_room() {
    for (int i = 0; i < 4; i++) {
      receive(ELM, "i" + i, "a");
      desk.decide("i" + i, false, "", NOW);
    }
    assertThat(desk.sessions()).extracting(InvitationSession::id).containsExactly("i0", "i1");
    assertThat(sent)
        .contains(new Message.Refused("i2", "too many of your invitations are open here"));
    receive(ELM, "i0", "a");
    assertThat(sent).endsWith(new Message.Decision("i0", false, ""));
    assertThat(out).filteredOn(o -> o.equals("received i0")).hasSize(1);
  }

  @Test
  void nothing_of_whom_the_policy_refuses_is_stored_or_told_whatever_they_send() {
    refusals.put(ELM, "not from you");
    for (int i = 0; i < 50; i++) {
      receive(ELM, "i" + i, "a");
    }
    assertThat(sent).hasSize(50).contains(new Message.Refused("i49", "not from you"));
    assertThat(store.puts).isZero();
    assertThat(desk.sessions()).isEmpty();
    assertThat(out).containsOnly("send");
  }

  @Test
  void the_policy_comes_before_what_we_want_of_them() {
    inviteElm("i5", "a");
    refusals.put(ELM, "not from you");
    receive(ELM, "i4", "a");
    assertThat(sent).endsWith(new Message.Refused("i4", "not from you"));
    assertThat(desk.session("i5").orElseThrow().state()).isEqualTo(State.PENDING);
  }

  @Test
  void what_comes_too_fast_is_neither_kept_nor_answered_and_is_taken_when_it_comes_again() {
    for (int i = 10; i < 30; i++) {
      receive(ELM, "i" + i, "a");
      if (desk.session("i" + i).isPresent()) {
        withdrawn("i" + i, NOW);
      }
    }
    assertThat(store.puts).isEqualTo(2 * 10);
    assertThat(sent).doesNotContain(new Message.Receipt("i20"));
    receive(FIR, "f1", "a");
    assertThat(sent).contains(new Message.Receipt("f1"));
    desk.onMessage(ELM, invite(ELM, "i20", "a", "t"), NOW.plusMillis(1_500), "elm");
    desk.onMessage(ELM, invite(ELM, "i21", "a", "t"), NOW.plusMillis(1_500), "elm");
    assertThat(sent).contains(new Message.Receipt("i20"));
    assertThat(desk.session("i21")).isEmpty();
  }

  @Test
  void a_clock_that_leaps_gives_no_more_than_the_full_allowance_and_one_set_back_goes_on() {
    Instant ahead = NOW.plusSeconds(86_400);
    Instant back = NOW.minusSeconds(86_400);
    receiveAndWithdraw(1, NOW);
    receiveAndWithdraw(30, ahead);
    assertThat(out).filteredOn(o -> o.startsWith("received")).hasSize(1 + 10);
    receiveAndWithdraw(30, back);
    assertThat(out).filteredOn(o -> o.startsWith("received")).hasSize(1 + 10);
    receiveAndWithdraw(30, back.plusMillis(1_500));
    assertThat(out).filteredOn(o -> o.startsWith("received")).hasSize(1 + 10 + 1);
  }

  private void receiveAndWithdraw(int count, Instant now) {
    for (int i = 0; i < count; i++) {
      String id = "i-" + now + "-" + i;
      desk.onMessage(ELM, invite(ELM, id, "a", "t"), now, "elm");
      desk.onMessage(ELM, new Message.Withdraw(id, ""), now, "elm");
    }
  }

  @Test
  void a_withdrawal_that_was_not_heard_is_said_beyond_the_invitations_time() {
    inviteElm("i1", "a");
    desk.withdraw("i1", "wrong person", NOW);
    desk.onTime(EngineFixture.LATER);
    sent.clear();
    desk.resend(ELM, EngineFixture.LATER);
    assertThat(sent).containsExactly(new Message.Withdraw("i1", "wrong person"));
    assertThat(desk.nextDeadline()).isEmpty();
  }

  @Test
  void whom_we_become_a_member_with_has_our_yes() {
    receive(ELM, "i1", "a");
    receive(FIR, "i2", "a");
    receive(FIR, "i3", "b");
    desk.onMember("a", NOW);
    assertThat(desk.session("i1").orElseThrow().state()).isEqualTo(State.ACCEPTED);
    assertThat(desk.session("i2").orElseThrow().state()).isEqualTo(State.ACCEPTED);
    assertThat(desk.session("i3").orElseThrow().state()).isEqualTo(State.DELIVERED);
  }

  @Test
  void two_activities_of_one_type_and_title_that_each_shares_are_the_same_thing() {
    inviteElm("i5", "a");
    receive(ELM, "i4", "b");
    assertThat(desk.session("i5").orElseThrow().state()).isEqualTo(State.WITHDRAWN);
    assertThat(desk.session("i4").orElseThrow().state()).isEqualTo(State.ACCEPTED);
  }

  @Test
  void another_title_or_somebody_elses_activity_of_that_title_is_another_thing() {
    inviteElm("i5", "a");
    desk.onMessage(ELM, invite(ELM, "i3", "b", "other"), NOW, "elm");
    desk.onMessage(ELM, new Message.Invite("i4", "c", "chat", "t", FIR, "x", 60_000), NOW, "elm");
    assertThat(desk.session("i3").orElseThrow().state()).isEqualTo(State.DELIVERED);
    assertThat(desk.session("i4").orElseThrow().state()).isEqualTo(State.DELIVERED);
    assertThat(desk.session("i5").orElseThrow().state()).isEqualTo(State.PENDING);
  }

  @Test
  void of_several_that_cross_the_oldest_of_all_stands() {
    inviteElm("i7", "a");
    inviteElm("i5", "b");
    receive(ELM, "i6", "c");
    assertThat(desk.session("i6")).isEmpty();
    receive(ELM, "i4", "d");
    assertThat(desk.session("i4").orElseThrow().state()).isEqualTo(State.ACCEPTED);
    assertThat(desk.session("i5").orElseThrow().state()).isEqualTo(State.WITHDRAWN);
    assertThat(desk.session("i7").orElseThrow().state()).isEqualTo(State.WITHDRAWN);
  }

  @Test
  void two_who_invite_each_other_agree_on_the_older_one() {
    inviteElm("i5", "a");
    receive(ELM, "i4", "a");
    assertThat(desk.session("i5").orElseThrow().state()).isEqualTo(State.WITHDRAWN);
    assertThat(desk.session("i4").orElseThrow().state()).isEqualTo(State.ACCEPTED);
    assertThat(sent).contains(new Message.Decision("i4", true, ""));
  }

  @Test
  void of_two_that_cross_ours_stands_when_it_is_older() {
    inviteElm("i3", "a");
    receive(ELM, "i4", "a");
    assertThat(desk.session("i3").orElseThrow().state()).isEqualTo(State.PENDING);
    assertThat(desk.session("i4")).isEmpty();
    desk.onMessage(ELM, new Message.Decision("i3", true, ""), NOW, "elm");
    assertThat(desk.session("i3").orElseThrow().state()).isEqualTo(State.ACCEPTED);
    desk.onMessage(ELM, new Message.Withdraw("i4", "crossed with yours"), NOW, "elm");
    assertThat(sent).contains(new Message.Withdrawn("i4"));
  }

  @Test
  void an_invitation_to_what_we_are_in_is_agreed_at_once() {
    memberships.add("a");
    receive(ELM, "i1", "a");
    assertThat(desk.session("i1").orElseThrow().state()).isEqualTo(State.ACCEPTED);
  }

  @Test
  void a_third_person_cannot_speak_of_an_invitation_between_two() {
    inviteElm("i1", "a");
    desk.onMessage(FIR, new Message.Decision("i1", true, ""), NOW, "fir");
    assertThat(desk.session("i1").orElseThrow().state()).isEqualTo(State.PENDING);
    assertThat(out).contains("violation speaks of an invitation between others");
  }

  @Test
  void the_roles_cannot_be_swapped() {
    receive(ELM, "i1", "a");
    desk.onMessage(ELM, new Message.Decision("i1", true, ""), NOW, "elm");
    inviteElm("i2", "b");
    desk.onMessage(ELM, new Message.Outcome("i2", State.ACCEPTED), NOW, "elm");
    assertThat(out).filteredOn(o -> o.startsWith("violation")).hasSize(2);
  }

  @Test
  void a_decision_on_what_we_never_sent_is_answered_so_that_it_ends() {
    desk.onMessage(ELM, new Message.Decision("i9", true, ""), NOW, "elm");
    assertThat(sent).containsExactly(new Message.Outcome("i9", State.EXPIRED));
    assertThat(desk.sessions()).isEmpty();
  }

  @Test
  void the_deadline_is_the_first_to_lapse() {
    assertThat(desk.nextDeadline()).isEmpty();
    receive(ELM, "i1", "a");
    assertThat(desk.nextDeadline()).contains(NOW.plusSeconds(60));
    desk.onTime(NOW.plusSeconds(60));
    assertThat(desk.session("i1").orElseThrow().state()).isEqualTo(State.EXPIRED);
    assertThat(desk.nextDeadline()).isEmpty();
  }

  private CompletionStage<Invitation> inviteElm(String id, String activity) {
    Activity a =
        new Activity(
            activity,
            "chat",
            "t",
            OAK,
            List.of(OAK),
            Activity.Standing.JOINED,
            false,
            Invitations.RETENTION);
    return desk.invite(desk.draft(id, ELM, "elm", a, Optional.empty(), NOW), OAK, NOW);
  }

  private void receive(MeshAddress from, String id, String activity) {
    desk.onMessage(from, invite(from, id, activity, "t"), NOW, "elm");
  }

  private static Message.Invite invite(MeshAddress from, String id, String activity, String title) {
    return new Message.Invite(id, activity, "chat", title, from, "x", 60_000);
  }

  private static final class SlowStore implements InvitationStore {
    final ArrayDeque<CompletableFuture<Void>> waiting = new ArrayDeque<>();
    final List<String> removed = new ArrayList<>();
    boolean slow;
    int puts;

    @Override
    public List<InvitationSession> load() {
      return List.of();
    }

    @Override
    public CompletionStage<Void> put(InvitationSession session) {
      puts++;
      CompletableFuture<Void> stage = new CompletableFuture<>();
      if (slow) {
        waiting.add(stage);
      } else {
        stage.complete(null);
      }
      return stage;
    }

    void commitOne() {
      waiting.remove().complete(null);
    }

    void failOne() {
      waiting.remove().completeExceptionally(new java.io.IOException("disk full"));
    }

    @Override
    public void remove(String id) {
      removed.add(id);
    }
  }

  private final class Recorder implements InvitationDesk.Output {
    @Override
    public void send(MeshAddress peer, Message message) {
      out.add("send");
      sent.add(message);
    }

    @Override
    public void received(Invitation invitation) {
      out.add("received " + invitation.id());
    }

    @Override
    public void changed(Invitation invitation) {
      out.add("changed " + invitation.id() + " " + invitation.state());
    }

    @Override
    public CompletionStage<Void> admit(InvitationSession session) {
      out.add("admit " + session.id());
      return membership;
    }

    @Override
    public CompletionStage<Void> expect(InvitationSession session) {
      out.add("expect " + session.id());
      return membership;
    }

    @Override
    public void unexpect(InvitationSession session) {
      out.add("unexpect " + session.id());
    }

    @Override
    public void reopened(MeshAddress peer) {
      out.add("reopened");
    }

    @Override
    public void violation(MeshAddress peer, String what) {
      out.add("violation " + what);
    }
  }
}
