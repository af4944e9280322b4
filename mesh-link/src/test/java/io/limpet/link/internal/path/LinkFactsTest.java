package io.limpet.link.internal.path;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The state of a link is a table of its facts. */
class LinkFactsTest {
  private static final long MS = 1_000_000L;

  /** Times in milliseconds; three missing are enough, suspect after 200, dead after 500. */
  @ParameterizedTest(name = "{6}: {5}")
  @CsvSource({
    "-1,    false, 0, -1,  false, UNKNOWN,     nothing was ever sent",
    "-1,    true,  0, -1,  false, UNCONFIRMED, the peer says that it hears us",
    "-1,    false, 2, 900, false, UNKNOWN,     two missing may be chance",
    "-1,    false, 3, 100, false, UNKNOWN,     three missing for a moment only",
    "-1,    false, 3, 200, false, SUSPECT,     three missing for long enough to doubt",
    "-1,    false, 3, 500, false, DEAD,        three missing for long enough to know",
    "10,    false, 3, 200, true,  SUSPECT,     what is missing counts more than an old proof",
    "10,    true,  9, 501, false, DEAD,        and more than what the peer says",
    "4000,  false, 0, -1,  true,  CONFIRMED,   in use and proven",
    "4001,  false, 0, -1,  true,  SUSPECT,     in use and no longer proven",
    "4001,  false, 0, -1,  false, CONFIRMED,   not in use: quiet is not dead",
    "60000, false, 0, -1,  false, CONFIRMED,   still recent for a link at rest",
    "60001, false, 0, -1,  false, UNCONFIRMED, nobody has looked of late",
    "60001, false, 1, 50,  true,  SUSPECT,     used again after a rest and not yet proven",
  })
  void theStateFollowsFromTheFacts(
      long proofAgeMs,
      boolean hinted,
      int missing,
      long missingForMs,
      boolean inUse,
      LinkState state,
      String why) {
    LinkFacts facts =
        new LinkFacts(
            proofAgeMs < 0 ? Long.MAX_VALUE : proofAgeMs * MS,
            hinted,
            missing,
            missingForMs * MS,
            3,
            200 * MS,
            500 * MS,
            inUse,
            4_000 * MS,
            60_000 * MS);
    assertThat(facts.state()).as(why).isEqualTo(state);
  }

  @ParameterizedTest
  @CsvSource({"0, 6", "0.1, 6", "0.3, 8", "0.5, 14", "0.9, 26"})
  void theMoreIsLostTheMoreMustBeMissing(double loss, int enough) {
    assertThat(Patience.enough(loss)).isEqualTo(enough);
  }

  @ParameterizedTest
  @CsvSource({"UNICAST_IPV4", "MULTICAST_IPV6"})
  void oneThingHeardForgivesEveryTestThatWasMissed(io.limpet.link.Carrier carrier) {
    InboundLink link = new InboundLink(1, carrier);
    assertThat(link.facts(0, 0).state()).isEqualTo(LinkState.UNKNOWN);
    for (int i = 0; i < 6; i++) {
      link.onMissed(i * (100 * MS));
    }
    assertThat(link.facts(500 * MS, 0).state()).isEqualTo(LinkState.DEAD);
    assertThat(link.facts(500 * MS, 0.3).state())
        .as("eight are needed")
        .isNotEqualTo(LinkState.DEAD);
    link.onHeard(501 * MS);
    assertThat(link.facts(502 * MS, 0).state()).isEqualTo(LinkState.CONFIRMED);
    assertThat(link.missed()).isZero();
  }
}
