package io.limpet.link.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.limpet.link.Carrier;
import io.limpet.link.internal.path.InboundPath;
import io.limpet.link.internal.wire.Frames;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.List;
import org.junit.jupiter.api.Test;

class PeerReportsTest {
  private static final long MS = 1_000_000L;
  private static final int ROOM = 1000;

  private final InboundPath path = new InboundPath(0, 1, Carrier.UNICAST_IPV4);
  private final PeerReports reports = new PeerReports(List.of(path));
  private final ByteBuf frames = Unpooled.buffer();
  private long counter;

  @Test
  void nothingIsDueBeforeSomethingArrives() {
    assertThat(reports.nextDeadlineNs()).isEqualTo(Long.MAX_VALUE);
    assertThat(reports.isDue(Long.MAX_VALUE / 2)).isFalse();
  }

  @Test
  void theFirstReportsComePromptlyAndLaterOnesWaitForCompany() {
    for (int i = 0; i < 8; i++) {
      long nowNs = i * 1000L * MS;
      arrive(nowNs);
      assertThat(reports.nextDeadlineNs()).isEqualTo(nowNs + 20 * MS);
      writeAt(nowNs + 20 * MS);
    }
    arrive(9000 * MS);
    assertThat(reports.nextDeadlineNs()).isEqualTo(9060 * MS);
    assertThat(reports.isDue(9059 * MS)).isFalse();
    assertThat(reports.isDue(9060 * MS)).isTrue();
  }

  @Test
  void aWaitingReportTravelsWithADatagramThatGoesOutAnyway() {
    settle();
    arrive(20_000 * MS);
    reports.piggyback(20_001 * MS, frames, ROOM);
    assertThat(frames.readableBytes()).isEqualTo(Frames.REPORT_BYTES);
    assertThat(reports.isDue(21_000 * MS)).isFalse();
  }

  @Test
  void reportsTravelWithAtMostOneDatagramIn15Ms() {
    settle();
    for (int i = 0; i < 100; i++) {
      arrive((20_000L + i) * MS);
      reports.piggyback((20_000L + i) * MS, frames, ROOM);
    }
    assertThat(frames.readableBytes()).isEqualTo(7 * Frames.REPORT_BYTES);
  }

  @Test
  void aPeerInDoubtIsAnsweredSoonerThanWasPlanned() {
    settle();
    arrive(20_000 * MS);
    reports.onPeerInDoubt();
    arrive(20_010 * MS);
    assertThat(reports.nextDeadlineNs()).isEqualTo(20_030 * MS);
  }

  @Test
  void doubtDoesNotPutAReportOnEveryDatagram() {
    settle();
    for (int i = 0; i < 15; i++) {
      reports.onPeerInDoubt();
      arrive(20_000 * MS + i);
      reports.piggyback(20_000 * MS + i, frames, ROOM);
    }
    assertThat(frames.readableBytes()).isEqualTo(Frames.REPORT_BYTES);
  }

  @Test
  void whatFindsNoRoomStaysDue() {
    arrive(0);
    reports.write(20 * MS, frames, Frames.REPORT_BYTES - 1);
    assertThat(frames.isReadable()).isFalse();
    assertThat(reports.isDue(20 * MS)).isTrue();
  }

  private void settle() {
    for (int i = 0; i < 8; i++) {
      arrive(i * 100L * MS);
      writeAt((i * 100L + 20) * MS);
    }
  }

  private void arrive(long nowNs) {
    path.onReceived(nowNs, 1, Carrier.UNICAST_IPV4, counter++, true);
    reports.onEliciting(nowNs);
  }

  private void writeAt(long nowNs) {
    assertThat(reports.isDue(nowNs)).isTrue();
    reports.write(nowNs, Unpooled.buffer(), ROOM);
  }
}
