package io.limpet.rig.internal.bench.beacons;

import static org.assertj.core.api.Assertions.assertThat;

import io.limpet.link.LinkConfig;
import io.limpet.rig.internal.bench.beacons.Village.House;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Hellos of many nodes: quick at the start, quiet at the end. */
class BeaconsTest {
  private static final long SECOND = VirtualTime.SECOND;
  private static final double SHARE = LinkConfig.DEFAULT_BEACON_AIRTIME;

  private final long seed = Long.getLong("limpet.seed", 20261126L);

  BeaconsTest() {
    System.out.println("BeaconsTest limpet.seed=" + seed);
  }

  private static boolean allKnown(Village village) {
    List<House> alive = village.houses().stream().filter(House::isAlive).toList();
    return alive.stream()
        .allMatch(
            house ->
                alive.stream()
                    .filter(other -> other != house)
                    .allMatch(
                        other ->
                            house.known.containsKey(other.address())
                                && !house.silent.containsKey(other.address())));
  }

  @Test
  void theGoalsOfSixtyFiveNodesAtATenthLost() {
    Outcome outcome = new Scenario(seed, 65, 0.1).run();

    assertThat(outcome.knownAll()).isLessThanOrEqualTo(15);
    assertThat(outcome.peak().bytesPerSecond()).isLessThan(40_000);
    assertThat(outcome.steady().bytesPerSecond()).isLessThan(500);
    assertThat(outcome.deathUsers()).isLessThanOrEqualTo(6);
    assertThat(outcome.deathQuietUser()).isLessThanOrEqualTo(6);
    assertThat(outcome.deathAll()).isLessThanOrEqualTo(60);
    assertThat(outcome.goodbyeAll()).isLessThanOrEqualTo(60);
    assertThat(outcome.joinKnown()).isLessThanOrEqualTo(15);
  }

  private static long now(Village village) {
    return village.time().now();
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.1})
  void fewNodesKnowEachOtherWithinASecondOfTheLast(double loss) {
    Village village = Village.of(seed, loss);
    for (int i = 0; i < 5; i++) {
      village.build();
    }
    village.time().runFor(loss == 0 ? SECOND : 3 * SECOND);
    assertThat(allKnown(village)).isTrue();
  }

  @Test
  void twoFamiliesCostNoMoreThanOneWhereEverybodyHearsOne() {
    Village village = new Village(seed, 0, true, SHARE);
    village.buildWithin(30, 5 * SECOND);
    village.time().runFor(180 * SECOND);
    assertThat(allKnown(village)).isTrue();
    long from = now(village);
    village.time().runFor(240 * SECOND);
    assertThat(village.traffic().between(from, now(village)).bytesPerSecond()).isLessThan(600);
  }

  @Test
  void aMeshThatFallsApartAndComesTogetherKnowsItselfAgainWithinSeconds() {
    Village village = Village.of(seed, 0.1);
    village.buildWithin(30, 5 * SECOND);
    village.time().runFor(120 * SECOND);
    List<House> houses = village.houses();
    houses.subList(0, 15).forEach(house -> house.moveTo(1));
    village.time().runFor(240 * SECOND);
    for (House house : houses.subList(0, 15)) {
      for (House other : houses.subList(15, 30)) {
        assertThat(house.silent).containsKey(other.address());
        assertThat(other.silent).containsKey(house.address());
      }
    }
    houses.forEach(house -> house.moveTo(0));
    village.time().runFor(30 * SECOND);
    assertThat(allKnown(village)).isTrue();
  }

  @Test
  void quietIsNotDeadAmongMany() {
    Village village = Village.of(seed, 0.1);
    village.buildWithin(30, 5 * SECOND);
    village.time().runFor(900 * SECOND);
    assertThat(village.houses()).allSatisfy(house -> assertThat(house.silent).isEmpty());
    assertThat(village.houses()).allSatisfy(house -> assertThat(house.link().rejected()).isZero());
  }

  @Test
  void oneThatIsWantedIsReachedAtOnce() {
    Village village = Village.of(seed, 0);
    village.buildWithin(40, 5 * SECOND);
    village.time().runFor(60 * SECOND);
    House from = village.houses().get(3);
    House to = village.houses().get(30);
    from.say(to);
    village.time().runFor(SECOND / 5);
    assertThat(to.received).isEqualTo(1);
  }

  @Test
  void oneSeedIsOneHistory() {
    Outcome once = new Scenario(seed, 12, 0.2).run();
    assertThat(new Scenario(seed, 12, 0.2).run()).isEqualTo(once);
  }
}
