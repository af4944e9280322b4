package io.limpet.invitation.internal.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.limpet.invitation.Activity;
import io.limpet.invitation.GroupChannel;
import io.limpet.invitation.InvitationEvent;
import io.limpet.invitation.Line;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * What members say and publish, by datagrams that get lost, from one end of the service to the
 * other.
 */
class TalkTest {
  private final SimNet net = new SimNet(11);
  private final SimNode elm = net.node("elm");
  private final SimNode oak = net.node("oak");
  private final SimNode fir = net.node("fir");
  private final Activity chat = shareWithAll();

  @Test
  void a_line_goes_out_once_for_all() {
    for (int i = 0; i < 50; i++) {
      elm.get(elm.service.say(chat.id(), "line " + i));
      run(1);
    }
    assertThat(oak.heard()).hasSize(50).extracting(Line::fromName).containsOnly("elm");
    assertThat(fir.heard()).hasSize(50);
    assertThat(elm.air.multicasts.stream().filter(p -> contains(p, "line "))).hasSize(50);
  }

  @Test
  void at_thirty_percent_loss_everybody_has_every_line_once_and_in_order() {
    net.lossRate = 0.3;
    for (int i = 1; i <= 100; i++) {
      elm.get(elm.service.say(chat.id(), "e" + i));
      oak.get(oak.service.say(chat.id(), "o" + i));
    }
    run(10);
    for (SimNode node : List.of(elm, oak, fir)) {
      assertThat(textsOf(node, elm)).isEqualTo(numbered("e", 100));
      assertThat(textsOf(node, oak)).isEqualTo(numbered("o", 100));
    }
  }

  @Test
  void whom_datagrams_do_not_reach_is_served_by_stream() {
    fir.air.silent = true;
    for (int i = 1; i <= 20; i++) {
      elm.get(elm.service.say(chat.id(), "e" + i));
      fir.get(fir.service.say(chat.id(), "f" + i));
    }
    run(10);
    assertThat(textsOf(fir, elm)).isEqualTo(numbered("e", 20));
    assertThat(textsOf(oak, fir)).isEqualTo(numbered("f", 20));
    fir.air.silent = false;
    elm.get(elm.service.say(chat.id(), "e21"));
    run(5);
    assertThat(textsOf(fir, elm)).isEqualTo(numbered("e", 21));
  }

  @Test
  void lines_outlive_a_restart_and_are_told_once() {
    elm.get(elm.service.say(chat.id(), "before"));
    run(1);
    SimNode oaks = net.restart(oak);
    run(2);
    elm.get(elm.service.say(chat.id(), "after"));
    oaks.get(oaks.service.say(chat.id(), "here"));
    run(2);
    assertThat(oaks.heard()).extracting(Line::text).containsExactlyInAnyOrder("after", "here");
    assertThat(oaks.get(oaks.service.lines(chat.id())))
        .extracting(Line::text)
        .containsExactlyInAnyOrder("before", "after", "here")
        .startsWith("before");
    assertThat(fir.heard())
        .extracting(Line::text)
        .containsExactlyInAnyOrder("before", "after", "here");
  }

  @Test
  void what_is_said_in_a_partition_crosses_when_it_heals_even_after_restarts() {
    net.cut(elm, fir);
    net.cut(oak, fir);
    elm.get(elm.service.say(chat.id(), "on one side"));
    fir.get(fir.service.say(chat.id(), "on the other"));
    run(60);
    assertThat(textsOf(fir, elm)).isEmpty();
    SimNode elms = net.restart(elm);
    SimNode firs = net.restart(fir);
    run(5);
    net.heal(elms, firs);
    net.heal(oak, firs);
    run(10);
    assertThat(textsOf(firs, elms)).containsExactly("on one side");
    assertThat(textsOf(elms, firs)).containsExactly("on the other");
    assertThat(textsOf(oak, firs)).containsExactly("on the other");
  }

  @Test
  void what_is_said_is_kept_for_as_long_as_the_activity_wants() {
    Activity brief = elm.get(elm.service.share("chat", "brief", true, Duration.ofMinutes(1)));
    assertThat(oak.get(oak.service.join(brief.id())).retention()).isEqualTo(Duration.ofMinutes(1));
    net.cut(elm, oak);
    net.cut(fir, oak);
    elm.get(elm.service.say(brief.id(), "too early"));
    run(120);
    elm.get(elm.service.say(brief.id(), "in time"));
    run(30);
    net.heal(elm, oak);
    run(30);
    // Kept no more for who is away, but a member's state has it.
    assertThat(textsOf(oak, elm)).containsExactly("too early", "in time");
    assertThat(oak.events).anyMatch(e -> e instanceof InvitationEvent.StateTaken);
    assertThat(elm.failure(elm.service.share("chat", "never", true, Duration.ZERO)))
        .contains("1 second");
  }

  @Test
  void a_newcomer_gets_what_was_said_before_and_then_the_rest() {
    elm.get(elm.service.say(chat.id(), "one"));
    oak.get(oak.service.say(chat.id(), "two"));
    run(1);
    SimNode yew = net.node("yew");
    yew.get(yew.service.join(chat.id()));
    run(2);
    elm.get(elm.service.say(chat.id(), "three"));
    run(2);
    assertThat(yew.heard()).extracting(Line::text).containsExactlyInAnyOrder("one", "two", "three");
    assertThat(textsOf(yew, elm)).containsExactly("one", "three");
  }

  @Test
  void who_was_removed_cannot_open_what_is_said_from_then_on() {
    elm.get(elm.service.remove(chat.id(), fir.address()));
    elm.get(elm.service.say(chat.id(), "without fir"));
    run(5);
    assertThat(textsOf(oak, elm)).containsExactly("without fir");
    assertThat(fir.heard()).isEmpty();
    assertThat(fir.failure(fir.service.say(chat.id(), "still here?"))).contains("join");
  }

  @Test
  void applications_get_what_is_published_whole_in_order_and_once_and_lines_apart() {
    net.lossRate = 0.1;
    Board elms = new Board(false);
    Board oaks = new Board(false);
    GroupChannel channel = elm.get(elm.service.channel(chat.id(), elms));
    oak.get(oak.service.channel(chat.id(), oaks));
    String large = "x".repeat(300_000);
    elm.get(channel.publish(bytes("small")));
    elm.get(elm.service.say(chat.id(), "a line between"));
    elm.get(channel.publish(bytes(large)));
    run(20);
    assertThat(elms.texts).containsExactly("small", large);
    assertThat(oaks.texts).containsExactly("small", large);
    assertThat(oak.heard()).extracting(Line::text).containsExactly("a line between");
    // Nobody was attached there: it is kept.
    Board firs = new Board(false);
    fir.get(fir.service.channel(chat.id(), firs));
    assertThat(firs.texts).containsExactly("small", large);
  }

  @Test
  void a_state_outlives_a_restart_with_what_came_after_it() {
    Board before = new Board(true);
    GroupChannel channel = elm.get(elm.service.channel(chat.id(), before));
    IntStream.rangeClosed(1, 300).forEach(i -> elm.get(channel.publish(bytes("m" + i))));
    run(5);
    SimNode elms = net.restart(elm);
    Board after = new Board(true);
    elms.get(elms.service.channel(chat.id(), after));
    assertThat(after.restored).isEqualTo(1);
    assertThat(after.texts).isEqualTo(numbered("m", 300));
    assertThat(after.missed).isZero();
  }

  @Test
  void a_newcomer_gets_a_members_state_and_goes_on_from_it() {
    Board elms = new Board(true);
    GroupChannel channel = elm.get(elm.service.channel(chat.id(), elms));
    IntStream.rangeClosed(1, 20).forEach(i -> elm.get(channel.publish(bytes("m" + i))));
    run(2);
    SimNode yew = net.node("yew");
    Board yews = new Board(true);
    yew.get(yew.service.join(chat.id()));
    yew.get(yew.service.channel(chat.id(), yews));
    run(3);
    elm.get(channel.publish(bytes("m21")));
    run(2);
    assertThat(yews.texts).isEqualTo(numbered("m", 21));
    assertThat(yews.restored).isEqualTo(1);
  }

  @Test
  void who_was_away_for_longer_than_is_kept_gets_a_state() {
    Board elms = new Board(true);
    GroupChannel channel = elm.get(elm.service.channel(chat.id(), elms));
    oak.get(oak.service.channel(chat.id(), new Board(true)));
    Board firs = new Board(true);
    fir.get(fir.service.channel(chat.id(), firs));
    elm.get(channel.publish(bytes("m1")));
    run(1);
    net.cut(elm, fir);
    net.cut(oak, fir);
    run(60);
    // More than the sixteen megabytes that a sender keeps.
    String large = "x".repeat(1_000_000);
    for (int i = 0; i < 18; i++) {
      elm.get(channel.publish(bytes(large)));
    }
    run(30);
    elms.texts.replaceAll(t -> t.length() > 100 ? "long" : t);
    net.heal(elm, fir);
    net.heal(oak, fir);
    run(60);
    assertThat(firs.restored).isEqualTo(1);
    assertThat(firs.texts).hasSize(19);
    assertThat(fir.events)
        .anyMatch(
            e -> e instanceof InvitationEvent.StateTaken s && !s.from().equals(fir.address()));
    elm.get(channel.publish(bytes("on")));
    run(2);
    assertThat(firs.texts).hasSize(20).endsWith("on");
  }

  @Test
  void an_applications_mistake_does_not_stop_the_channel() {
    GroupChannel channel =
        elm.get(
            elm.service.channel(
                chat.id(),
                message -> {
                  throw new IllegalStateException("a mistake, on purpose");
                }));
    elm.get(channel.publish(bytes("one")));
    elm.get(elm.service.say(chat.id(), "said"));
    run(2);
    assertThat(textsOf(oak, elm)).containsExactly("said");
  }

  @Test
  void what_cannot_be_is_refused_with_a_reason() {
    GroupChannel channel = elm.get(elm.service.channel(chat.id(), new Board(false)));
    assertThatThrownBy(() -> channel.publish(new byte[0]))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> channel.publish(new byte[GroupChannel.MAX_PAYLOAD_BYTES + 1]))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(elm.failure(elm.service.channel(chat.id(), new Board(false)))).contains("already");
    channel.close();
    elm.get(elm.service.channel(chat.id(), new Board(false)));
    SimNode yew = net.node("yew");
    assertThat(yew.failure(yew.service.channel(chat.id(), new Board(false)))).contains("join");
    elm.get(elm.service.leave(chat.id()));
    assertThat(elm.failure(channel.publish(bytes("gone")))).contains("not in this activity");
  }

  private Activity shareWithAll() {
    Activity shared = elm.get(elm.service.share("chat", "chat", true));
    oak.get(oak.service.join(shared.id()));
    fir.get(fir.service.join(shared.id()));
    run(2);
    return shared;
  }

  private void run(int seconds) {
    net.loop.runFor(Duration.ofSeconds(seconds));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static boolean contains(byte[] packet, String text) {
    return new String(packet, StandardCharsets.ISO_8859_1).contains(text);
  }

  private static List<String> textsOf(SimNode node, SimNode from) {
    return node.heard().stream()
        .filter(l -> l.from().equals(from.address()))
        .map(Line::text)
        .toList();
  }

  private static List<String> numbered(String prefix, int count) {
    return IntStream.rangeClosed(1, count).mapToObj(i -> prefix + i).toList();
  }
}
