package io.limpet.tcp.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Initial sequence numbers: RFC 6528. */
final class IsnGeneratorTest {
  @Test
  @Tag("MUST-8")
  @Tag("MUST-9")
  @Tag("SHLD-1")
  void initialSequenceNumbersDifferByFlowAndGrowWithTime() {
    IsnGenerator isns = new IsnGenerator(PlayedPeer.LOCAL, new byte[32]);
    long one = isns.hash(PlayedPeer.PEER, 1000, 7);
    assertThat(isns.hash(PlayedPeer.PEER, 1000, 7)).isEqualTo(one);
    assertThat(isns.hash(PlayedPeer.PEER, 1001, 7)).isNotEqualTo(one);
    int early = IsnGenerator.initialSequence(one, 0);
    assertThat(IsnGenerator.initialSequence(one, 4_000_000) - early).isEqualTo(1000);
    byte[] other = new byte[32];
    other[0] = 1;
    assertThat(new IsnGenerator(PlayedPeer.LOCAL, other).hash(PlayedPeer.PEER, 1000, 7))
        .isNotEqualTo(one);
  }
}
