package io.limpet.invitation.internal.invite;

import static io.limpet.invitation.internal.invite.EngineFixture.ELM;
import static io.limpet.invitation.internal.invite.EngineFixture.LATER;
import static io.limpet.invitation.internal.invite.EngineFixture.NOW;
import static io.limpet.invitation.internal.invite.EngineFixture.has;
import static io.limpet.invitation.internal.invite.EngineFixture.isViolation;
import static io.limpet.invitation.internal.invite.EngineFixture.sent;
import static org.assertj.core.api.Assertions.assertThat;

import io.limpet.invitation.Invitation.State;
import io.limpet.invitation.internal.wire.Message;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

class InviterEngineTest {
  private static final Message.Invite INVITE =
      new Message.Invite("i", "a", "chat", "t", ELM, "elm", Duration.ofHours(24).toMillis());

  @Test
  void a_new_invitation_goes_out_and_is_owed_an_answer() {
    Step step = InviterEngine.onCreate(in(State.PENDING, true), NOW);
    assertThat(step.session().outstanding()).isTrue();
    assertThat(sent(step)).containsExactly(INVITE);
  }

  @Test
  void a_receipt_makes_it_delivered_and_nothing_is_owed() {
    Step step = InviterEngine.onReceipt(in(State.PENDING, true), NOW);
    assertThat(step.session().state()).isEqualTo(State.DELIVERED);
    assertThat(step.session().outstanding()).isFalse();
    assertThat(step.session().invitation().times()).containsKeys(State.PENDING, State.DELIVERED);
  }

  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "PENDING")
  void a_receipt_that_comes_late_changes_nothing(State state) {
    assertThat(InviterEngine.onReceipt(in(state, false), NOW))
        .isEqualTo(Step.ignore(in(state, false)));
  }

  @ParameterizedTest
  @EnumSource(names = {"PENDING", "DELIVERED"})
  void a_yes_admits_and_is_acknowledged(State state) {
    Step step = InviterEngine.onDecision(in(state, true), true, "", NOW);
    assertThat(step.session().state()).isEqualTo(State.ACCEPTED);
    assertThat(step.session().outstanding()).isFalse();
    assertThat(step.session().invitation().times()).containsKey(State.DELIVERED);
    assertThat(has(step, Effect.Admit.class)).isTrue();
    assertThat(sent(step)).containsExactly(new Message.Outcome("i", State.ACCEPTED));
  }

  @ParameterizedTest
  @EnumSource(names = {"PENDING", "DELIVERED"})
  void a_no_is_acknowledged_with_its_reason_kept(State state) {
    Step step = InviterEngine.onDecision(in(state, true), false, "homework", NOW);
    assertThat(step.session().state()).isEqualTo(State.DECLINED);
    assertThat(step.session().invitation().reason()).isEqualTo("homework");
    assertThat(has(step, Effect.Admit.class)).isFalse();
    assertThat(sent(step)).containsExactly(new Message.Outcome("i", State.DECLINED));
  }

  @Test
  void a_yes_after_the_time_is_up_is_answered_with_expired() {
    Step step = InviterEngine.onDecision(in(State.DELIVERED, false), true, "", LATER);
    assertThat(step.session().state()).isEqualTo(State.EXPIRED);
    assertThat(has(step, Effect.Admit.class)).isFalse();
    assertThat(sent(step)).containsExactly(new Message.Outcome("i", State.EXPIRED));
  }

  @ParameterizedTest
  @EnumSource(names = {"ACCEPTED", "DECLINED", "WITHDRAWN", "EXPIRED"})
  void a_decision_on_what_has_ended_is_answered_with_how_it_ended(State state) {
    for (boolean accepted : new boolean[] {true, false}) {
      Step step = InviterEngine.onDecision(in(state, false), accepted, "", NOW);
      assertThat(step.session()).isEqualTo(in(state, false));
      assertThat(sent(step)).containsExactly(new Message.Outcome("i", state));
      assertThat(step.effects()).hasSize(1);
    }
  }

  @Test
  void a_yes_that_comes_again_admits_again_for_the_first_time_may_not_have_been_stored() {
    Step step = InviterEngine.onDecision(in(State.ACCEPTED, false), true, "", NOW);
    Message.Outcome accepted = new Message.Outcome("i", State.ACCEPTED);
    assertThat(step.effects()).containsExactly(new Effect.Admit(accepted));
  }

  @ParameterizedTest
  @EnumSource(names = {"PENDING", "DELIVERED"})
  void a_refusal_declines_it_with_the_reason(State state) {
    Step step = InviterEngine.onRefused(in(state, true), "the inbox is full", NOW);
    assertThat(step.session().state()).isEqualTo(State.DECLINED);
    assertThat(step.session().invitation().reason()).isEqualTo("the inbox is full");
  }

  @ParameterizedTest
  @EnumSource(names = {"ACCEPTED", "DECLINED", "WITHDRAWN", "EXPIRED"})
  void a_refusal_of_what_has_ended_changes_nothing(State state) {
    assertThat(InviterEngine.onRefused(in(state, false), "x", NOW).effects()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(names = {"PENDING", "DELIVERED"})
  void a_withdrawal_is_said_until_it_is_understood(State state) {
    Step step = InviterEngine.onWithdraw(in(state, false), "never mind", NOW);
    assertThat(step.session().state()).isEqualTo(State.WITHDRAWN);
    assertThat(step.session().outstanding()).isTrue();
    assertThat(sent(step)).containsExactly(new Message.Withdraw("i", "never mind"));
    assertThat(sent(InviterEngine.onPeerReady(step.session(), NOW))).isEqualTo(sent(step));
    Step understood = InviterEngine.onWithdrawn(step.session());
    assertThat(understood.session().outstanding()).isFalse();
  }

  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "WITHDRAWN")
  void acknowledging_a_withdrawal_that_never_was_is_a_violation(State state) {
    assertThat(isViolation(InviterEngine.onWithdrawn(in(state, false)))).isTrue();
  }

  @ParameterizedTest
  @EnumSource(names = {"PENDING", "DELIVERED"})
  void time_ends_what_is_open(State state) {
    assertThat(InviterEngine.onTime(in(state, true), NOW).session().state()).isEqualTo(state);
    Step step = InviterEngine.onTime(in(state, true), LATER);
    assertThat(step.session().state()).isEqualTo(State.EXPIRED);
    assertThat(step.session().outstanding()).isFalse();
  }

  @ParameterizedTest
  @EnumSource(names = {"ACCEPTED", "DECLINED", "EXPIRED"})
  void time_does_nothing_to_what_has_ended(State state) {
    assertThat(InviterEngine.onTime(in(state, false), LATER).session().state()).isEqualTo(state);
  }

  @Test
  void a_withdrawal_is_repeated_until_it_is_heard_beyond_the_invitations_time_too() {
    Step step = InviterEngine.onTime(in(State.WITHDRAWN, true), LATER);
    assertThat(step.session().outstanding()).isTrue();
    assertThat(sent(InviterEngine.onPeerReady(step.session(), LATER)))
        .containsExactly(new Message.Withdraw("i", "why"));
  }

  @Test
  void a_pending_one_is_repeated_when_the_peer_is_ready_with_the_time_that_is_left() {
    Step step = InviterEngine.onPeerReady(in(State.PENDING, true), NOW.plusSeconds(60));
    assertThat(sent(step))
        .containsExactly(
            new Message.Invite(
                "i", "a", "chat", "t", ELM, "elm", Duration.ofHours(24).toMillis() - 60_000));
  }

  @Test
  void a_delivered_one_is_repeated_only_to_a_peer_that_restarted() {
    assertThat(sent(InviterEngine.onPeerReady(in(State.DELIVERED, false), NOW))).isEmpty();
    Step restarted = InviterEngine.onPeerRestarted(in(State.DELIVERED, false));
    assertThat(sent(InviterEngine.onPeerReady(restarted.session(), NOW))).containsExactly(INVITE);
    Step receipt = InviterEngine.onReceipt(restarted.session(), NOW);
    assertThat(receipt.session().outstanding()).isFalse();
  }

  private static InvitationSession in(State state, boolean outstanding) {
    return EngineFixture.session(Role.INVITER, state, outstanding);
  }
}
