package io.limpet.tcp.internal.engine;

import static org.assertj.core.api.Assertions.fail;

import io.limpet.tcp.TcpConfig.CongestionAlgorithm;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A bulk flow over every combination of loss, delay and queue, against the table of what it made of
 * them before: whoever changes the engine sees what that does to paths of which no other test
 * thinks.
 */
@Tag("long")
final class MatrixTest {
  private static final String TABLE = "/matrix.txt";
  private static final String REWRITE =
      "mvn -q -B -Dquick -pl tcp-engine -am integration-test -Dtest=MatrixTest"
          + " -Dsurefire.failIfNoSpecifiedTests=false -Dlimpet.matrix.write=true";

  private static final double MBIT = 20;
  private static final double[] LOSSES = {0, 0.01, 0.05, 0.1, 0.2, 0.3};
  private static final long[] DELAYS_MS = {1, 5, 20, 100};
  private static final long WARM_UP_NS = 2 * Pair.SECOND;
  private static final long MEASURED_NS = 4 * Pair.SECOND;
  private static final int SEGMENT_BYTES = 1420 + SimPath.OVERHEAD_BYTES;

  /** How many bytes wait at most before the bottleneck. */
  private enum Queue {
    SMALL(0),
    DOUBLE(1),
    LARGE(2);

    final int seed;

    Queue(int seed) {
      this.seed = seed;
    }

    long bytes(long delayNs) {
      double product = MBIT / 8e3 * 2 * delayNs;
      return (long)
          switch (this) {
            case SMALL -> Math.max(8 * SEGMENT_BYTES, product / 4);
            case DOUBLE -> Math.max(16 * SEGMENT_BYTES, 2 * product);
            case LARGE -> MBIT / 8e3 * 500 * Pair.MS;
          };
    }
  }

  /** A bulk flow's goodput, and how long its segments waited. */
  private static String cell(CongestionAlgorithm algorithm, double loss, long delayNs, Queue queue)
      throws Exception {
    Pair pair = Pair.symmetric(delayNs + queue.seed, MBIT, delayNs, loss);
    pair.client.out.queueBytes = queue.bytes(delayNs);
    BulkRun run = new BulkRun(pair);
    run.add(algorithm);
    run.measure(WARM_UP_NS);
    long[] waits = {0, 0};
    pair.client.out.queueing =
        waitedNs -> {
          waits[0] += waitedNs;
          waits[1]++;
        };
    double goodput = run.measure(MEASURED_NS)[0];
    double waitedMs = (double) waits[0] / Math.max(1, waits[1]) / Pair.MS;
    return String.format(Locale.ROOT, " %5.2f %4.0f |", goodput, waitedMs);
  }

  private static String table() throws Exception {
    StringBuilder text = new StringBuilder();
    text.append(
        "# One flow for 4 s at 20 Mbit/s, by loss (both ways), one-way delay, and queue:\n");
    text.append("# goodput in Mbit/s, and mean wait in the queue in ms. Made by MatrixTest.\n");
    text.append("# small: a quarter of what is in flight; double: twice that; large: 500 ms.\n");
    text.append("algorithm delay  queue  |");
    for (double loss : LOSSES) {
      text.append(String.format(Locale.ROOT, "       %3.0f%% |", 100 * loss));
    }
    text.append('\n');
    for (CongestionAlgorithm algorithm :
        List.of(CongestionAlgorithm.MESH_RATE, CongestionAlgorithm.CUBIC)) {
      for (long delayMs : DELAYS_MS) {
        for (Queue queue : Queue.values()) {
          String name = queue.name().toLowerCase(Locale.ROOT);
          text.append(String.format(Locale.ROOT, "%-9s %3d ms %-6s |", algorithm, delayMs, name));
          for (double loss : LOSSES) {
            text.append(cell(algorithm, loss, delayMs * Pair.MS, queue));
          }
          text.append('\n');
        }
      }
    }
    return text.toString();
  }

  @Test
  void everyPathIsUsedAsItWasBefore() throws Exception {
    String now = table();
    if (Boolean.getBoolean("limpet.matrix.write")) {
      Files.writeString(Path.of("src/test/resources" + TABLE), now);
      return;
    }
    String before = read();
    if (!now.equals(before)) {
      fail("%s%nif that is as it should be: %s", changes(before, now), REWRITE);
    }
  }

  private static String read() throws Exception {
    try (InputStream table = MatrixTest.class.getResourceAsStream(TABLE)) {
      return table == null ? "" : new String(table.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** The lines that are others now. */
  private static String changes(String before, String now) {
    List<String> old = Arrays.asList(before.split("\n", -1));
    List<String> changed = Arrays.asList(now.split("\n", -1));
    StringBuilder text = new StringBuilder("the table has changed:");
    for (int i = 0; i < Math.max(old.size(), changed.size()); i++) {
      String was = i < old.size() ? old.get(i) : "";
      String is = i < changed.size() ? changed.get(i) : "";
      if (!was.equals(is)) {
        text.append("\n- ").append(was).append("\n+ ").append(is);
      }
    }
    return text.toString();
  }
}
