package io.limpet.rig.internal.bench.workload;

import java.util.List;

/**
 * What has to be there for a measurement. A value, by which stands are kept and used again.
 *
 * @param contenders who runs in the two devices
 * @param overMedium whether the rig's medium joins them, or a plain cable
 * @param warm whether all have had a transfer before the first measurement
 */
public record Ground(List<String> contenders, boolean overMedium, boolean warm) {
  /** Keeps its own copy. */
  public Ground {
    contenders = List.copyOf(contenders);
  }

  /** Contenders joined by the medium. */
  static Ground medium(String... contenders) {
    return new Ground(List.of(contenders), true, true);
  }
}
