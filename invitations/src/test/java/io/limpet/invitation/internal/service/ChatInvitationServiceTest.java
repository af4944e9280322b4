package io.limpet.invitation.internal.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.limpet.invitation.Activity;
import io.limpet.invitation.ChatInvitation;
import io.limpet.invitation.ChatInvitation.State;
import io.limpet.invitation.ChatInvitations;
import io.limpet.invitation.InvitationEvent;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChatInvitationServiceTest {
  private static final Duration HOUR = Duration.ofHours(1);

  private final SimNet net = new SimNet(1);
  private final SimNode oak = net.node("oak");
  private final Activity lunch = oak.get(oak.service.share("chat", "lunch <3", true));

  @Test
  void an_invitation_arrives_as_a_line_that_says_what_it_is_and_how_to_join() {
    oak.plain.comes("ash@pc");
    ChatInvitation stored = oak.get(chat(oak).invite("ash@pc", lunch.id(), HOUR));
    assertThat(stored.state()).isEqualTo(State.PENDING);
    ChatInvitation told = oak.get(chat(oak).await(stored.id(), HOUR));
    assertThat(told.state()).isEqualTo(State.TOLD);
    assertThat(told.times()).containsOnlyKeys(State.PENDING, State.TOLD);
    assertThat(oak.plain.lines).hasSize(1);
    assertThat(oak.plain.lines.get(0))
        .startsWith("ash@pc: oak invites you to \"lunch <3\" (chat)")
        .contains("'limpet node'")
        .contains("'limpet join " + lunch.id().substring(lunch.id().length() - 12) + "'");
    assertThat(oak.events)
        .contains(new InvitationEvent.ByChat(stored), new InvitationEvent.ByChat(told));
  }

  @Test
  void of_an_activity_by_invitation_only_it_says_how_to_get_one() {
    oak.plain.comes("ash@pc");
    Activity closed = oak.get(oak.service.share("chat", "club", false));
    oak.get(chat(oak).invite("ash@pc", closed.id(), HOUR));
    net.loop.runFor(Duration.ofSeconds(1));
    assertThat(oak.plain.lines.get(0)).contains("limpet accept").doesNotContain("limpet join");
  }

  @Test
  void it_waits_for_its_person_and_is_told_once() {
    oak.plain.comes("ash@pc");
    oak.plain.answers = false;
    ChatInvitation stored = oak.get(chat(oak).invite("ash@pc", lunch.id(), HOUR));
    net.loop.runFor(Duration.ofSeconds(1));
    oak.plain.goes("ash@pc");
    net.loop.runFor(Duration.ofMinutes(10));
    assertThat(oak.plain.lines).as("tried once, and not while they are away").hasSize(1);
    assertThat(oak.get(chat(oak).await(stored.id(), Duration.ZERO)).state())
        .isEqualTo(State.PENDING);
    oak.plain.answers = true;
    oak.plain.comes("ash@pc");
    net.loop.runFor(Duration.ofMinutes(10));
    assertThat(oak.plain.lines).hasSize(2);
    assertThat(only(oak).state()).isEqualTo(State.TOLD);
  }

  @Test
  void it_outlives_the_life_that_made_it() {
    oak.plain.comes("ash@pc");
    oak.plain.answers = false;
    ChatInvitation stored = oak.get(chat(oak).invite("ash@pc", lunch.id(), HOUR));
    oak.crash();
    SimNode again = net.restart(oak);
    assertThat(only(again)).isEqualTo(stored);
    again.plain.comes("ash@pc");
    net.loop.runFor(Duration.ofSeconds(1));
    assertThat(again.plain.lines).hasSize(1);
    assertThat(only(again).state()).isEqualTo(State.TOLD);
    again.crash();
    SimNode third = net.restart(again);
    third.plain.comes("ash@pc");
    net.loop.runFor(Duration.ofMinutes(10));
    assertThat(third.plain.lines).as("told already").isEmpty();
  }

  @Test
  void it_can_be_taken_back_until_it_is_told_and_ends_with_the_activity() {
    oak.plain.comes("ash@pc");
    oak.plain.answers = false;
    ChatInvitation stored = oak.get(chat(oak).invite("ash@pc", lunch.id(), HOUR));
    assertThat(oak.get(chat(oak).invite("ash@pc", lunch.id(), HOUR)))
        .as("the same once more")
        .isEqualTo(stored);
    net.loop.runFor(Duration.ofSeconds(1));
    assertThat(oak.get(chat(oak).withdraw(stored.id())).state()).isEqualTo(State.WITHDRAWN);
    assertThat(oak.failure(chat(oak).withdraw(stored.id())))
        .isEqualTo("too late: it is withdrawn already");
    assertThat(oak.failure(chat(oak).withdraw("nothing"))).contains("no invitation nothing");

    oak.get(chat(oak).invite("ash@pc", lunch.id(), HOUR));
    net.loop.runFor(Duration.ofSeconds(1));
    oak.get(oak.service.leave(lunch.id()));
    net.loop.runFor(Duration.ofSeconds(1));
    assertThat(all(oak)).extracting(ChatInvitation::state).containsOnly(State.WITHDRAWN);
  }

  @Test
  void it_lapses_when_its_person_does_not_come_back() {
    oak.plain.comes("ash@pc");
    oak.plain.answers = false;
    ChatInvitation stored = oak.get(chat(oak).invite("ash@pc", lunch.id(), HOUR));
    oak.plain.goes("ash@pc");
    ChatInvitation ended = oak.get(chat(oak).await(stored.id(), Duration.ofSeconds(1)));
    assertThat(ended.state()).isEqualTo(State.PENDING);
    net.loop.runFor(HOUR.plusSeconds(61));
    assertThat(only(oak).state()).isEqualTo(State.EXPIRED);
  }

  @Test
  void what_cannot_be_done_is_refused_with_a_reason() {
    oak.plain.comes("ash@pc");
    assertThat(oak.failure(chat(oak).invite("fir@pc", lunch.id(), HOUR)))
        .isEqualTo("fir@pc is not here: wait until they are");
    assertThat(oak.failure(chat(oak).invite("ash@pc", "nothing", HOUR)))
        .isEqualTo("no activity nothing is known here");
    assertThat(oak.failure(chat(oak).invite("ash@pc", lunch.id(), Duration.ZERO)))
        .contains("1 second to 366 days");
    assertThat(oak.failure(chat(oak).await("nothing", HOUR))).contains("no invitation nothing");
  }

  private static ChatInvitations chat(SimNode node) {
    return node.service.byChat().orElseThrow();
  }

  private static List<ChatInvitation> all(SimNode node) {
    return node.get(chat(node).invitations());
  }

  private static ChatInvitation only(SimNode node) {
    assertThat(all(node)).hasSize(1);
    return all(node).get(0);
  }
}
