package io.limpet.rig.internal.bench.member;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HeardTest {
  private static final long MS = 1_000_000;

  private final Heard heard = new Heard();

  private void hear(int run, int sender, int sequence, long atNs) {
    heard.onMessage(new Spoken(run, sender, sequence, 0).encode(100), atNs);
  }

  @Test
  void messagesAreTimedFromWhenTheyWereDue() {
    heard.begin(7);
    heard.onMessage(new Spoken(7, 1, 0, 10 * MS).encode(100), 15 * MS);
    assertThat(heard.told(Long.MAX_VALUE, true).latenciesMs()).containsExactly(5.0);
    assertThat(heard.told(Long.MAX_VALUE, false).latenciesMs()).isEmpty();
  }

  @Test
  void copiesAndLatecomersAreCounted() {
    heard.begin(7);
    hear(7, 1, 0, MS);
    hear(7, 1, 2, 2 * MS);
    hear(7, 1, 1, 3 * MS); // overtaken
    hear(7, 1, 2, 4 * MS); // again
    hear(7, 2, 0, 5 * MS); // another's order is another
    Heard.Told told = heard.told(3 * MS, false);
    assertThat(told.messages()).isEqualTo(4);
    assertThat(told.inTime()).isEqualTo(3);
    assertThat(told.duplicates()).isEqualTo(1);
    assertThat(told.disordered()).isEqualTo(1);
  }

  @Test
  void whatIsOfAnotherRunOrNoMessageDoesNotCount() {
    heard.begin(7);
    hear(7, 1, 0, MS);
    heard.begin(8);
    hear(7, 1, 1, MS);
    heard.onMessage(new byte[3], MS);
    heard.onMessage(new byte[100], MS);
    assertThat(heard.told(Long.MAX_VALUE, false).messages()).isZero();
  }
}
