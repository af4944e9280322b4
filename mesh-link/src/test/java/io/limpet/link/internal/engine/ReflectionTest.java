package io.limpet.link.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.limpet.link.PathState;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Whoever is named as a source or in a hello gets a question, and bulk only once it has answered.
 */
class ReflectionTest {
  private static final int SECONDS = 10;
  private static final int PER_SECOND = 200;
  private static final int PAYLOAD_BYTES = 1_000;

  private final SimNetwork network = new SimNetwork(20261127L);
  private final SimNode anna = network.add("anna", false);
  private final SimNode bert = network.add("bert", false);
  private InetAddress victim;

  @BeforeEach
  void bulkFlows() throws UnknownHostException {
    victim = InetAddress.getByAddress(new byte[] {10, 0, 7, 7});
    network.runFor(3_000);
    network.every(1_000 / PER_SECOND, SECONDS * 1_000, () -> anna.send(bert, 0, PAYLOAD_BYTES));
    network.runFor(1_000);
    assertThat(anna.pathTo(bert)).isEqualTo(PathState.UNICAST);
  }

  @Test
  void anAuthenticDatagramFromAFalseSourceMovesNothingButAQuestion() {
    bert.falseSource = victim;
    network.runFor(SECONDS * 1_000);
    int questions = anna.sentTo.getOrDefault(victim, 0);
    System.out.println("ReflectionTest: " + questions + " bytes to the victim");
    assertThat(questions).as("two a second").isBetween(1, SECONDS * 2 * 200);
    assertThat(anna.sentTo.get(bert.ip())).isGreaterThan(SECONDS * PER_SECOND * PAYLOAD_BYTES / 2);
    assertThat(bert.got).hasSizeGreaterThan(SECONDS * PER_SECOND - 50);
  }

  @Test
  void aPeerThatSaysThatItIsWhereTheVictimIsBringsItNoBulkHoweverOftenItSaysSo() {
    network.every(500, 8_000, () -> bert.claim(victim));
    network.every(900, 8_000, () -> bert.claim(bert.ip()));
    network.runFor(SECONDS * 1_000);
    int reflected = anna.sentTo.getOrDefault(victim, 0);
    int all = SECONDS * PER_SECOND * PAYLOAD_BYTES;
    System.out.println("ReflectionTest: " + reflected + " of " + all + " bytes to the victim");
    assertThat(reflected).isPositive().isLessThan(all / 12);
    assertThat(bert.got)
        .as("what it loses is its own")
        .hasSizeGreaterThan(SECONDS * PER_SECOND * 9 / 10);
  }

  @Test
  void aPeerThatHasReallyMovedIsFollowedAtOnce() throws UnknownHostException {
    bert.plugIn(SimNode.INTERFACE, 77);
    network.runFor(500);
    assertThat(anna.pathTo(bert)).isEqualTo(PathState.UNICAST);
    network.runFor(SECONDS * 1_000);
    assertThat(anna.sentTo.get(bert.ip())).isGreaterThan(SECONDS * PER_SECOND * PAYLOAD_BYTES / 2);
  }
}
