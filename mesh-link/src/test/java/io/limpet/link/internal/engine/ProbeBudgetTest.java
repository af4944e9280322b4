package io.limpet.link.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.limpet.link.Carrier;
import io.limpet.link.internal.path.OutboundPath;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What one node asks by multicast whether its paths work, of what all together may. */
class ProbeBudgetTest {
  private static final long MS = 1_000_000L;

  private final ProbeBudget budget = new ProbeBudget();

  @ParameterizedTest(name = "{0} nodes: {1} each in ten seconds, and {2} at once before")
  @CsvSource({"2, 600, 120", "20, 60, 12", "1000, 20, 4"})
  void all_nodes_share_what_one_mesh_bears(int population, int inTenSeconds, int atOnce) {
    OutboundPath path = path(Carrier.MULTICAST_IPV6);
    assertThat(granted(path, population, 0, 1_000)).isEqualTo(atOnce);
    long granted =
        IntStream.rangeClosed(1, 10_000)
            .mapToLong(ms -> granted(path, population, ms * MS, 1))
            .sum();
    assertThat(granted).isBetween(inTenSeconds - 1L, inTenSeconds + 1L);
  }

  @Test
  void what_goes_by_unicast_takes_nothing_from_it() {
    assertThat(granted(path(Carrier.UNICAST_IPV4), 1_000, 0, 500)).isEqualTo(500);
    assertThat(granted(path(Carrier.MULTICAST_IPV4), 1_000, 0, 500)).isEqualTo(4);
  }

  private long granted(OutboundPath path, int population, long nowNs, int asked) {
    return IntStream.range(0, asked).filter(i -> budget.tryTake(nowNs, path, population)).count();
  }

  private static OutboundPath path(Carrier carrier) {
    return new OutboundPath(1, 1, "mesh0", carrier, null);
  }
}
