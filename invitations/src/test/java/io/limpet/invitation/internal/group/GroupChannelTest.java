package io.limpet.invitation.internal.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.limpet.invitation.Line;
import io.limpet.invitation.internal.wire.Message;
import io.limpet.link.MeshAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class GroupChannelTest {
  private static final MeshAddress ME = address(1);
  private static final MeshAddress ELM = address(2);
  private static final MeshAddress OAK = address(3);
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  private record Sent(MeshAddress to, Message.OfGroup message) {}

  private final List<Sent> sent = new ArrayList<>();
  private final List<Line> delivered = new ArrayList<>();
  private final List<String> violations = new ArrayList<>();
  private final GroupChannel channel = channel(new GroupLimits(4, 10, 5, 1000));

  @Test
  void a_line_goes_to_every_other_member_numbered_from_one() {
    channel.setMembers(List.of(ME, ELM, OAK));
    channel.say("me", "hello", NOW);
    assertThat(sent)
        .containsExactly(
            new Sent(ELM, new Message.Said("a", 7, 1, 1, NOW.toEpochMilli(), "me", "hello")),
            new Sent(OAK, new Message.Said("a", 7, 1, 1, NOW.toEpochMilli(), "me", "hello")));
    assertThat(delivered).extracting(Line::text).containsExactly("hello");
  }

  @Test
  void no_more_than_a_window_is_under_way_until_acknowledged() {
    channel.setMembers(List.of(ME, ELM));
    sayLines(6);
    assertThat(sequencesTo(ELM)).containsExactly(1L, 2L, 3L, 4L);
    channel.onMessage(ELM, new Message.Heard("a", 7, 3), "");
    assertThat(sequencesTo(ELM)).containsExactly(1L, 2L, 3L, 4L, 5L, 6L);
  }

  @Test
  void what_is_unacknowledged_is_sent_again_when_a_stream_is_ready() {
    channel.setMembers(List.of(ME, ELM));
    sayLines(3);
    channel.onMessage(ELM, new Message.Heard("a", 7, 1), "");
    sent.clear();
    channel.resend(ELM);
    assertThat(sequencesTo(ELM)).containsExactly(2L, 3L);
  }

  @Test
  void a_late_joiner_gets_lines_from_then_on() {
    channel.setMembers(List.of(ME, ELM));
    sayLines(2);
    channel.setMembers(List.of(ME, ELM, OAK));
    sayLines(1);
    assertThat(sent)
        .filteredOn(s -> s.to().equals(OAK))
        .extracting(Sent::message)
        .containsExactly(new Message.Said("a", 7, 3, 3, NOW.toEpochMilli(), "me", "line"));
  }

  @Test
  void a_member_too_far_behind_loses_the_oldest_and_is_told_by_the_base() {
    channel.setMembers(List.of(ME, ELM));
    sayLines(13);
    sent.clear();
    channel.resend(ELM);
    assertThat(sequencesTo(ELM)).startsWith(4L);
    assertThat(((Message.Said) sent.get(0).message()).base()).isEqualTo(4);
  }

  @Test
  void lines_of_a_member_are_delivered_in_order_and_what_is_missing_is_asked_for_once() {
    channel.setMembers(List.of(ME, ELM));
    hear(ELM, 2, 1);
    hear(ELM, 3, 1);
    assertThat(delivered).isEmpty();
    assertThat(sent).extracting(Sent::message).containsExactly(new Message.Want("a", 5, 0));
    hear(ELM, 1, 1);
    assertThat(delivered).extracting(Line::sequence).containsExactly(1L, 2L, 3L);
  }

  @Test
  void a_line_that_comes_twice_is_delivered_once_and_acknowledged_again() {
    channel.setMembers(List.of(ME, ELM));
    hear(ELM, 1, 1);
    channel.acknowledge(ELM);
    hear(ELM, 1, 1);
    channel.acknowledge(ELM);
    channel.acknowledge(ELM);
    assertThat(delivered).hasSize(1);
    assertThat(sent)
        .extracting(Sent::message)
        .containsExactly(new Message.Heard("a", 5, 1), new Message.Heard("a", 5, 1));
  }

  @Test
  void a_sender_that_restarted_begins_anew_and_its_earlier_life_is_over() {
    channel.setMembers(List.of(ME, ELM));
    hear(ELM, 1, 1);
    channel.onMessage(ELM, new Message.Said("a", 6, 1, 1, 0, "elm", "again"), "");
    hear(ELM, 2, 1);
    assertThat(delivered).extracting(Line::text).containsExactly("x", "again");
    assertThat(violations).containsExactly("a line of an earlier life");
  }

  @Test
  void who_is_not_a_member_is_not_heard_but_asked_when_it_becomes_one() {
    channel.setMembers(List.of(ME, ELM));
    hear(OAK, 1, 1);
    assertThat(delivered).isEmpty();
    assertThat(sent).isEmpty();
    channel.setMembers(List.of(ME, ELM, OAK));
    assertThat(sent).containsExactly(new Sent(OAK, new Message.Want("a", 0, 0)));
  }

  @Test
  void a_line_far_beyond_the_window_is_dropped() {
    channel.setMembers(List.of(ME, ELM));
    hear(ELM, 100, 1);
    assertThat(violations).containsExactly("a line too far ahead");
  }

  @Test
  void acknowledging_or_asking_for_what_was_never_sent_is_a_violation() {
    channel.setMembers(List.of(ME, ELM));
    sayLines(1);
    channel.onMessage(ELM, new Message.Heard("a", 7, 2), "");
    channel.onMessage(ELM, new Message.Want("a", 7, 9), "");
    assertThat(violations).hasSize(2);
    assertThat(channel.hasWork(ELM)).isTrue();
  }

  @Test
  void asking_twice_for_the_same_is_answered_once() {
    channel.setMembers(List.of(ME, ELM));
    sayLines(2);
    sent.clear();
    channel.onMessage(ELM, new Message.Want("a", 7, 0), "");
    channel.onMessage(ELM, new Message.Want("a", 7, 0), "");
    assertThat(sequencesTo(ELM)).containsExactly(1L, 2L);
  }

  @Test
  void who_says_that_it_is_no_member_is_left_alone_until_a_new_list_has_it() {
    channel.setMembers(List.of(ME, ELM));
    channel.onNotMember(ELM);
    sayLines(1);
    assertThat(sent).isEmpty();
    assertThat(channel.hasWork(ELM)).isFalse();
    channel.setMembers(List.of(ME, ELM, OAK));
    assertThat(sequencesTo(ELM)).containsExactly(1L);
  }

  @Test
  void coming_back_delivers_nothing_twice() {
    channel.setMembers(List.of(ME, ELM));
    hear(ELM, 1, 1);
    channel.setMembers(List.of());
    channel.setMembers(List.of(ME, ELM));
    hear(ELM, 1, 1);
    hear(ELM, 2, 1);
    assertThat(delivered).extracting(Line::sequence).containsExactly(1L, 2L);
  }

  @Test
  void only_the_newest_lines_are_kept() {
    channel.setMembers(List.of(ME));
    sayLines(9);
    assertThat(channel.lines()).extracting(Line::sequence).containsExactly(5L, 6L, 7L, 8L, 9L);
  }

  private void sayLines(int count) {
    for (int i = 0; i < count; i++) {
      channel.say("me", "line", NOW);
    }
  }

  private void hear(MeshAddress from, long sequence, long base) {
    channel.onMessage(from, new Message.Said("a", 5, sequence, base, 0, "elm", "x"), "");
  }

  private List<Long> sequencesTo(MeshAddress to) {
    return sent.stream()
        .filter(s -> s.to().equals(to) && s.message() instanceof Message.Said)
        .map(s -> ((Message.Said) s.message()).sequence())
        .toList();
  }

  private GroupChannel channel(GroupLimits limits) {
    return new GroupChannel(
        "a",
        ME,
        7,
        limits,
        new GroupOutput() {
          @Override
          public void send(MeshAddress peer, Message.OfGroup message) {
            sent.add(new Sent(peer, message));
          }

          @Override
          public void deliver(Line line) {
            delivered.add(line);
          }

          @Override
          public void violation(MeshAddress peer, String what) {
            violations.add(what);
          }
        });
  }

  private static MeshAddress address(int low) {
    return new MeshAddress(0x2001_0020_0000_0000L, low);
  }
}
