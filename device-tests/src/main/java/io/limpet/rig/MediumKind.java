package io.limpet.rig;

/** What plays the radio. */
public enum MediumKind {
  /** A TAP device in a network namespace for each laptop; real kernels. */
  TAP,
  /** A veth pair for each laptop, its far end read by a packet socket; real kernels. */
  VETH,
  /** In this process, without kernels. */
  IN_PROCESS
}
