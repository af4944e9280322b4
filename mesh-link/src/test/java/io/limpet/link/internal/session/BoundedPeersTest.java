package io.limpet.link.internal.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.limpet.link.internal.session.Sessions.Inbound;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Who gives way when there are more peers than places. */
class BoundedPeersTest {
  private static final int PLACES = 8;

  private final Random random = new Random(8);
  private final SessionConfig config = SessionConfig.DEFAULT.withBounds(PLACES, 10_000, 10_000);
  private final Node anna = new Node(random);
  private final Node dora = new Node(random, config);
  private long nowNs = 1_000;

  @Test
  void countersDoNotGoBackEvenWhenAPeerIsForgotten() {
    dora.learn(anna);
    Node.associate(nowNs, dora, anna);
    for (int i = 0; i < 5; i++) {
      counterOfSeal(dora, anna, 3);
    }
    dora.sessions.drop(anna.address());
    crowd(PLACES);
    assertThat(dora.sessions.canInitiate(anna.address())).as("forgotten").isFalse();
    nowNs += config.lifetimeNs() + config.graceNs();
    assertThat(dora.sessions.wantsInitiation(nowNs, anna.address())).isFalse();
    dora.learn(anna);
    Node.associate(nowNs, dora, anna);
    assertThat(counterOfSeal(dora, anna, 3)).isEqualTo(5);
  }

  @Test
  void whatIsForgottenCannotBeReplayed() {
    anna.learn(dora);
    byte[] init = anna.initiate(nowNs, dora, "pay one coin");
    assertThat(Node.text(dora.open(nowNs, init))).isEqualTo("pay one coin");
    dora.sessions.drop(anna.address());
    crowd(PLACES);
    nowNs += config.lifetimeNs() + config.graceNs();
    assertThat(dora.sessions.peerCount()).isEqualTo(PLACES);
    Inbound.Frames replayed = (Inbound.Frames) dora.open(nowNs, init);
    assertThat(replayed.frames().isReadable()).isFalse();
    assertThat(replayed.established()).isFalse();
  }

  @Test
  void identitiesWithoutEndDisplaceNoAssociation() {
    List<Node> friends = new ArrayList<>();
    for (int i = 0; i < PLACES - 1; i++) {
      friends.add(used());
    }
    for (int i = 0; i < 200; i++) {
      Node stranger = new Node(random);
      dora.learn(stranger);
      assertThat(dora.sessions.canInitiate(stranger.address())).isTrue();
      assertThat(dora.sessions.peerCount()).isEqualTo(PLACES);
    }
    for (Node friend : friends) {
      assertThat(dora.sessions.isReady(friend.address())).isTrue();
      assertThat(dora.open(nowNs, friend.seal(nowNs, dora, 0, "still here")))
          .isInstanceOf(Inbound.Frames.class);
    }
  }

  @Test
  void whenAllPlacesAreInUseANewPeerWaitsUntilOneIsFree() {
    for (int i = 0; i < PLACES; i++) {
      used();
    }
    anna.learn(dora);
    dora.learn(anna);
    assertThat(dora.sessions.canInitiate(anna.address())).isFalse();
    assertThat(dora.open(nowNs, anna.initiate(nowNs, dora, "")))
        .isEqualTo(new Inbound.Rejected(RejectReason.TOO_MANY_PEERS.label()));
    nowNs += config.lifetimeNs() + config.graceNs();
    assertThat(dora.open(nowNs, anna.initiate(nowNs, dora, ""))).isInstanceOf(Inbound.Frames.class);
  }

  private void crowd(int count) {
    for (int i = 0; i < count; i++) {
      used();
    }
  }

  private Node used() {
    Node node = new Node(random);
    node.learn(dora);
    Node.associate(nowNs, node, dora);
    dora.open(nowNs, node.seal(nowNs, dora, 0, "used"));
    return node;
  }

  private long counterOfSeal(Node from, Node to, int pathNumber) {
    return from.sessions.seal(
        nowNs, to.address(), pathNumber, Unpooled.EMPTY_BUFFER, Unpooled.buffer());
  }
}
