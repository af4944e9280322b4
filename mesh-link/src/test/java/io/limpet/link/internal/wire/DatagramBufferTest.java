package io.limpet.link.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import org.junit.jupiter.api.Test;

class DatagramBufferTest {
  private final DatagramBuffer buffer = new DatagramBuffer(UnpooledByteBufAllocator.DEFAULT);

  @Test
  void oneServesAllThatNobodyKeeps() {
    ByteBuf first = buffer.next(100).writeZero(100);
    first.release();
    ByteBuf second = buffer.next(200);
    assertThat(second).isSameAs(first);
    assertThat(second.readableBytes()).isZero();
    assertThat(second.hasArray()).isTrue();
    second.release();
  }

  @Test
  void whatSomebodyKeepsIsNotWrittenOver() {
    ByteBuf kept = buffer.next(100).writeByte(7);
    ByteBuf second = buffer.next(100).writeByte(8);
    assertThat(second).isNotSameAs(kept);
    assertThat(kept.readByte()).isEqualTo((byte) 7);
    assertThat(kept.release()).isTrue();
    second.release();
  }

  @Test
  void aLargeOneIsTheCallersAlone() {
    ByteBuf large = buffer.next(5000);
    assertThat(large.maxCapacity()).isEqualTo(5000);
    assertThat(large.hasArray()).isTrue();
    assertThat(large.release()).isTrue();
  }
}
