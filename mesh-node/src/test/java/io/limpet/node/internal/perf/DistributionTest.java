package io.limpet.node.internal.perf;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class DistributionTest {
  @Test
  void percentilesAreNearestRanks() {
    long[] nanos = LongStream.rangeClosed(1, 100).map(i -> (101 - i) * 1_000_000).toArray();
    assertThat(Distribution.ofNanos(nanos)).isEqualTo(new Distribution(1, 50, 90, 99, 100));
  }

  @Test
  void oneValueIsEveryPercentile() {
    assertThat(Distribution.ofNanos(new long[] {2_500_000}))
        .isEqualTo(new Distribution(2.5, 2.5, 2.5, 2.5, 2.5));
  }

  @Test
  void nothingIsZero() {
    assertThat(Distribution.ofNanos(new long[0]).max()).isZero();
  }
}
