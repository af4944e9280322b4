package io.limpet.invitation.internal.group;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ErasureTest {
  static Stream<Long> seeds() {
    Long one = Long.getLong("limpet.seed");
    return one != null ? Stream.of(one) : LongStream.rangeClosed(1, 100).boxed();
  }

  @ParameterizedTest(name = "-Dlimpet.seed={0}")
  @MethodSource("seeds")
  void as_many_sums_as_packets_are_lost_give_them_back_whichever_they_are(long seed) {
    Random random = new Random(seed);
    int count = 1 + random.nextInt(ChannelLimits.MAX_SPAN);
    long first = 1L + random.nextInt(1_000_000);
    List<byte[]> bodies = bodies(random, count);
    int lost = 1 + random.nextInt(Math.min(count, 12));
    Map<Long, byte[]> known = known(first, bodies);
    SortedMap<Long, byte[]> missing = new TreeMap<>();
    while (missing.size() < lost) {
      long number = first + random.nextInt(count);
      missing.put(number, bodies.get((int) (number - first)));
      known.remove(number);
    }
    List<Packet.Parity> sums = new ArrayList<>();
    int index = random.nextInt(Erasure.INDEXES - lost);
    for (int i = 0; i < lost; i++) {
      sums.add(sum(first, count, index + i, bodies));
    }
    SortedMap<Long, byte[]> found = Erasure.solve(sums, known);
    assertThat(found.keySet()).isEqualTo(missing.keySet());
    missing.forEach((number, body) -> assertThat(found.get(number)).isEqualTo(body));
  }

  @Test
  void fewer_sums_than_losses_give_nothing_back_and_nothing_wrong() {
    List<byte[]> bodies = bodies(new Random(1), 8);
    Map<Long, byte[]> known = known(1, bodies);
    known.remove(2L);
    known.remove(5L);
    assertThat(Erasure.solve(List.of(sum(1, 8, 0, bodies)), known)).isEmpty();
  }

  @Test
  void sums_over_runs_that_overlap_work_together() {
    List<byte[]> bodies = bodies(new Random(2), 10);
    Map<Long, byte[]> known = known(1, bodies);
    known.remove(4L);
    known.remove(9L);
    List<Packet.Parity> sums =
        List.of(sum(1, 6, 0, bodies.subList(0, 6)), sum(3, 8, 1, bodies.subList(2, 10)));
    assertThat(Erasure.solve(sums, known).keySet()).containsExactly(4L, 9L);
  }

  private static Packet.Parity sum(long first, int count, int index, List<byte[]> bodies) {
    return new Packet.Parity(1, 1, 0, first, count, index, Erasure.encode(first, index, bodies));
  }

  private static Map<Long, byte[]> known(long first, List<byte[]> bodies) {
    Map<Long, byte[]> known = new HashMap<>();
    for (int i = 0; i < bodies.size(); i++) {
      known.put(first + i, bodies.get(i));
    }
    return known;
  }

  private static List<byte[]> bodies(Random random, int count) {
    List<byte[]> bodies = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      byte[] body = new byte[1 + random.nextInt(300)];
      random.nextBytes(body);
      bodies.add(body);
    }
    return bodies;
  }
}
