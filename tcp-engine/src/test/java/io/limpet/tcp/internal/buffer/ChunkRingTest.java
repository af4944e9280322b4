package io.limpet.tcp.internal.buffer;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Memory grows with use and shrinks again; bytes stay where they were put. */
final class ChunkRingTest {
  private static byte at(long position) {
    return (byte) (position * 31 + (position >> 12));
  }

  @Test
  void bytesStayWhereTheyWerePutWhateverTheOrder() {
    SplittableRandom random = new SplittableRandom(5);
    ChunkRing ring = new ChunkRing(new ChunkPool(1 << 30));
    long start = 0;
    for (int round = 0; round < 200; round++) {
      int span = 1 + random.nextInt(60_000);
      // Written from the end to the front, as data beyond a gap is.
      int at = span;
      while (at > 0) {
        int length = Math.min(at, 1 + random.nextInt(3000));
        at -= length;
        ByteBuffer piece = ByteBuffer.allocate(length);
        for (int i = 0; i < length; i++) {
          piece.put(at(start + at + i));
        }
        ring.write(start + at, piece.flip());
      }
      ByteBuffer back = ByteBuffer.allocate(span);
      ring.read(start, span, back);
      back.flip();
      for (int i = 0; i < span; i++) {
        assertThat(back.get()).isEqualTo(at(start + i));
      }
      start += span;
      ring.release(start);
    }
    ring.clear(start);
    assertThat(ring.heldBytes()).isZero();
  }

  @Test
  void anIdleRingHoldsNothingAndASparseOneOnlyWhatIsWritten() {
    ChunkRing ring = new ChunkRing(new ChunkPool(1 << 30));
    assertThat(ring.heldBytes()).isZero();
    ring.write(1_000_000, ByteBuffer.wrap(new byte[] {1}));
    assertThat(ring.heldBytes()).isEqualTo(ChunkPool.CHUNK_BYTES);
  }
}
