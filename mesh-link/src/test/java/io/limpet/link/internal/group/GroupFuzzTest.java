package io.limpet.link.internal.group;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Tag;

/**
 * Any bytes as a datagram to a group, and any bytes behind a header that finds its key and its
 * sender: no exception, nothing handed up, nothing remembered.
 */
@Tag("fuzz")
@Tag("fuzz-search")
final class GroupFuzzTest {
  private static final Member ANNA = new Member(1, 1).with(1);
  private static final Member BERT = new Member(2, 1).with(1).hears(ANNA);
  private static final byte[] HEADER = ANNA.seal("");

  @FuzzTest(maxDuration = "8s")
  void anyDatagramOfAGroup(byte[] bytes) {
    refused(bytes);
    byte[] addressed = new byte[GroupFormat.HEADER_BYTES - Long.BYTES + bytes.length];
    System.arraycopy(HEADER, 0, addressed, 0, GroupFormat.HEADER_BYTES - Long.BYTES);
    System.arraycopy(bytes, 0, addressed, GroupFormat.HEADER_BYTES - Long.BYTES, bytes.length);
    refused(addressed);
  }

  private static void refused(byte[] bytes) {
    GroupSeals.Inbound inbound = BERT.seals.open(Unpooled.wrappedBuffer(bytes), BERT);
    assertThat(inbound).isInstanceOf(GroupSeals.Inbound.Rejected.class);
    assertThat(BERT.seals.senderCount()).isZero();
  }
}
