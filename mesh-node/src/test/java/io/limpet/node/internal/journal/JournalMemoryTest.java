package io.limpet.node.internal.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JournalMemoryTest {
  private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");

  private final JournalMemory memory = new JournalMemory();

  private static JournalEvent.Diagnosed deaf(String to) {
    return new JournalEvent.Diagnosed(
        "interface", null, null, "wlan0", "MULTICAST_IPV4", null, "NONE", to, Map.of());
  }

  @Test
  void itRemembersTheNewestOfAPeerAndNoMoreThanItMay() {
    for (int i = 0; i < 1_000; i++) {
      memory.keep(new Moment(START.plusSeconds(i), JournalTailTest.path("a", "SUSPECT")));
    }
    assertThat(memory.of("a")).hasSize(128);
    assertThat(memory.of("a").get(127).time()).isEqualTo(START.plusSeconds(999));
  }

  @Test
  void itForgetsThePeerLongestUntouchedAndNeverThisMachine() {
    memory.keep(new Moment(START, new JournalEvent.Address("added", "wlan0", "10.0.0.1")));
    for (int i = 0; i < 1_000; i++) {
      memory.keep(new Moment(START.plusSeconds(i), JournalTailTest.path("p" + i, "SUSPECT")));
    }
    assertThat(memory.of("p0")).hasSize(1);
    assertThat(memory.of("p743")).hasSize(1);
    assertThat(memory.of("p744")).hasSize(2);
    assertThat(memory.of("p999")).hasSize(2);
  }

  @Test
  void whatConcernsAllIsToldOfEachInOrderOfTime() {
    memory.keep(new Moment(START.plusSeconds(1), JournalTailTest.path("a", "SUSPECT")));
    memory.keep(new Moment(START.plusSeconds(2), new JournalEvent.NodeResumed(5)));
    memory.keep(new Moment(START.plusSeconds(3), JournalTailTest.path("a", "UNICAST")));
    assertThat(memory.of("a"))
        .extracting(moment -> moment.event().name())
        .containsExactly("path.changed", "node.resumed", "path.changed");
  }

  @Test
  void aVerdictOnAnInterfaceHoldsUntilItIsLifted() {
    memory.keep(new Moment(START, deaf("SELF_DEAF")));
    for (int i = 0; i < 500; i++) {
      memory.keep(new Moment(START, new JournalEvent.NodeResumed(5)));
    }
    assertThat(memory.interfaceVerdicts())
        .extracting(Moment::event)
        .containsExactly(deaf("SELF_DEAF"));
    memory.keep(new Moment(START, deaf("NONE")));
    assertThat(memory.interfaceVerdicts()).isEmpty();
  }
}
