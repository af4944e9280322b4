package io.limpet.invitation.internal.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.limpet.invitation.Activity;
import io.limpet.invitation.Invitation;
import io.limpet.invitation.Invitation.State;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two people who invite each other to the same thing end up in one, and both know which. */
class MutualInvitationsTest {
  private final SimNet net = new SimNet(1);
  private final SimNode elm = net.node("elm");
  private final SimNode oak = net.node("oak");

  @ParameterizedTest(name = "elm first: {0}")
  @ValueSource(booleans = {true, false})
  void invitations_that_cross_on_the_way_resolve_alike(boolean elmFirst) {
    SimNode first = elmFirst ? elm : oak;
    SimNode second = elmFirst ? oak : elm;
    Activity firsts = share(first);
    Activity seconds = share(second);
    net.cut(elm, oak);
    Invitation older = first.get(first.service.invite(second.address(), firsts.id()));
    net.loop.runFor(Duration.ofMillis(10));
    Invitation younger = second.get(second.service.invite(first.address(), seconds.id()));
    net.heal(elm, oak);
    net.loop.runFor(Duration.ofSeconds(20));

    assertThat(states(first)).containsEntry(older.id(), State.ACCEPTED);
    assertThat(states(second)).containsEntry(older.id(), State.ACCEPTED);
    assertThat(states(second)).containsEntry(younger.id(), State.WITHDRAWN);
    assertThat(states(first)).doesNotContainKey(younger.id());
    assertThat(second.activity(firsts.id()).joined()).isTrue();
    assertThat(first.activity(firsts.id()).members())
        .containsExactlyInAnyOrder(elm.address(), oak.address());
  }

  @ParameterizedTest(name = "elm first: {0}")
  @ValueSource(booleans = {true, false})
  void inviting_back_is_accepting(boolean elmFirst) {
    SimNode first = elmFirst ? elm : oak;
    SimNode second = elmFirst ? oak : elm;
    Activity firsts = share(first);
    Activity seconds = share(second);
    Invitation sent = first.get(first.service.invite(second.address(), firsts.id()));
    net.loop.runFor(Duration.ofSeconds(1));
    Invitation back = second.get(second.service.invite(first.address(), seconds.id()));
    net.loop.runFor(Duration.ofSeconds(1));

    assertThat(back.id()).isEqualTo(sent.id());
    assertThat(back.state()).isEqualTo(State.ACCEPTED);
    for (SimNode node : List.of(elm, oak)) {
      assertThat(states(node)).containsOnly(Map.entry(sent.id(), State.ACCEPTED));
      assertThat(node.activity(firsts.id()).joined()).isTrue();
    }
  }

  @Test
  void who_joins_openly_what_they_are_invited_to_has_accepted() {
    Activity chat = elm.get(elm.service.share("chat", "lunch", true));
    Invitation sent = elm.get(elm.service.invite(oak.address(), chat.id()));
    net.loop.runFor(Duration.ofSeconds(1));
    oak.get(oak.service.join(chat.id()));
    net.loop.runFor(Duration.ofSeconds(1));
    assertThat(states(oak)).containsOnly(Map.entry(sent.id(), State.ACCEPTED));
    assertThat(states(elm)).containsOnly(Map.entry(sent.id(), State.ACCEPTED));
  }

  @Test
  void things_that_differ_are_answered_each_by_itself() {
    Activity lunch = share(elm);
    Activity games = oak.get(oak.service.share("chat", "games", false));
    elm.get(elm.service.invite(oak.address(), lunch.id()));
    oak.get(oak.service.invite(elm.address(), games.id()));
    net.loop.runFor(Duration.ofSeconds(5));
    assertThat(Stream.of(elm, oak).flatMap(node -> states(node).values().stream()))
        .hasSize(4)
        .containsOnly(State.DELIVERED);
  }

  private static Activity share(SimNode node) {
    return node.get(node.service.share("chat", "lunch", false));
  }

  private static Map<String, State> states(SimNode node) {
    Map<String, State> all = new TreeMap<>();
    node.get(node.service.invitations()).forEach(i -> all.put(i.id(), i.state()));
    return all;
  }
}
