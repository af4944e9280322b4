package io.limpet.tcp.internal.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.PooledByteBufAllocator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The guard itself must be able to fail. */
class LeakGuardTest {

  @BeforeEach
  @AfterEach
  void forget() {
    LeakGuard.leaks();
    LeakGuard.forget();
  }

  @Test
  void aLostBufferIsReported() {
    lose();
    assertThat(LeakGuard.leaks()).singleElement().asString().contains("LEAK");
  }

  private static void lose() {
    PooledByteBufAllocator.DEFAULT.directBuffer(16).writeInt(1);
  }

  @Test
  void aReleasedBufferIsNot() {
    PooledByteBufAllocator.DEFAULT.directBuffer(16).release();
    assertThat(LeakGuard.leaks()).isEmpty();
  }
}
