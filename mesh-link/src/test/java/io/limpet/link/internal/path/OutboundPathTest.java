package io.limpet.link.internal.path;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.limpet.link.Carrier;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;

class OutboundPathTest {
  private static final long MS = 1_000_000L;

  private final OutboundPath path =
      new OutboundPath(
          0, 1, "wlan0", Carrier.UNICAST_IPV4, new InetSocketAddress("192.0.2.1", 7464));

  @Test
  void aReportProvesThePathAndMeasuresTheRoundTripWithoutTheDelay() {
    path.onSent(-50 * MS, 0, 100, true);
    assertThat(path.unconfirmed()).isEqualTo(1);
    assertThat(path.isProven()).isFalse();
    assertThat(path.onReport(-20 * MS, 0, 1, 20 * MS)).isTrue();
    assertThat(path.unconfirmed()).isZero();
    assertThat(path.rtt().smoothedNs()).isEqualTo(10 * MS);
    assertThat(path.proofAgeNs(0)).isEqualTo(20 * MS);
    assertThat(path.roundTripAgeNs(0)).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void theSameReportProvesNothingTwice() {
    path.onSent(0, 0, 100, true);
    path.onReport(MS, 0, 1, 0);
    assertThat(path.onReport(2 * MS, 0, 1, 0)).isFalse();
  }

  @Test
  void aReportAboutWhatWasNeverSentIsIgnored() {
    path.onSent(0, 0, 100, true);
    assertThat(path.onReport(MS, 1, 1, 0)).isFalse();
    assertThat(path.onReport(MS, 0, 5, 0)).isFalse();
    assertThat(path.onReport(MS, -1, 0, 0)).isFalse();
    assertThat(path.isProven()).isFalse();
  }

  @Test
  void lossIsTheDifferenceOfTwoReports() {
    for (int i = 0; i <= 100; i++) {
      path.onSent(i * MS, i, 100, true);
    }
    path.onReport(101 * MS, 0, 1, 0);
    path.onReport(102 * MS, 100, 71, 0);
    assertThat(path.loss().loss()).isCloseTo(0.3, within(0.001));
    assertThat(path.roundTripLoss()).isCloseTo(0.3, within(0.001));
    path.setInboundLoss(0.5);
    assertThat(path.roundTripLoss()).isCloseTo(0.65, within(0.001));
  }

  @Test
  void theOldestUnconfirmedIsTheFirstAfterTheReport() {
    for (int i = 0; i < 10; i++) {
      path.onSent(i * (10 * MS), i, 100, i % 2 == 0);
    }
    path.onReport(100 * MS, 4, 5, 0);
    assertThat(path.unconfirmed()).isEqualTo(2);
    assertThat(path.unconfirmedForNs(100 * MS)).isEqualTo(40 * MS);
  }

  @Test
  void anAnswerIsARoundTripOnlyOnTheSamePath() {
    path.onSent(0, 0, 100, true);
    path.onChallengeSent(0, 0, 77);
    assertThat(path.onResponse(MS, 78, true)).isFalse();
    assertThat(path.onResponse(5 * MS, 77, false)).isTrue();
    assertThat(path.isProven()).isTrue();
    assertThat(path.roundTripAgeNs(5 * MS)).isEqualTo(Long.MAX_VALUE);
    assertThat(path.onResponse(6 * MS, 77, true)).as("an answer counts once").isFalse();
  }

  @Test
  void aDestinationThatProvedNothingGetsFewDatagrams() {
    int carried = 0;
    for (int i = 0; i < 1_000 && path.mayCarryPayload(); i++) {
      path.onSent(i * MS, i, 100, true);
      carried++;
    }
    assertThat(carried).isLessThan(64);
    path.onReport(1_000 * MS, 0, 1, 0);
    assertThat(path.mayCarryPayload()).isTrue();
    path.setDestination(new InetSocketAddress("192.0.2.9", 7464));
    assertThat(path.isProven()).isFalse();
  }
}
