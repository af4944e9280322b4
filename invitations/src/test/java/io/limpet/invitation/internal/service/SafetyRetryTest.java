package io.limpet.invitation.internal.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.limpet.link.MeshAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SafetyRetryTest {
  private static final MeshAddress ELM = new MeshAddress(0x2001_0020_0000_0000L, 1);

  private final SafetyRetry retry = new SafetyRetry();
  private final List<Long> askedAtS = new ArrayList<>();
  private boolean here = true;
  private long nowNs;

  @Test
  void who_does_not_answer_is_asked_after_a_while_that_doubles() {
    retry.onSent(ELM, 0);
    run(200);
    assertThat(askedAtS).containsExactly(5L, 15L, 35L, 75L, 135L, 195L);
  }

  @Test
  void who_is_here_and_never_answers_is_left_alone_in_the_end_until_they_are_heard() {
    retry.onSent(ELM, 0);
    run(24 * 3600);
    assertThat(askedAtS).hasSize(SafetyRetry.MAX_ROUNDS);
    assertThat(retry.isIdle(peer -> here)).isTrue();
    retry.onHeard(ELM, nowNs);
    assertThat(retry.isIdle(peer -> here)).isFalse();
    run(10);
    assertThat(askedAtS).hasSize(SafetyRetry.MAX_ROUNDS + 1);
  }

  @Test
  void who_is_not_here_is_not_asked_and_costs_no_timer() {
    retry.onSent(ELM, 0);
    here = false;
    assertThat(retry.isIdle(peer -> here)).isTrue();
    run(24 * 3600);
    assertThat(askedAtS).isEmpty();
    here = true;
    run(1);
    assertThat(askedAtS).hasSize(1);
  }

  private void run(int seconds) {
    for (int i = 0; i < seconds; i++) {
      nowNs += TimeUnit.SECONDS.toNanos(1);
      retry.onTick(
          nowNs,
          peer -> true,
          peer -> here,
          peer -> askedAtS.add(TimeUnit.NANOSECONDS.toSeconds(nowNs)));
    }
  }
}
