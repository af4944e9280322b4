package io.limpet.invitation.internal.group;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Sums of packets over GF(256), of which each gives back one packet that is lost, whichever it is.
 *
 * <p>The factors are those of a Cauchy matrix, 1 / (x + y) with x from the sum's index and y from
 * the packet's number: any k sums over a run of packets give back any k of them (RFC 5510 builds
 * its matrix otherwise, with the same property). A packet enters as its length (2 bytes) and its
 * body, filled up with zeros.
 */
final class Erasure {
  /** How many different sums of a run there are. */
  static final int INDEXES = 128;

  static final int LENGTH_BYTES = 2;

  /** x⁸ + x⁴ + x³ + x² + 1, as in RFC 5510. */
  private static final int POLYNOMIAL = 0x11d;

  private static final int[] EXP = new int[512];
  private static final int[] LOG = new int[256];

  static {
    int x = 1;
    for (int i = 0; i < 255; i++) {
      EXP[i] = x;
      EXP[i + 255] = x;
      LOG[x] = i;
      x <<= 1;
      if (x > 255) {
        x ^= POLYNOMIAL;
      }
    }
  }

  /** An equation: the sum over what is missing, and which factors it has there. */
  private static final class Row {
    final int[] factors;
    final byte[] sum;

    Row(int[] factors, byte[] sum) {
      this.factors = factors;
      this.sum = sum;
    }
  }

  private Erasure() {}

  /** Returns the sum of some packets; {@code bodies} are all of a run, in order. */
  static byte[] encode(long first, int index, List<byte[]> bodies) {
    int longest = bodies.stream().mapToInt(b -> b.length).max().orElse(0);
    byte[] sum = new byte[LENGTH_BYTES + longest];
    for (int i = 0; i < bodies.size(); i++) {
      addPacket(sum, bodies.get(i), factor(index, first + i));
    }
    return sum;
  }

  /**
   * Returns what follows from some sums, with what is known; empty when nothing does.
   *
   * @param known bodies by number; what is in none of the runs is not looked at
   */
  static SortedMap<Long, byte[]> solve(List<Packet.Parity> sums, Map<Long, byte[]> known) {
    SortedMap<Long, Integer> columns = new TreeMap<>();
    for (Packet.Parity sum : sums) {
      for (long n = sum.first(); n < sum.first() + sum.count(); n++) {
        if (!known.containsKey(n)) {
          columns.put(n, 0);
        }
      }
    }
    int column = 0;
    for (Map.Entry<Long, Integer> entry : columns.entrySet()) {
      entry.setValue(column++);
    }
    int width = sums.stream().mapToInt(s -> s.symbol().length).max().orElse(0);
    List<Row> rows = new ArrayList<>();
    for (Packet.Parity sum : sums) {
      Row row = row(sum, known, columns, width);
      if (row != null) {
        rows.add(row);
      }
    }
    eliminate(rows, columns.size());
    return solved(rows, new ArrayList<>(columns.keySet()));
  }

  private static @Nullable Row row(
      Packet.Parity sum, Map<Long, byte[]> known, Map<Long, Integer> columns, int width) {
    int[] factors = new int[columns.size()];
    byte[] left = new byte[width];
    System.arraycopy(sum.symbol(), 0, left, 0, sum.symbol().length);
    for (long n = sum.first(); n < sum.first() + sum.count(); n++) {
      byte[] body = known.get(n);
      int factor = factor(sum.index(), n);
      if (body == null) {
        factors[columns.getOrDefault(n, 0)] = factor;
      } else if (LENGTH_BYTES + body.length > sum.symbol().length) {
        // Not a sum of these packets.
        return null;
      } else {
        addPacket(left, body, factor);
      }
    }
    return new Row(factors, left);
  }

  /** Gauss and Jordan: a row that is left with one factor tells one packet. */
  private static void eliminate(List<Row> rows, int columns) {
    int done = 0;
    for (int column = 0; column < columns && done < rows.size(); column++) {
      int pivot = done;
      while (pivot < rows.size() && rows.get(pivot).factors[column] == 0) {
        pivot++;
      }
      if (pivot == rows.size()) {
        continue;
      }
      Row row = rows.set(pivot, rows.get(done));
      rows.set(done, row);
      scale(row, inverse(row.factors[column]));
      for (Row other : rows) {
        int factor = other.factors[column];
        if (other != row && factor != 0) {
          subtract(other, row, factor);
        }
      }
      done++;
    }
  }

  private static SortedMap<Long, byte[]> solved(List<Row> rows, List<Long> numbers) {
    SortedMap<Long, byte[]> found = new TreeMap<>();
    for (Row row : rows) {
      int only = -1;
      int factors = 0;
      for (int i = 0; i < row.factors.length; i++) {
        if (row.factors[i] != 0) {
          only = i;
          factors++;
        }
      }
      byte[] sum = row.sum;
      if (factors == 1) {
        int length = (sum[0] & 0xff) << 8 | (sum[1] & 0xff);
        if (length > 0 && length <= sum.length - LENGTH_BYTES) {
          byte[] body = new byte[length];
          System.arraycopy(sum, LENGTH_BYTES, body, 0, length);
          found.put(numbers.get(only), body);
        }
      }
    }
    return found;
  }

  private static void addPacket(byte[] sum, byte[] body, int factor) {
    sum[0] ^= (byte) times(factor, body.length >> 8);
    sum[1] ^= (byte) times(factor, body.length & 0xff);
    add(sum, LENGTH_BYTES, body, factor);
  }

  private static void add(byte[] sum, int at, byte[] term, int factor) {
    int log = LOG[factor];
    for (int i = 0; i < term.length; i++) {
      int value = term[i] & 0xff;
      if (value != 0) {
        sum[at + i] ^= (byte) EXP[log + LOG[value]];
      }
    }
  }

  private static void scale(Row row, int factor) {
    for (int i = 0; i < row.factors.length; i++) {
      row.factors[i] = times(factor, row.factors[i]);
    }
    byte[] sum = row.sum;
    for (int i = 0; i < sum.length; i++) {
      sum[i] = (byte) times(factor, sum[i] & 0xff);
    }
  }

  private static void subtract(Row from, Row row, int factor) {
    for (int i = 0; i < row.factors.length; i++) {
      from.factors[i] ^= times(factor, row.factors[i]);
    }
    add(from.sum, 0, row.sum, factor);
  }

  private static int factor(int index, long number) {
    return inverse((INDEXES | index) ^ (int) (number & (INDEXES - 1)));
  }

  private static int inverse(int value) {
    return EXP[255 - LOG[value]];
  }

  private static int times(int a, int b) {
    return a == 0 || b == 0 ? 0 : EXP[LOG[a] + LOG[b]];
  }
}
