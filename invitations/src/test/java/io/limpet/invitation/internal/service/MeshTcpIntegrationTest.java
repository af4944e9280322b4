package io.limpet.invitation.internal.service;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.limpet.invitation.Activity;
import io.limpet.invitation.Invitation;
import io.limpet.invitation.Invitation.State;
import io.limpet.invitation.InvitationServices;
import io.limpet.invitation.Invitations;
import io.limpet.invitation.Line;
import io.limpet.link.MeshAddress;
import io.limpet.tcp.MeshTcp;
import io.limpet.tcp.TcpConfig;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Whole services on the mesh's own TCP, through air that loses. */
class MeshTcpIntegrationTest {
  private final EventLoopGroup group =
      new MultiThreadIoEventLoopGroup(2, NioIoHandler.newFactory());
  private final Air air = new Air(7);
  private final Node elm = new Node(1, "elm");
  private final Node oak = new Node(2, "oak");

  MeshTcpIntegrationTest() {
    elm.roster.introduce(SimRoster.person(oak.self, List.of()));
    oak.roster.introduce(SimRoster.person(elm.self, List.of()));
  }

  @AfterEach
  void stop() throws Exception {
    elm.close();
    oak.close();
    group.shutdownGracefully(0, 5, SECONDS).sync();
  }

  @Test
  void an_invitation_and_a_talk_get_through_heavy_loss() throws Exception {
    air.lossRate = 0.3;
    Activity chat = invited();
    talk(chat, 1, 50);
    awaitTexts(chat, 50);
  }

  @Test
  void a_silence_in_the_midst_of_a_talk_loses_nothing() throws Exception {
    Activity chat = invited();
    talk(chat, 1, 10);
    awaitTexts(chat, 10);
    air.silent = true;
    talk(chat, 11, 20);
    await()
        .during(Duration.ofSeconds(1))
        .atMost(Duration.ofSeconds(5))
        .until(() -> texts(oak, chat).size() == 10);
    air.comeBack();
    awaitTexts(chat, 20);
  }

  @Test
  void a_port_that_is_taken_is_said_clearly() {
    assertThatThrownBy(() -> InvitationServices.start(elm.link, elm.tcp, elm.roster))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("mesh port 17");
  }

  @Test
  void a_closed_service_lets_go_of_the_link_and_says_that_it_is_closed() {
    int before = elm.link.listenerCount();
    int ours = 2; // of who is here, and of paths
    elm.service.close();
    await().atMost(Duration.ofSeconds(5)).until(() -> elm.link.listenerCount() == before - ours);
    assertThatThrownBy(() -> get(elm.service.invitations())).hasMessageContaining("was closed");
  }

  private Activity invited() throws Exception {
    Activity chat = get(elm.service.share("chat", "talk", false));
    Invitation sent = get(elm.service.invite(oak.self.address(), chat.id()));
    await().atMost(Duration.ofSeconds(20)).until(() -> get(oak.service.invitations()).size() == 1);
    get(oak.service.accept(sent.id()));
    Invitation done = get(elm.service.await(sent.id(), Duration.ofSeconds(20)));
    assertThat(done.state()).isEqualTo(State.ACCEPTED);
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> get(oak.service.activities()).stream().anyMatch(Activity::joined));
    return chat;
  }

  private void talk(Activity chat, int first, int last) throws Exception {
    for (int i = first; i <= last; i++) {
      get(elm.service.say(chat.id(), "line " + i));
    }
  }

  private void awaitTexts(Activity chat, int count) {
    List<String> all = Stream.iterate(1, i -> i + 1).limit(count).map(i -> "line " + i).toList();
    await().atMost(Duration.ofSeconds(20)).until(() -> texts(oak, chat).equals(all));
  }

  private static List<String> texts(Node node, Activity chat) throws Exception {
    return get(node.service.lines(chat.id())).stream().map(Line::text).toList();
  }

  private static <T> T get(CompletionStage<T> stage) throws Exception {
    return stage.toCompletableFuture().get(30, SECONDS);
  }

  private final class Node {
    final Identity self;
    final Air.Link link;
    final MeshTcp tcp;
    final SimRoster roster = new SimRoster(() -> {});
    final Invitations service;

    Node(int number, String name) {
      self = new Identity(new MeshAddress(0x2001_0020_0000_0000L, number), name, number);
      link = air.join(self, group.next());
      tcp = MeshTcp.over(link, TcpConfig.defaults());
      service = InvitationServices.start(link, tcp, roster);
    }

    void close() {
      service.close();
      tcp.close();
    }
  }
}
