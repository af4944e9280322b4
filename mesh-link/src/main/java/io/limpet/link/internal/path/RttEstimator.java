package io.limpet.link.internal.path;

/** Smoothed round-trip time of a path, as RFC 6298 section 2 computes it. Not thread-safe. */
public final class RttEstimator {
  private long smoothedNs = -1;
  private long variationNs;

  /** Takes one sample; samples that are not positive count as one microsecond. */
  public void onSample(long sampleNs) {
    long sample = Math.max(1_000, sampleNs);
    if (smoothedNs < 0) {
      smoothedNs = sample;
      variationNs = sample / 2;
      return;
    }
    variationNs += (Math.abs(smoothedNs - sample) - variationNs) / 4;
    smoothedNs += (sample - smoothedNs) / 8;
  }

  /** Says whether there has been a sample. */
  public boolean isKnown() {
    return smoothedNs >= 0;
  }

  /** Returns the smoothed time in nanoseconds, or -1 without a sample. */
  public long smoothedNs() {
    return smoothedNs;
  }

  /** Returns the time within which nearly every answer comes, or the fallback without a sample. */
  public long upperBoundNs(long fallbackNs) {
    return smoothedNs < 0 ? fallbackNs : smoothedNs + 4 * variationNs;
  }
}
