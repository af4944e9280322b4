package io.limpet.tcp.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.limpet.tcp.TcpConfig;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Small messages and fresh connections over a path that loses a lot: what people wait for. */
final class ThinFlowTest {
  private static final double[] LOSSES = {0, 0.01, 0.05, 0.10, 0.20, 0.30, 0.40};
  private static final int MESSAGE_BYTES = 200;

  private static long percentile(List<Long> sorted, double share) {
    return sorted.get((int) Math.min(sorted.size() - 1, share * sorted.size()));
  }

  /** An echo: messages at a fixed interval, each answered; returns round trips and bytes on air. */
  private static List<Long> echo(long seed, double loss, int count, double[] air) throws Exception {
    Pair pair = Pair.symmetric(seed, 50, 5 * Pair.MS, loss);
    TcpListener listener = pair.server.endpoint.listen(7, 4, false, TcpConfig.defaults());
    List<TcpConnection> accepted = new ArrayList<>();
    ByteBuffer buffer = ByteBuffer.allocate(4096);
    pair.server.application =
        () -> {
          TcpConnection request = listener.pollRequest();
          if (request != null) {
            request.accept(pair.nowNs);
            accepted.add(request);
          }
          for (TcpConnection c : accepted) {
            buffer.clear();
            if (c.read(pair.nowNs, buffer) > 0) {
              c.write(pair.nowNs, buffer.flip());
            }
          }
        };
    TcpConnection client =
        pair.client.endpoint.connect(pair.nowNs, Pair.SERVER, 7, 0, TcpConfig.defaults());
    pair.run(2 * Pair.SECOND);
    List<Long> roundTrips = new ArrayList<>();
    List<Long> sentAt = new ArrayList<>();
    long[] received = {0};
    ByteBuffer answer = ByteBuffer.allocate(4096);
    pair.client.application =
        () -> {
          answer.clear();
          int n = client.read(pair.nowNs, answer);
          while (n > 0) {
            received[0] += n;
            while (roundTrips.size() < received[0] / MESSAGE_BYTES) {
              roundTrips.add(pair.nowNs - sentAt.get(roundTrips.size()));
            }
            answer.clear();
            n = client.read(pair.nowNs, answer);
          }
        };
    long airBefore = pair.client.out.airBytes + pair.server.out.airBytes;
    for (int i = 0; i < count; i++) {
      sentAt.add(pair.nowNs);
      client.write(pair.nowNs, ByteBuffer.allocate(MESSAGE_BYTES));
      pair.run(50 * Pair.MS);
    }
    pair.run(5 * Pair.SECOND);
    assertThat(roundTrips).hasSize(count);
    air[0] = (double) (pair.client.out.airBytes + pair.server.out.airBytes - airBefore) / count;
    Collections.sort(roundTrips);
    return roundTrips;
  }

  @Test
  void messagesArriveSoonAlthoughMuchIsLost() throws Exception {
    System.out.println("echo of 200 bytes, 50 Mbit/s 5 ms: loss | p50 p99 max ms | bytes on air");
    for (double loss : LOSSES) {
      double[] air = new double[1];
      List<Long> all = echo(1, loss, 1000, air);
      System.out.printf(
          Locale.ROOT,
          "%.2f | %.1f %.1f %.1f | %.0f%n",
          loss,
          percentile(all, 0.5) / 1e6,
          percentile(all, 0.99) / 1e6,
          percentile(all, 1) / 1e6,
          air[0]);
      if (loss <= 0.1) {
        assertThat(percentile(all, 0.99)).isLessThan(60 * Pair.MS);
      } else if (loss <= 0.3) {
        assertThat(percentile(all, 0.99)).isLessThan(200 * Pair.MS);
      }
      if (loss == 0) {
        assertThat(air[0]).as("no redundancy without loss").isLessThan(800);
      }
    }
  }

  /**
   * Connect, send 200 bytes, and hear the other application's answer: the shape of an invitation.
   */
  private static @Nullable Long invite(Pair pair, TcpListener listener) throws Exception {
    long start = pair.nowNs;
    TcpConnection client =
        pair.client.endpoint.connect(start, Pair.SERVER, 7, 0, TcpConfig.defaults());
    client.write(start, ByteBuffer.allocate(MESSAGE_BYTES));
    TcpConnection[] server = new TcpConnection[1];
    ByteBuffer buffer = ByteBuffer.allocate(4096);
    int[] got = {0};
    long[] done = {0};
    pair.server.application =
        () -> {
          TcpConnection request = listener.pollRequest();
          if (request != null) {
            request.accept(pair.nowNs);
            server[0] = request;
          }
          if (server[0] != null && got[0] < MESSAGE_BYTES) {
            buffer.clear();
            int n = server[0].read(pair.nowNs, buffer);
            got[0] += Math.max(0, n);
            if (got[0] == MESSAGE_BYTES) {
              server[0].write(pair.nowNs, ByteBuffer.allocate(1));
            }
          }
        };
    pair.client.application =
        () -> {
          buffer.clear();
          if (done[0] == 0 && client.read(pair.nowNs, buffer) > 0) {
            done[0] = pair.nowNs;
          }
        };
    if (!pair.runUntil(10 * Pair.SECOND, () -> done[0] != 0)) {
      return null;
    }
    long took = done[0] - start;
    client.close(pair.nowNs);
    if (server[0] != null) {
      server[0].close(pair.nowNs);
    }
    pair.run(Pair.SECOND);
    return took;
  }

  @Test
  void aFreshConnectionIsAnsweredSoonAlthoughMuchIsLost() throws Exception {
    System.out.println("connect, 200 bytes, answer, 50 Mbit/s 5 ms: loss | p50 p99 max ms");
    for (double loss : LOSSES) {
      Pair pair = Pair.symmetric(11, 50, 5 * Pair.MS, loss);
      TcpListener listener = pair.server.endpoint.listen(7, 4, false, TcpConfig.defaults());
      Long[] times = new Long[300];
      for (int i = 0; i < times.length; i++) {
        Long took = invite(pair, listener);
        assertThat(took).as("invitation %d at loss %.2f", i, loss).isNotNull();
        times[i] = took;
      }
      Arrays.sort(times);
      List<Long> all = Arrays.asList(times);
      System.out.printf(
          Locale.ROOT,
          "%.2f | %.1f %.1f %.1f%n",
          loss,
          percentile(all, 0.5) / 1e6,
          percentile(all, 0.99) / 1e6,
          percentile(all, 1) / 1e6);
      if (loss <= 0.3) {
        assertThat(percentile(all, 0.99)).isLessThan(250 * Pair.MS);
      }
    }
  }
}
