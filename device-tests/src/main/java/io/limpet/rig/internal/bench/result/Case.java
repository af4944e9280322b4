package io.limpet.rig.internal.bench.result;

/**
 * A workload under one condition. A value.
 *
 * @param workload its name
 * @param variant which of the workload's kinds, empty if it has one
 * @param profile name of the link, {@code veth} where there is no medium
 * @param loss of each frame in each direction
 */
public record Case(String workload, String variant, String profile, double loss) {
  /** Says what sets it apart from others of its workload and profile. */
  public String label() {
    String percent = Math.round(loss * 1000) / 10.0 + " %";
    percent = percent.replace(".0 %", " %");
    return variant.isEmpty() ? percent : loss == 0 ? variant : variant + ", " + percent;
  }
}
