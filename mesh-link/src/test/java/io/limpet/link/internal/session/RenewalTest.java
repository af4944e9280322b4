package io.limpet.link.internal.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.limpet.link.internal.session.Sessions.Inbound;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Half an hour of virtual time on a perfect air. */
class RenewalTest {
  private static final int SECONDS = 1800;

  private final Random random = new Random(5);
  private final Node anna = new Node(random);
  private final Node ben = new Node(random);
  private int initiations;

  @Test
  void aPairThatTalksRenewsEveryTwoMinutesAndLosesNothing() {
    assertThat(run(true, true)).isEqualTo(2 * SECONDS);
    assertThat(initiations).isBetween(14, 16);
  }

  @Test
  void aPairOfWhichOneOnlyListensDoesNotLose() {
    assertThat(run(true, false)).isEqualTo(SECONDS);
  }

  @Test
  void aSilentPairRenewsNoMoreOftenThanOneThatTalks() {
    run(false, false);
    assertThat(initiations).isBetween(14, 16);
  }

  private int run(boolean annaTalks, boolean benTalks) {
    anna.learn(ben);
    ben.learn(anna);
    int delivered = 0;
    for (int second = 0; second < SECONDS; second++) {
      long nowNs = TimeUnit.SECONDS.toNanos(second);
      renew(nowNs, anna, ben);
      renew(nowNs, ben, anna);
      delivered += annaTalks ? talk(nowNs, anna, ben) : 0;
      delivered += benTalks ? talk(nowNs, ben, anna) : 0;
    }
    return delivered;
  }

  private void renew(long nowNs, Node initiator, Node responder) {
    if (initiator.sessions.wantsInitiation(nowNs, responder.address())) {
      initiations++;
      byte[] response = Node.reply(responder.open(nowNs, initiator.initiate(nowNs, responder, "")));
      byte[] confirmation = Node.reply(initiator.open(nowNs, response));
      assertThat(responder.open(nowNs, confirmation)).isInstanceOf(Inbound.Frames.class);
    }
  }

  private static int talk(long nowNs, Node from, Node to) {
    return to.open(nowNs, from.seal(nowNs, to, 0, "x")) instanceof Inbound.Frames ? 1 : 0;
  }
}
