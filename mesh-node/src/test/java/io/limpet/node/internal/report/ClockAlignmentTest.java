package io.limpet.node.internal.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.limpet.node.internal.report.ClockAlignment.Message;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clocks of which the truth is known, and messages that take their time. */
class ClockAlignmentTest {
  private static final Instant BEGIN = Instant.parse("2026-03-01T12:00:00Z");
  private static final Duration WRITING = Duration.ofMillis(2);

  /** A clock that is ahead of the truth, and ever more so. */
  private record Skewed(Duration ahead, double drift) {
    Instant at(long trueNs) {
      return BEGIN.plusNanos(trueNs).plus(ahead).plusNanos((long) (drift * trueNs));
    }
  }

  /** Messages between random laptops at random times, each between 1 and 80 ms on its way. */
  private static List<Message> messages(Random random, List<Skewed> clocks, int n, long spanNs) {
    List<Message> messages = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      int from = random.nextInt(clocks.size());
      int to = (from + 1 + random.nextInt(clocks.size() - 1)) % clocks.size();
      long sent = (long) (random.nextDouble() * spanNs);
      long received = sent + 1_000_000 + (long) (random.nextDouble() * 79e6);
      messages.add(new Message(from, clocks.get(from).at(sent), to, clocks.get(to).at(received)));
    }
    return messages;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
  void theTruthLiesWithinWhatIsSaid(int seed) {
    Random random = new Random(seed);
    List<Skewed> clocks = new ArrayList<>(List.of(new Skewed(Duration.ZERO, 0)));
    for (int i = 1; i < 5; i++) {
      // A clock that was never set, and others of all kinds; together they drift by 100 ppm at
      // most.
      Duration ahead = Duration.ofMillis((long) (random.nextGaussian() * Math.pow(10, 1 + i)));
      clocks.add(
          new Skewed(i == 4 ? Duration.ofDays(-20_000) : ahead, random.nextDouble() * 1e-4 - 5e-5));
    }
    long spanNs = 7_200_000_000_000L;
    List<Message> messages = messages(random, clocks, 1_500, spanNs);
    ClockAlignment aligned = ClockAlignment.of(clocks.size(), messages);
    assertThat(aligned.wasSet()).isFalse();
    for (int i = 1; i < clocks.size(); i++) {
      ClockAlignment.Clock clock = aligned.clock(i);
      assertThat(clock.uncertainty()).isLessThan(Duration.ofMillis(60));
      for (long at = 0; at <= spanNs; at += spanNs / 50) {
        Duration error =
            Duration.between(clocks.get(0).at(at), aligned.atFirst(i, clocks.get(i).at(at))).abs();
        assertThat(error).isLessThan(clock.uncertainty().plusMillis(20));
      }
    }
  }

  @Test
  void noMessageArrivesBeforeItWasSent() {
    for (int seed = 0; seed < 20; seed++) {
      Random random = new Random(seed);
      List<Skewed> clocks =
          List.of(
              new Skewed(Duration.ZERO, 0),
              new Skewed(Duration.ofSeconds(7), 0),
              new Skewed(Duration.ofSeconds(-90), 0));
      List<Message> messages = messages(random, clocks, 60, 20_000_000_000L);
      ClockAlignment aligned = ClockAlignment.of(3, messages);
      for (Message message : messages) {
        assertThat(
                Duration.between(
                    aligned.atFirst(message.from(), message.sent()),
                    aligned.atFirst(message.to(), message.received())))
            .isGreaterThanOrEqualTo(WRITING.multipliedBy(2).negated());
      }
    }
  }

  @Test
  void twoWhoNeverMetAreAlignedByAThird() {
    Instant now = BEGIN;
    List<Message> messages =
        List.of(
            new Message(0, now, 1, now.plusMillis(5_010)),
            new Message(1, now.plusMillis(5_020), 0, now.plusMillis(30)),
            new Message(1, now.plusMillis(5_040), 2, now.plusMillis(2_050)),
            new Message(2, now.plusMillis(2_060), 1, now.plusMillis(5_070)));
    ClockAlignment aligned = ClockAlignment.of(3, messages);
    assertThat(aligned.clock(1).offset())
        .isBetween(Duration.ofMillis(4_990), Duration.ofMillis(5_010));
    assertThat(aligned.clock(2).offset())
        .isBetween(Duration.ofMillis(1_980), Duration.ofMillis(2_020));
    assertThat(aligned.clock(2).uncertainty()).isGreaterThan(aligned.clock(1).uncertainty());
    assertThat(aligned.clock(1).messages()).isEqualTo(4);
  }

  @Test
  void withoutAnAnswerAClockIsBelievedAsFarAsItCanBe() {
    Instant now = BEGIN;
    ClockAlignment agrees =
        ClockAlignment.of(2, List.of(new Message(0, now, 1, now.plusMillis(40))));
    assertThat(agrees.clock(1).uncertainty()).isNull();
    assertThat(agrees.clock(1).offset()).isZero();
    ClockAlignment behind =
        ClockAlignment.of(2, List.of(new Message(0, now, 1, now.minusSeconds(60))));
    assertThat(behind.clock(1).uncertainty()).isNull();
    assertThat(behind.clock(1).offset().toMillis()).isEqualTo(-59_998);
  }

  @Test
  void withoutMessagesEveryClockIsTakenAsItIs() {
    ClockAlignment aligned = ClockAlignment.of(2, List.of());
    assertThat(aligned.clock(1).uncertainty()).isNull();
    assertThat(aligned.clock(1).messages()).isZero();
    assertThat(aligned.atFirst(1, BEGIN)).isEqualTo(BEGIN);
  }

  @Test
  void aClockThatWasSetMeanwhileIsNoticedAndFollowed() {
    List<Message> messages = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      // Ten minutes behind until the half hour, right from then on.
      Instant now = BEGIN.plusSeconds(60L * i);
      Duration ahead = i < 30 ? Duration.ofMinutes(-10) : Duration.ZERO;
      messages.add(new Message(0, now, 1, now.plusMillis(10).plus(ahead)));
      messages.add(new Message(1, now.plusSeconds(1).plus(ahead), 0, now.plusMillis(1_010)));
    }
    ClockAlignment aligned = ClockAlignment.of(2, messages);
    assertThat(aligned.wasSet()).isTrue();
    Instant late = BEGIN.plusSeconds(55 * 60);
    assertThat(Duration.between(late, aligned.atFirst(1, late)).abs())
        .isLessThan(Duration.ofSeconds(2));
  }
}
