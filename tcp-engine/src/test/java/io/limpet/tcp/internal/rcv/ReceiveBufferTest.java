package io.limpet.tcp.internal.rcv;

import static org.assertj.core.api.Assertions.assertThat;

import io.limpet.tcp.internal.buffer.ChunkPool;
import io.limpet.tcp.internal.rcv.ReceiveBuffer.Arrival;
import io.limpet.tcp.internal.wire.Segment;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Reassembly, SACK blocks and the offered window. */
final class ReceiveBufferTest {
  private static final int FIRST = -50;

  private static ReceiveBuffer buffer(int bytes) {
    ReceiveBuffer buffer = new ReceiveBuffer(bytes, new ChunkPool(1 << 30));
    buffer.start(FIRST);
    buffer.setMaxWindow(Integer.MAX_VALUE);
    buffer.onAdvertised(buffer.window(1000));
    return buffer;
  }

  private static ByteBuffer bytes(int from, int to) {
    ByteBuffer data = ByteBuffer.allocate(to - from);
    for (int i = from; i < to; i++) {
      data.put((byte) i);
    }
    return data.flip();
  }

  @Test
  void whatClosesAGapIsTakenAlthoughThereIsNoMemoryLeft() {
    ChunkPool pool = new ChunkPool(3 * ChunkPool.CHUNK_BYTES);
    ReceiveBuffer buffer = new ReceiveBuffer(64 << 10, pool);
    buffer.start(FIRST);
    buffer.onAdvertised(buffer.window(1000));
    assertThat(buffer.receive(FIRST + 5000, bytes(0, 9000))).isEqualTo(Arrival.OUT_OF_ORDER);
    assertThat(pool.pressure()).isEqualTo(ChunkPool.Pressure.EXHAUSTED);
    assertThat(buffer.receive(FIRST + 15_000, bytes(0, 100))).isEqualTo(Arrival.REFUSED);
    assertThat(buffer.receive(FIRST, bytes(0, 5000))).isEqualTo(Arrival.FILLED_GAP);
    assertThat(buffer.receive(FIRST + 14_000, bytes(0, 100))).isEqualTo(Arrival.REFUSED);
  }

  @Test
  void whatASynHasOfferedIsKept() {
    ReceiveBuffer buffer = new ReceiveBuffer(64 << 10, new ChunkPool(1 << 30));
    buffer.onAdvertised(30_000);
    buffer.start(FIRST);
    assertThat(buffer.acceptableWindow()).isEqualTo(30_000);
  }

  @Test
  void piecesInAnyOrderComeOutInOrderAcrossTheWrap() {
    for (long seed = 0; seed < 200; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      ReceiveBuffer buffer = buffer(8192);
      int total = 200 + random.nextInt(3000);
      while (buffer.rcvNxt() - FIRST < total) {
        int from = random.nextInt(total);
        int to = Math.min(total, from + 1 + random.nextInt(300));
        int done = buffer.rcvNxt() - FIRST;
        if (to > done) {
          int start = Math.max(from, done);
          buffer.receive(FIRST + start, bytes(start, to));
        }
      }
      ByteBuffer out = ByteBuffer.allocate(total);
      buffer.read(out);
      out.flip();
      assertThat(out.remaining()).as("seed %d", seed).isEqualTo(total);
      for (int i = 0; i < total; i++) {
        assertThat(out.get()).as("seed %d byte %d", seed, i).isEqualTo((byte) i);
      }
      assertThat(buffer.hasGap()).isFalse();
      assertThat(buffer.heldBytes()).isZero();
    }
  }

  /** RFC 2018 section 4: the first block is the one that changed last. */
  @Test
  void theNewestBlockIsReportedFirst() {
    ReceiveBuffer buffer = buffer(65_536);
    buffer.receive(FIRST + 100, bytes(100, 200));
    buffer.receive(FIRST + 500, bytes(500, 600));
    buffer.receive(FIRST + 300, bytes(300, 400));
    buffer.receive(FIRST + 200, bytes(200, 250));
    Segment ack = new Segment();
    ack.clear();
    buffer.fillSack(ack);
    assertThat(ack.sackCount).isEqualTo(3);
    assertThat(ack.sackLeft).startsWith(FIRST + 100, FIRST + 300, FIRST + 500);
    assertThat(ack.sackRight).startsWith(FIRST + 250, FIRST + 400, FIRST + 600);
  }

  @Test
  void everyBlockIsReportedOnceItHasChanged() {
    for (long seed = 0; seed < 50; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      ReceiveBuffer buffer = buffer(1 << 20);
      Set<Integer> changed = new HashSet<>();
      Segment ack = new Segment();
      for (int i = 0; i < 200; i++) {
        int at = 2 + 2 * random.nextInt(500);
        if (buffer.receive(FIRST + at, bytes(at, at + 1)) == Arrival.OUT_OF_ORDER) {
          changed.add(FIRST + at);
        }
        if (random.nextInt(8) == 0 || changed.size() == 15) {
          boolean more = true;
          while (more) {
            ack.clear();
            buffer.fillSack(ack);
            for (int block = 0; block < ack.sackCount; block++) {
              changed.remove(ack.sackLeft[block]);
            }
            more = ack.sackCount > 0 && buffer.onSackSent();
          }
          assertThat(changed).as("seed %d", seed).isEmpty();
        }
      }
    }
  }

  /** RFC 2883 section 4. */
  @Test
  void aDuplicateIsReportedOnceAndFirst() {
    ReceiveBuffer buffer = buffer(65_536);
    buffer.receive(FIRST + 100, bytes(100, 300));
    assertThat(buffer.receive(FIRST + 150, bytes(150, 200))).isEqualTo(Arrival.DUPLICATE);
    Segment ack = new Segment();
    ack.clear();
    buffer.fillSack(ack);
    assertThat(ack.sackLeft).startsWith(FIRST + 150, FIRST + 100);
    assertThat(ack.sackRight).startsWith(FIRST + 200, FIRST + 300);
    buffer.onSackSent();
    ack.clear();
    buffer.fillSack(ack);
    assertThat(ack.sackCount).isEqualTo(1);
  }

  /** RFC 9293 section 3.8.6.2.2: no silly windows. */
  @Test
  void theWindowOpensInStepsWorthASegment() {
    ReceiveBuffer buffer = buffer(4096);
    buffer.receive(FIRST, ByteBuffer.allocate(4096));
    buffer.onAdvertised(buffer.window(1000));
    assertThat(buffer.acceptableWindow()).isZero();
    buffer.read(ByteBuffer.allocate(100));
    assertThat(buffer.isUpdateDue(1400)).isFalse();
    buffer.read(ByteBuffer.allocate(2000));
    assertThat(buffer.isUpdateDue(1400)).isTrue();
  }

  @Test
  void theWindowGrowsForALossyPathButNotForASlowReader() {
    ReceiveBuffer lossy = buffer(4 << 20);
    int before = lossy.window(1000);
    lossy.receive(FIRST + 1000, ByteBuffer.allocate(before - 1000));
    assertThat(lossy.window(1000)).isGreaterThan(before);
    ReceiveBuffer slow = buffer(4 << 20);
    slow.receive(FIRST, ByteBuffer.allocate(before));
    assertThat(slow.window(1000)).isZero();
  }

  @Test
  void tooManyGapsAreRefusedRatherThanRemembered() {
    ReceiveBuffer buffer = buffer(1 << 20);
    int refused = 0;
    for (int i = 1; i < 3000; i++) {
      if (buffer.receive(FIRST + i * 10, bytes(0, 1)) == Arrival.REFUSED) {
        refused++;
      }
    }
    assertThat(refused).isEqualTo(2999 - 1024);
  }
}
