package io.limpet.rig.internal.radio;

import static io.limpet.rig.internal.radio.VirtualAir.MILLI;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.limpet.rig.Airtime;
import io.limpet.rig.LinkCounters;
import io.limpet.rig.LinkSettings;
import io.limpet.rig.Loss;
import io.limpet.rig.NeighbourTraffic;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class RadioModelTest {
  private static final LinkSettings INSTANT = LinkSettings.plain().withDelay(Duration.ZERO);
  private static final int FRAMES = 20_000;

  private static final long SEED = Long.getLong("limpet.rig.seed", System.nanoTime());

  @BeforeAll
  static void tellSeed() {
    System.out.println("RadioModelTest: replay with -Dlimpet.rig.seed=" + SEED);
  }

  @Test
  void aUnicastFrameReachesItsStationAloneAndAMulticastFrameAllOthers() {
    VirtualAir air = new VirtualAir(4, SEED, LinkSettings.plain());
    air.unicast(0, 2, 1);
    air.multicast(0, 2);
    air.runUntilIdle();
    assertThat(air.numbersAt(0)).isEmpty();
    assertThat(air.numbersAt(1)).containsExactly(2);
    assertThat(air.numbersAt(2)).containsExactly(1, 2);
    assertThat(air.numbersAt(3)).containsExactly(2);
  }

  @Test
  void aForgottenWaySwallowsUnicastUntilTheOtherEndBroadcastsForAnAddress() {
    VirtualAir air = new VirtualAir(3, SEED, INSTANT);
    air.model.setForgotten(air.nowNs, 0, 1, true);
    air.unicast(0, 1, 1);
    air.arpReply(0, 1, 2); // the radio does not look into what it cannot send
    air.multicast(0, 3);
    air.unicast(1, 0, 4); // the other direction has a way of its own
    air.unicast(0, 2, 5);
    air.runUntilIdle();
    assertThat(air.numbersAt(1)).containsExactly(3);
    assertThat(air.numbersAt(0)).containsExactly(4);
    assertThat(air.numbersAt(2)).contains(5);
    assertThat(air.model.counters(0, 1).blackHoled()).isEqualTo(2);

    air.arpRequest(0, 6); // of the forgetful side itself: nothing is learnt from that
    air.multicast(1, 7); // no address resolution
    air.arpReply(1, 0, 8); // an answer is no broadcast
    air.arpRequest(2, 9); // of somebody else
    air.runUntilIdle();
    air.unicast(0, 1, 10);
    air.runUntilIdle();
    assertThat(air.numbersAt(1)).doesNotContain(10);

    air.arpRequest(1, 11);
    air.runUntilIdle();
    air.unicast(0, 1, 12);
    air.runUntilIdle();
    assertThat(air.numbersAt(1)).contains(12);
  }

  @Test
  void aBroadcastThatIsLostBringsNoWayBack() {
    VirtualAir air = new VirtualAir(2, SEED, INSTANT);
    air.model.setForgotten(air.nowNs, 0, 1, true);
    air.model.setCut(air.nowNs, 1, 0, true);
    air.arpRequest(1, 1);
    air.runUntilIdle();
    air.model.setCut(air.nowNs, 1, 0, false);
    air.unicast(0, 1, 2);
    air.runUntilIdle();
    assertThat(air.numbersAt(1)).isEmpty();
    air.model.setForgotten(air.nowNs, 0, 1, false);
    air.unicast(0, 1, 3);
    air.runUntilIdle();
    assertThat(air.numbersAt(1)).containsExactly(3);
  }

  @Test
  void networksDoNotHearEachOtherNorShareAChannel() {
    LinkSettings slow = LinkSettings.plain().withDelay(Duration.ZERO).withRate(8_000_000);
    // Stations 0 and 1 are one network, 2 and 3 the other.
    VirtualAir air = new VirtualAir(4, 2, SEED, slow, Airtime.SHARED);
    air.multicast(0, 1, 1000); // a millisecond
    air.multicast(2, 2, 1000);
    air.unicast(0, 3, 3, 1000); // to an address of the other network: to nobody
    air.unicast(2, 3, 4, 1000);
    air.runUntilIdle();
    assertThat(air.numbersAt(1)).containsExactly(1);
    assertThat(air.numbersAt(3)).containsExactly(2, 4);
    assertThat(air.model.counters(0).toNobody()).isEqualTo(1);
    assertThat(air.arrivalNs(3, 2)).isEqualTo(air.arrivalNs(1, 1)).isEqualTo(1_000_000);
  }

  @Test
  void independentLossStaysWithinTheBoundsOfChance() {
    for (double p : new double[] {0.01, 0.1, 0.5}) {
      VirtualAir air = new VirtualAir(2, SEED, INSTANT.withLoss(p));
      for (int i = 0; i < FRAMES; i++) {
        air.unicast(0, 1, i);
        air.multicast(0, FRAMES + i);
      }
      air.runUntilIdle();
      LinkCounters counters = air.model.counters(0, 1);
      double fiveSigma = 5 * Math.sqrt(FRAMES * p * (1 - p));
      assertThat((double) counters.unicastLost()).isCloseTo(FRAMES * p, within(fiveSigma));
      assertThat((double) counters.multicastLost()).isCloseTo(FRAMES * p, within(fiveSigma));
      assertThat(counters.unicastLost() + counters.unicastDelivered()).isEqualTo(FRAMES);
    }
  }

  @Test
  void aModelThatIsReseededDealsTheFatesOfOneThatBeganSo() {
    LinkSettings lossy =
        INSTANT
            .withLoss(Loss.bursty(0.3, 4))
            .withDuplication(0.2)
            .withReordering(0.1, Duration.ofMillis(1));
    VirtualAir used = new VirtualAir(2, SEED, lossy);
    for (int i = 0; i < 777; i++) {
      used.unicast(0, 1, i);
      used.multicast(1, i);
    }
    used.runUntilIdle();
    int before = used.numbersAt(1).size();
    used.model.reseed(SEED + 1);
    VirtualAir fresh = new VirtualAir(2, SEED + 1, lossy);
    for (VirtualAir air : List.of(used, fresh)) {
      for (int i = 0; i < 1000; i++) {
        air.unicast(0, 1, i);
      }
      air.runUntilIdle();
    }
    List<Integer> again = used.numbersAt(1);
    assertThat(again.subList(before, again.size())).isEqualTo(fresh.numbersAt(1));
  }

  @Test
  void burstyLossHasItsMeanAndItsBurstLength() {
    VirtualAir air = new VirtualAir(2, SEED, INSTANT.withLoss(Loss.bursty(0.1, 8)));
    int frames = 10 * FRAMES;
    boolean[] received = new boolean[frames];
    IntStream.range(0, frames).forEach(i -> air.unicast(0, 1, i));
    air.runUntilIdle();
    air.numbersAt(1).forEach(i -> received[i] = true);
    int lost = 0;
    int bursts = 0;
    for (int i = 0; i < frames; i++) {
      lost += received[i] ? 0 : 1;
      bursts += !received[i] && (i == 0 || received[i - 1]) ? 1 : 0;
    }
    // About 2500 bursts of standard deviation 7.5: five standard errors are 0.75 frames, and 10 %
    // of the mean loss.
    assertThat(lost / (double) frames).isCloseTo(0.1, within(0.012));
    assertThat(lost / (double) bursts).isCloseTo(8, within(0.8));
  }

  @Test
  void multicastHasAFateOfItsOwn() {
    LinkSettings link = INSTANT.withMulticastLoss(Loss.independent(1));
    VirtualAir air = new VirtualAir(2, SEED, link);
    air.unicast(0, 1, 1);
    air.multicast(0, 2);
    air.runUntilIdle();
    assertThat(air.numbersAt(1)).containsExactly(1);
  }

  @Test
  void whatAPairMeetsDoesNotDependOnTheTrafficOfOthers() {
    LinkSettings lossy = LinkSettings.plain().withLoss(0.3);
    VirtualAir quiet = new VirtualAir(3, SEED, lossy);
    VirtualAir busy = new VirtualAir(3, SEED, lossy);
    for (int i = 0; i < 1000; i++) {
      quiet.unicast(0, 1, i);
      busy.multicast(2, 5000 + i);
      busy.unicast(0, 1, i);
      busy.unicast(1, 0, 9000 + i);
    }
    quiet.runUntilIdle();
    busy.runUntilIdle();
    assertThat(busy.numbersAt(1).stream().filter(n -> n < 5000)).isEqualTo(quiet.numbersAt(1));
  }

  @Test
  void delayIsExact() {
    VirtualAir air = new VirtualAir(2, SEED, INSTANT.withDelay(Duration.ofMillis(25)));
    air.unicast(0, 1, 1);
    air.advance(25 * MILLI - 1);
    assertThat(air.numbersAt(1)).isEmpty();
    air.advance(1);
    assertThat(air.arrivalNs(1, 1)).isEqualTo(25 * MILLI);
  }

  @Test
  void jitterSpreadsArrivalsAndKeepsTheirOrder() {
    LinkSettings link = INSTANT.withDelay(Duration.ofMillis(5), Duration.ofMillis(10));
    VirtualAir air = new VirtualAir(2, SEED, link);
    for (int i = 0; i < 500; i++) {
      long sentNs = air.nowNs - air.startNs;
      air.unicast(0, 1, i);
      air.advance(MILLI);
      assertThat(sentNs).isEqualTo((long) i * MILLI);
    }
    air.runUntilIdle();
    assertThat(air.numbersAt(1)).isSorted().hasSize(500);
    List<Long> delays =
        IntStream.range(0, 500).mapToObj(i -> air.arrivalNs(1, i) - (long) i * MILLI).toList();
    assertThat(delays).allMatch(d -> d >= 5 * MILLI && d <= 15 * MILLI);
    assertThat(delays).anyMatch(d -> d < 12 * MILLI).anyMatch(d -> d > 13 * MILLI);
  }

  @Test
  void aRateIsExactToTheFrame() {
    VirtualAir air = new VirtualAir(2, SEED, LinkSettings.plain().withRate(10_000_000));
    // 1250 bytes at 10 Mbit/s are one millisecond each.
    IntStream.range(0, 50).forEach(i -> air.unicast(0, 1, i, 1250));
    air.runUntilIdle();
    for (int i = 0; i < 50; i++) {
      assertThat(air.arrivalNs(1, i)).isEqualTo((i + 1L) * MILLI + MILLI);
    }
  }

  @Test
  void aFullQueueDropsTheNewestAndCountsThem() {
    LinkSettings link = INSTANT.withRate(10_000_000).withQueue(10 * 1250);
    VirtualAir air = new VirtualAir(2, SEED, link);
    IntStream.range(0, 20).forEach(i -> air.unicast(0, 1, i, 1250));
    air.runUntilIdle();
    // One on the air, ten waiting.
    assertThat(air.numbersAt(1)).containsExactlyElementsOf(IntStream.range(0, 11).boxed().toList());
    assertThat(air.model.counters(0).queueDrops()).isEqualTo(9);
  }

  @Test
  void theDefaultQueueIsTwiceTheBandwidthDelayProductAndAtLeast64kB() {
    LinkSettings slow = LinkSettings.plain().withRate(1_000_000);
    LinkSettings fast = INSTANT.withDelay(Duration.ofMillis(50)).withRate(50_000_000);
    assertThat(slow.effectiveQueueBytes()).isEqualTo(64 * 1024);
    assertThat(fast.effectiveQueueBytes()).isEqualTo(2 * 625_000);
  }

  @Test
  void sendersDoNotWaitForEachOtherUnlessTheChannelIsShared() {
    LinkSettings link = INSTANT.withRate(10_000_000);
    VirtualAir apart = new VirtualAir(3, SEED, link);
    VirtualAir shared = new VirtualAir(3, SEED, link, Airtime.SHARED);
    for (VirtualAir air : List.of(apart, shared)) {
      IntStream.range(0, 4).forEach(i -> air.unicast(0, 2, i, 1250));
      IntStream.range(10, 12).forEach(i -> air.unicast(1, 2, i, 1250));
      air.runUntilIdle();
    }
    assertThat(apart.arrivalNs(2, 3)).isEqualTo(4L * MILLI);
    assertThat(apart.arrivalNs(2, 11)).isEqualTo(2L * MILLI);
    // Turns are taken: a long queue does not starve a short one.
    assertThat(shared.numbersAt(2)).containsExactly(0, 10, 1, 11, 2, 3);
    assertThat(shared.arrivalNs(2, 3)).isEqualTo(6L * MILLI);
  }

  @Test
  void retriesTurnLossIntoAirtime() {
    LinkSettings link = INSTANT.withLoss(0.3).withRate(1_000_000_000).withUnicastRetries(7);
    VirtualAir air = new VirtualAir(2, SEED, link.withQueue(1 << 20));
    for (int i = 0; i < 5000; i++) {
      air.unicast(0, 1, i, 1250);
      air.multicast(0, 10_000 + i, 1250);
      air.runUntilIdle();
    }
    LinkCounters counters = air.model.counters(0, 1);
    // 0.3 to the eighth is 0.00007: a frame in 15,000. Multicast is never sent again.
    assertThat(counters.unicastLost()).isLessThan(6);
    assertThat(counters.multicastLost()).isBetween(1300L, 1700L);
    // Each unicast frame takes 1 / 0.7 tries on average.
    long frames = air.model.counters(0).framesOnAir();
    assertThat(frames - 5000.0).isCloseTo(5000 / 0.7, within(300.0));
    // Each try holds the air for its own time, ten microseconds.
    assertThat(air.model.use().ofFramesFrom(1250)).isEqualTo(Duration.ofNanos(10_000 * frames));
    assertThat(air.model.use().ofFramesFrom(1251)).isZero();
  }

  @Test
  void multicastGoesOutAtTheBasicRate() {
    VirtualAir air = new VirtualAir(3, SEED, INSTANT.withRate(100_000_000, 1_000_000));
    air.unicast(0, 1, 1, 1250);
    air.multicast(0, 2, 1250);
    air.runUntilIdle();
    assertThat(air.arrivalNs(1, 1)).isEqualTo(MILLI / 10);
    assertThat(air.arrivalNs(1, 2)).isEqualTo(MILLI / 10 + 10L * MILLI);
  }

  @Test
  void aBlackHoleSwallowsUnicastInOneDirectionAndLetsAddressResolutionPass() {
    VirtualAir air = new VirtualAir(3, SEED, LinkSettings.plain());
    air.model.setBlackHole(air.nowNs, 0, 1, NeighbourTraffic.PASSES);
    air.unicast(0, 1, 1);
    air.multicast(0, 2);
    air.arpReply(0, 1, 3);
    air.neighbourAdvertisement(0, 1, 4);
    air.unicast(1, 0, 5);
    air.unicast(0, 2, 6);
    air.runUntilIdle();
    assertThat(air.numbersAt(1)).containsExactly(2, 3, 4);
    assertThat(air.numbersAt(0)).containsExactly(5);
    assertThat(air.numbersAt(2)).containsExactly(2, 6);
    assertThat(air.model.counters(0, 1).blackHoled()).isEqualTo(1);
    air.model.setBlackHole(air.nowNs, 0, 1, null);
    air.unicast(0, 1, 7);
    air.runUntilIdle();
    assertThat(air.numbersAt(1)).endsWith(7);
  }

  @Test
  void aBlackHoleMaySwallowUnicastAddressResolutionToo() {
    VirtualAir air = new VirtualAir(2, SEED, LinkSettings.plain());
    air.model.setBlackHole(air.nowNs, 0, 1, NeighbourTraffic.SWALLOWED);
    air.arpReply(0, 1, 1);
    air.neighbourAdvertisement(0, 1, 2);
    air.multicast(0, 3);
    air.runUntilIdle();
    assertThat(air.numbersAt(1)).containsExactly(3);
  }

  @Test
  void noRadioAnswersToAnAddressThatIsNobodys() {
    VirtualAir air = new VirtualAir(2, SEED, LinkSettings.plain());
    long former = VirtualAir.mac(1);
    air.model.setMac(air.nowNs, 1, 0x0200_0000_9999L);
    air.unicast(0, 1, 1);
    air.multicast(0, 2);
    air.model.onFrame(air.nowNs, 0, VirtualAir.frame(0x0200_0000_9999L, former, 0x800, 3, 100));
    air.runUntilIdle();
    assertThat(air.numbersAt(1)).containsExactly(2, 3);
    assertThat(air.model.counters(0).toNobody()).isEqualTo(1);
  }

  @Test
  void aRadioAnswersToTheAddressItsDeviceSendsFrom() {
    VirtualAir air = new VirtualAir(2, SEED, LinkSettings.plain());
    long changed = 0x0200_0000_7777L;
    air.model.onFrame(air.nowNs, 1, VirtualAir.frame(VirtualAir.BROADCAST, changed, 0x806, 1, 60));
    air.unicast(0, 1, 2);
    air.model.onFrame(air.nowNs, 0, VirtualAir.frame(changed, VirtualAir.mac(0), 0x800, 3, 60));
    air.runUntilIdle();
    assertThat(air.numbersAt(1)).containsExactly(3);
    assertThat(air.model.mac(1)).isEqualTo(changed);
  }

  @Test
  void withheldAddressResolutionIsNotHeard() {
    VirtualAir air = new VirtualAir(2, SEED, LinkSettings.plain());
    air.model.withholdNeighbourTraffic(0, true);
    air.arpReply(0, 1, 1);
    air.neighbourAdvertisement(0, 1, 2);
    air.unicast(0, 1, 3);
    air.model.withholdNeighbourTraffic(0, false);
    air.arpReply(0, 1, 4);
    air.runUntilIdle();
    assertThat(air.numbersAt(1)).containsExactly(3, 4);
    assertThat(air.model.counters(0).withheld()).isEqualTo(2);
  }

  @Test
  void duplicatesArriveTwice() {
    VirtualAir air = new VirtualAir(2, SEED, INSTANT.withDuplication(0.2));
    IntStream.range(0, FRAMES).forEach(i -> air.unicast(0, 1, i));
    air.runUntilIdle();
    double fiveSigma = 5 * Math.sqrt(FRAMES * 0.2 * 0.8);
    assertThat((double) air.numbersAt(1).size() - FRAMES)
        .isCloseTo(FRAMES * 0.2, within(fiveSigma));
    assertThat(air.numbersAt(1).stream().distinct().count()).isEqualTo(FRAMES);
  }

  @Test
  void aFrameHeldBackIsOvertakenAndArrivesLater() {
    LinkSettings link = INSTANT.withReordering(0.1, Duration.ofMillis(3));
    VirtualAir air = new VirtualAir(2, SEED, link);
    for (int i = 0; i < 1000; i++) {
      air.unicast(0, 1, i);
      air.advance(MILLI);
    }
    air.runUntilIdle();
    assertThat(air.numbersAt(1)).hasSize(1000);
    long late =
        IntStream.range(0, 1000).filter(i -> air.arrivalNs(1, i) == (i + 3L) * MILLI).count();
    assertThat(late).isEqualTo(air.model.counters(0, 1).heldBack()).isBetween(50L, 150L);
    assertThat(air.numbersAt(1)).isNotEqualTo(IntStream.range(0, 1000).boxed().toList());
  }

  @Test
  void aCutDirectionCarriesNothingAndItsReverseEverything() {
    VirtualAir air = new VirtualAir(2, SEED, LinkSettings.plain());
    air.model.setCut(air.nowNs, 0, 1, true);
    air.unicast(0, 1, 1);
    air.multicast(0, 2);
    air.unicast(1, 0, 3);
    air.runUntilIdle();
    assertThat(air.numbersAt(1)).isEmpty();
    assertThat(air.numbersAt(0)).containsExactly(3);
    assertThat(air.model.counters(0, 1).cut()).isEqualTo(2);
  }

  @Test
  void aRadioThatIsOffNeitherSendsNorReceives() {
    VirtualAir air = new VirtualAir(2, SEED, LinkSettings.plain().withRate(1_000_000));
    IntStream.range(0, 10).forEach(i -> air.unicast(0, 1, i, 1250));
    air.advance(11 * MILLI + MILLI);
    air.model.setOn(air.nowNs, 0, false);
    air.unicast(0, 1, 20);
    air.unicast(1, 0, 30);
    air.runUntilIdle();
    assertThat(air.numbersAt(1)).containsExactly(0);
    assertThat(air.numbersAt(0)).isEmpty();
    air.model.setOn(air.nowNs, 0, true);
    air.unicast(0, 1, 40);
    air.runUntilIdle();
    assertThat(air.numbersAt(1)).containsExactly(0, 40);
  }

  @Test
  void faultsMeetFramesWhenTheyAreSentNotWhenTheyAreQueued() {
    VirtualAir air = new VirtualAir(2, SEED, INSTANT.withRate(10_000_000));
    IntStream.range(0, 4).forEach(i -> air.unicast(0, 1, i, 1250));
    air.advance(2 * MILLI);
    air.model.setBlackHole(air.nowNs, 0, 1, NeighbourTraffic.PASSES);
    air.runUntilIdle();
    assertThat(air.numbersAt(1)).containsExactly(0, 1);
  }

  @Test
  void whatIsNoEthernetFrameIsCountedAndForgotten() {
    VirtualAir air = new VirtualAir(2, SEED, LinkSettings.plain());
    air.model.onFrame(air.nowNs, 0, new byte[0]);
    air.model.onFrame(air.nowNs, 0, new byte[13]);
    air.model.onFrame(air.nowNs, 0, new byte[20_000]);
    byte[] shortNeighbourDiscovery = new byte[14 + 40];
    shortNeighbourDiscovery[12] = (byte) 0x86;
    shortNeighbourDiscovery[13] = (byte) 0xdd;
    air.model.onFrame(air.nowNs, 0, shortNeighbourDiscovery);
    air.runUntilIdle();
    assertThat(air.model.counters(0).malformed()).isEqualTo(3);
    assertThat(air.model.counters(0).toNobody()).isEqualTo(1);
  }
}
