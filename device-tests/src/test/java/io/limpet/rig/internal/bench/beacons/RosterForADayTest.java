package io.limpet.rig.internal.bench.beacons;

import static org.assertj.core.api.Assertions.assertThat;

import io.limpet.link.MeshAddress;
import io.limpet.presence.Person;
import io.limpet.presence.Presence;
import io.limpet.presence.RosterEvent;
import io.limpet.presence.internal.roster.KnownPeers;
import io.limpet.presence.internal.roster.Moment;
import io.limpet.presence.internal.roster.RosterCore;
import io.limpet.rig.internal.bench.beacons.Village.House;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Rosters on simulated links: heavy loss for hours buries nobody who lives. A whole day is {@code
 * -Dlimpet.day.hours=24}, and takes a minute.
 */
@Tag("long")
@Tag("waits")
class RosterForADayTest {
  private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");
  private static final long HOURS = Long.getLong("limpet.day.hours", 6);
  private static final int NODES = 5;
  private static final double LOSS = 0.3;

  private final long seed = Long.getLong("limpet.seed", 20261126L);
  private final Village village = Village.of(seed, LOSS);
  private final List<Desk> desks = new ArrayList<>();

  /** One node's roster, and all that it said. */
  private final class Desk {
    private final House house = village.build();
    private final RosterCore roster = new RosterCore(house.address(), new KnownPeers());
    private final List<RosterEvent> said = new ArrayList<>();

    private long armedNs = Long.MAX_VALUE;

    private Desk() {
      house.listener =
          event -> {
            roster.onLinkEvent(now(), event);
            settle();
          };
    }

    private Moment now() {
      long ns = village.time().now();
      return new Moment(ns, NOON.plusNanos(ns));
    }

    /** What is suspected goes on by time alone: without it nobody would ever be offline. */
    private void settle() {
      for (RosterEvent next = roster.pollEvent(); next != null; next = roster.pollEvent()) {
        said.add(next);
      }
      long dueNs = roster.nextDeadlineNs().orElse(Long.MAX_VALUE);
      if (dueNs < armedNs) {
        armedNs = dueNs;
        village.time().at(dueNs, () -> onTimer(dueNs));
      }
    }

    private void onTimer(long dueNs) {
      if (armedNs == dueNs) {
        armedNs = Long.MAX_VALUE;
        roster.onTimer(now());
        settle();
      }
    }

    private <E extends RosterEvent> Stream<E> all(Class<E> kind) {
      return said.stream().filter(kind::isInstance).map(kind::cast);
    }

    private Presence presenceOf(MeshAddress address) {
      Person person = roster.snapshot().byAddress().get(address);
      return person == null ? Presence.OFFLINE : person.presence();
    }
  }

  @Test
  void nobodyWhoIsThereIsEverOfflineAndWhoDiesAfterwardsIs() {
    System.out.println("RosterForADayTest limpet.seed=" + seed + " limpet.day.hours=" + HOURS);
    for (int i = 0; i < NODES; i++) {
      desks.add(new Desk());
    }
    village.time().runFor(HOURS * 3_600 * VirtualTime.SECOND);
    assertThat(desks)
        .allSatisfy(
            desk -> {
              assertThat(desk.roster.snapshot().people()).hasSize(NODES - 1);
              assertThat(desk.all(RosterEvent.Online.class)).hasSize(NODES - 1);
              assertThat(desk.all(RosterEvent.Suspect.class)).isEmpty();
              assertThat(desk.all(RosterEvent.Offline.class)).isEmpty();
              assertThat(desk.all(RosterEvent.Restarted.class)).isEmpty();
            });
    assertThat(village.lostShare()).as("the loss was there").isBetween(0.29, 0.31);

    // Not because nobody looks: whoever does die is doubted by some and given up by all.
    House victim = desks.get(0).house;
    victim.die();
    village.time().runFor(120 * VirtualTime.SECOND);
    assertThat(desks.subList(1, NODES))
        .allSatisfy(
            desk -> {
              assertThat(desk.presenceOf(victim.address())).isEqualTo(Presence.OFFLINE);
              assertThat(desk.all(RosterEvent.Offline.class)).hasSize(1);
            })
        .anySatisfy(desk -> assertThat(desk.all(RosterEvent.Suspect.class)).hasSize(1));
  }
}
