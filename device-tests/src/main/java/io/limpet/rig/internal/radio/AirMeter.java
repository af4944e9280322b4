package io.limpet.rig.internal.radio;

import io.limpet.rig.AirUse;

/** Adds up for how long frames of each length held the air. Confined to one thread at a time. */
final class AirMeter {
  private final long[] nsByLength = new long[EthernetFrames.MAXIMUM_BYTES + 1];

  /** A frame of this length held the air for so long, all its retries together. */
  void onSent(int length, long airtimeNs) {
    nsByLength[length] += airtimeNs;
  }

  AirUse use() {
    return AirUse.of(nsByLength);
  }
}
