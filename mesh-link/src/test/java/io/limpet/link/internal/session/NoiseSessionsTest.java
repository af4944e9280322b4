package io.limpet.link.internal.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.limpet.link.internal.session.Sessions.Inbound;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class NoiseSessionsTest {
  private final Random random = new Random(1);
  private final Node anna = new Node(random);
  private final Node ben = new Node(random);
  private long nowNs = 1_000;

  @BeforeEach
  void annaHearsBen() {
    anna.learn(ben);
  }

  @Test
  void twoDatagramsMakeAnAssociationAndTheFirstAlreadyCarriesFrames() {
    Inbound atBen = ben.open(nowNs, anna.initiate(nowNs, ben, "hello ben"));
    assertThat(Node.text(atBen)).isEqualTo("hello ben");
    Inbound.Frames frames = (Inbound.Frames) atBen;
    assertThat(frames.established()).isTrue();
    assertThat(frames.peer()).isEqualTo(anna.address());
    assertThat(frames.remoteKey()).isEqualTo(anna.identity.signingKey());
    assertThat(frames.epoch()).isEqualTo(anna.epoch);
    assertThat(frames.pathNumber()).isEqualTo(-1);

    Inbound atAnna = anna.open(nowNs, Node.reply(atBen));
    Inbound.Frames answer = (Inbound.Frames) atAnna;
    assertThat(answer.established()).isTrue();
    assertThat(answer.peer()).isEqualTo(ben.address());
    assertThat(answer.remoteKey()).isEqualTo(ben.identity.signingKey());

    assertThat(Node.text(ben.open(nowNs, anna.seal(nowNs, ben, 0, "to ben")))).isEqualTo("to ben");
    assertThat(Node.text(anna.open(nowNs, ben.seal(nowNs, anna, 7, "to anna"))))
        .isEqualTo("to anna");
  }
}
