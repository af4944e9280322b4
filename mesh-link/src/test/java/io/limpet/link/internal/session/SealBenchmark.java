package io.limpet.link.internal.session;

import io.limpet.link.internal.session.Sessions.Inbound;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.security.SecureRandom;
import java.util.concurrent.TimeUnit;

/**
 * Prints how many datagrams of 1300 bytes a thread seals and opens per second, and how many
 * handshakes both ends of one make. Not a test: run its main method.
 */
final class SealBenchmark {
  private static final int FRAME_BYTES = 1300;
  private static final int BATCH = 16;
  private static final long ROUND_NS = TimeUnit.SECONDS.toNanos(1);
  private static final int ROUNDS = 6;

  private final Node anna = new Node(new SecureRandom());
  private final Node ben = new Node(new SecureRandom());

  private SealBenchmark() {
    anna.learn(ben);
    anna.open(0, Node.reply(ben.open(0, anna.initiate(0, ben, ""))));
  }

  public static void main(String[] arguments) {
    SealBenchmark benchmark = new SealBenchmark();
    ByteBuf heap = PooledByteBufAllocator.DEFAULT.heapBuffer(BATCH * 2000);
    ByteBuf direct = PooledByteBufAllocator.DEFAULT.directBuffer(BATCH * 2000);
    for (int round = 1; round <= ROUNDS; round++) {
      System.out.printf(
          "round %d: seal to heap %,d/s, to direct %,d/s, seal and open %,d/s, handshakes %,d/s%n",
          round,
          benchmark.seals(heap),
          benchmark.seals(direct),
          benchmark.opens(direct),
          benchmark.handshakes());
    }
    heap.release();
    direct.release();
  }

  private long seals(ByteBuf out) {
    ByteBuf frames = Unpooled.directBuffer().writeZero(FRAME_BYTES);
    long count = 0;
    long startNs = System.nanoTime();
    while (System.nanoTime() - startNs < ROUND_NS) {
      out.clear();
      for (int i = 0; i < BATCH; i++) {
        anna.sessions.seal(1, ben.address(), 1, frames, out);
      }
      count += BATCH;
    }
    frames.release();
    return count * ROUND_NS / (System.nanoTime() - startNs);
  }

  private long opens(ByteBuf out) {
    ByteBuf frames = Unpooled.directBuffer().writeZero(FRAME_BYTES);
    int size = FRAME_BYTES + anna.sessions.overheadBytes();
    long count = 0;
    long startNs = System.nanoTime();
    while (System.nanoTime() - startNs < ROUND_NS) {
      out.clear();
      for (int i = 0; i < BATCH; i++) {
        anna.sessions.seal(1, ben.address(), 1, frames, out);
      }
      for (int i = 0; i < BATCH; i++) {
        Inbound inbound = ben.open(1, out.slice(i * size, size), false);
        ((Inbound.Frames) inbound).frames().release();
      }
      count += BATCH;
    }
    frames.release();
    return count * ROUND_NS / (System.nanoTime() - startNs);
  }

  private long handshakes() {
    long count = 0;
    long virtualNs = 0;
    long startNs = System.nanoTime();
    while (System.nanoTime() - startNs < ROUND_NS) {
      // The budget for handshakes is in virtual time.
      virtualNs += TimeUnit.SECONDS.toNanos(1);
      anna.open(virtualNs, Node.reply(ben.open(virtualNs, anna.initiate(virtualNs, ben, ""))));
      count++;
    }
    // Back to an association that is young at time 1, for the next round.
    anna.restart(anna.epoch + 1);
    ben.restart(ben.epoch + 1);
    anna.learn(ben);
    anna.open(0, Node.reply(ben.open(0, anna.initiate(0, ben, ""))));
    return count * ROUND_NS / (System.nanoTime() - startNs);
  }
}
