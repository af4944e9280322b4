package io.limpet.invitation.internal.invite;

import static io.limpet.invitation.internal.invite.EngineFixture.ELM;
import static io.limpet.invitation.internal.invite.EngineFixture.LATER;
import static io.limpet.invitation.internal.invite.EngineFixture.NOW;
import static io.limpet.invitation.internal.invite.EngineFixture.OAK;
import static io.limpet.invitation.internal.invite.EngineFixture.has;
import static io.limpet.invitation.internal.invite.EngineFixture.isViolation;
import static io.limpet.invitation.internal.invite.EngineFixture.sent;
import static org.assertj.core.api.Assertions.assertThat;

import io.limpet.invitation.Invitation.State;
import io.limpet.invitation.internal.wire.Message;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class InviteeEngineTest {
  private static final Message.Invite INVITE =
      new Message.Invite("i", "a", "chat", "t", ELM, "elm", 1000);

  @Test
  void a_new_one_is_receipted_and_told_to_the_application() {
    Step step = InviteeEngine.onCreate(in(State.DELIVERED, false));
    assertThat(sent(step)).containsExactly(new Message.Receipt("i"));
    assertThat(step.effects()).contains(new Effect.Received());
  }

  @ParameterizedTest
  @EnumSource(names = {"DELIVERED", "EXPIRED"})
  void one_that_comes_again_is_receipted_again_and_not_told_again(State state) {
    Step step = InviteeEngine.onInvite(in(state, false), INVITE);
    assertThat(step.effects()).containsExactly(new Effect.Send(new Message.Receipt("i")));
  }

  @Test
  void one_that_comes_again_after_our_decision_gets_the_decision() {
    assertThat(sent(InviteeEngine.onInvite(in(State.ACCEPTED, false), INVITE)))
        .containsExactly(new Message.Decision("i", true, "why"));
    assertThat(sent(InviteeEngine.onInvite(in(State.DECLINED, true), INVITE)))
        .containsExactly(new Message.Decision("i", false, "why"));
  }

  @Test
  void one_that_comes_after_its_withdrawal_stays_withdrawn() {
    Step step = InviteeEngine.onInvite(in(State.WITHDRAWN, false), INVITE);
    assertThat(step.session().state()).isEqualTo(State.WITHDRAWN);
    assertThat(sent(step)).containsExactly(new Message.Withdrawn("i"));
  }

  @Test
  void one_that_comes_again_with_another_content_is_a_violation() {
    Message.Invite other = new Message.Invite("i", "b", "chat", "t", ELM, "elm", 1000);
    Message.Invite owner = new Message.Invite("i", "a", "chat", "t", OAK, "elm", 1000);
    assertThat(isViolation(InviteeEngine.onInvite(in(State.DELIVERED, false), other))).isTrue();
    assertThat(isViolation(InviteeEngine.onInvite(in(State.DELIVERED, false), owner))).isTrue();
  }

  @Test
  void a_yes_is_repeated_until_the_outcome_comes() {
    Step yes = InviteeEngine.onDecide(in(State.DELIVERED, false), true, "", NOW);
    assertThat(yes.session().state()).isEqualTo(State.ACCEPTED);
    assertThat(has(yes, Effect.Expect.class)).isTrue();
    assertThat(sent(yes)).containsExactly(new Message.Decision("i", true, ""));
    Step again = InviteeEngine.onPeerReady(yes.session());
    assertThat(again.effects()).containsExactly(yes.effects().get(0));
    Step done = InviteeEngine.onOutcome(yes.session(), State.ACCEPTED, NOW);
    assertThat(done.effects()).isEmpty();
    assertThat(sent(InviteeEngine.onPeerReady(done.session()))).isEmpty();
  }

  @Test
  void a_no_expects_nothing() {
    Step no = InviteeEngine.onDecide(in(State.DELIVERED, false), false, "busy", NOW);
    assertThat(no.session().state()).isEqualTo(State.DECLINED);
    assertThat(has(no, Effect.Expect.class)).isFalse();
    assertThat(sent(no)).containsExactly(new Message.Decision("i", false, "busy"));
  }

  @ParameterizedTest
  @EnumSource(names = {"EXPIRED", "WITHDRAWN"})
  void a_yes_that_came_too_late_becomes_what_the_inviter_says(State outcome) {
    Step step = InviteeEngine.onOutcome(in(State.ACCEPTED, true), outcome, NOW);
    assertThat(step.session().state()).isEqualTo(outcome);
    assertThat(step.effects()).contains(new Effect.Unexpect(), new Effect.Changed());
  }

  @ParameterizedTest
  @EnumSource(names = {"ACCEPTED", "DECLINED"})
  void a_decision_that_was_acknowledged_cannot_be_turned(State state) {
    assertThat(InviteeEngine.onOutcome(in(state, false), State.EXPIRED, NOW))
        .isEqualTo(Step.ignore(in(state, false)));
    assertThat(isViolation(InviteeEngine.onWithdraw(in(state, false), "", NOW))).isTrue();
  }

  @Test
  void an_outcome_without_a_decision_is_a_violation() {
    Step step = InviteeEngine.onOutcome(in(State.DELIVERED, false), State.ACCEPTED, NOW);
    assertThat(isViolation(step)).isTrue();
    assertThat(step.session().state()).isEqualTo(State.DELIVERED);
  }

  @Test
  void a_withdrawal_ends_it_and_is_acknowledged_however_often_it_comes() {
    Step step = InviteeEngine.onWithdraw(in(State.DELIVERED, false), "never mind", NOW);
    assertThat(step.session().state()).isEqualTo(State.WITHDRAWN);
    assertThat(step.session().invitation().reason()).isEqualTo("never mind");
    assertThat(sent(step)).containsExactly(new Message.Withdrawn("i"));
    Step again = InviteeEngine.onWithdraw(step.session(), "never mind", NOW);
    assertThat(again.effects()).containsExactlyElementsOf(step.effects().subList(0, 1));
  }

  @Test
  void a_withdrawal_that_crosses_our_yes_wins() {
    Step step = InviteeEngine.onWithdraw(in(State.ACCEPTED, true), "", NOW);
    assertThat(step.session().state()).isEqualTo(State.WITHDRAWN);
    assertThat(step.session().outstanding()).isFalse();
    assertThat(step.effects()).contains(new Effect.Unexpect());
  }

  @Test
  void time_ends_what_is_undecided_and_nothing_else() {
    assertThat(InviteeEngine.onTime(in(State.DELIVERED, false), LATER).session().state())
        .isEqualTo(State.EXPIRED);
    for (State state : new State[] {State.ACCEPTED, State.DECLINED, State.WITHDRAWN}) {
      assertThat(InviteeEngine.onTime(in(state, true), LATER))
          .isEqualTo(Step.ignore(in(state, true)));
    }
  }

  private static InvitationSession in(State state, boolean outstanding) {
    return EngineFixture.session(Role.INVITEE, state, outstanding);
  }
}
