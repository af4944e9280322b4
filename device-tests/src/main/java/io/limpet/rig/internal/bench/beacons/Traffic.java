package io.limpet.rig.internal.bench.beacons;

import java.util.ArrayList;
import java.util.List;

/** What went over the air, in slices of a tenth of a second. Bytes are those of IP packets. */
final class Traffic {
  private static final long SLICE_NS = 100 * VirtualTime.MS;
  private static final int SLICES_PER_SECOND = 10;

  private final List<long[]> slices = new ArrayList<>();

  /**
   * What went over the air in a while.
   *
   * @param helloBytesPerSecond of hellos
   * @param otherBytesPerSecond of everything else
   * @param helloAirtime share of the time that hellos held the medium
   * @param otherAirtime the same for everything else
   */
  record Rate(
      double helloBytesPerSecond,
      double otherBytesPerSecond,
      double helloAirtime,
      double otherAirtime) {
    double bytesPerSecond() {
      return helloBytesPerSecond + otherBytesPerSecond;
    }

    double airtime() {
      return helloAirtime + otherAirtime;
    }
  }

  void note(long atNs, int bytes, long airtimeNs, boolean hello) {
    int slice = slice(atNs);
    while (slices.size() <= slice) {
      slices.add(new long[4]);
    }
    long[] counts = slices.get(slice);
    counts[hello ? 0 : 1] += bytes;
    counts[hello ? 2 : 3] += airtimeNs;
  }

  private static int slice(long atNs) {
    return (int) ((atNs - VirtualTime.START_NS) / SLICE_NS);
  }

  /** Returns the rate between two times, whole slices. */
  Rate between(long fromNs, long toNs) {
    return rate(slice(fromNs), slice(toNs));
  }

  private Rate rate(int from, int to) {
    double[] sums = new double[4];
    for (int i = from; i < Math.min(to, slices.size()); i++) {
      for (int j = 0; j < sums.length; j++) {
        sums[j] += slices.get(i)[j];
      }
    }
    double seconds = (to - from) / (double) SLICES_PER_SECOND;
    return new Rate(
        sums[0] / seconds,
        sums[1] / seconds,
        sums[2] / seconds / VirtualTime.SECOND,
        sums[3] / seconds / VirtualTime.SECOND);
  }

  /** Returns the second of the highest rate, wherever it begins. */
  Rate peak(long fromNs, long toNs) {
    Rate peak = new Rate(0, 0, 0, 0);
    for (int i = slice(fromNs); i + SLICES_PER_SECOND <= slice(toNs); i++) {
      Rate here = rate(i, i + SLICES_PER_SECOND);
      if (here.bytesPerSecond() > peak.bytesPerSecond()) {
        peak = here;
      }
    }
    return peak;
  }

  /** Returns the rate of each second between two times, for a plot. */
  List<Double> perSecond(long fromNs, long toNs) {
    List<Double> rates = new ArrayList<>();
    for (int i = slice(fromNs); i < slice(toNs); i += SLICES_PER_SECOND) {
      rates.add(rate(i, i + SLICES_PER_SECOND).bytesPerSecond());
    }
    return rates;
  }
}
