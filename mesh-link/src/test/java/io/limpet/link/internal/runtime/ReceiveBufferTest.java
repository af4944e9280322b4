package io.limpet.link.internal.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.RecvByteBufAllocator.ExtendedHandle;
import org.junit.jupiter.api.Test;

class ReceiveBufferTest {
  private final ReceiveBuffer buffer = new ReceiveBuffer(1000, 4);
  private final ExtendedHandle handle = buffer.newHandle();

  private ByteBuf read() {
    ByteBuf read = handle.allocate(UnpooledByteBufAllocator.DEFAULT);
    assertThat(read.writerIndex()).isZero();
    assertThat(read.isDirect()).isTrue();
    return read.writeZero(handle.guess());
  }

  @Test
  void oneBufferServesAllReads() {
    ByteBuf first = read();
    first.release();
    ByteBuf second = read();
    assertThat(second).isSameAs(first);
    second.release();
    buffer.close();
    assertThat(first.refCnt()).isZero();
  }

  @Test
  void whatSomebodyKeepsIsNotWrittenOver() {
    ByteBuf first = read();
    ByteBuf kept = first.readRetainedSlice(10);
    first.release();
    ByteBuf second = read();
    assertThat(second).isNotSameAs(first);
    assertThat(kept.readableBytes()).isEqualTo(10);
    kept.release();
    assertThat(first.refCnt()).isZero();
    second.release();
    buffer.close();
    assertThat(second.refCnt()).isZero();
  }

  @Test
  void whatIsReadAfterTheEndIsTheReaders() {
    read().release();
    buffer.close();
    ByteBuf late = read();
    assertThat(late.release()).isTrue();
  }
}
