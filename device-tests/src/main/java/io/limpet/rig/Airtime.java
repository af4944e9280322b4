package io.limpet.rig;

/** Who has to wait for whom before sending. */
public enum Airtime {
  /**
   * Each device sends when it likes, as over a cable of its own: rates compare with plain links.
   */
  PER_SENDER,
  /**
   * One channel for all: one frame at a time, the devices that have something to send taking turns.
   */
  SHARED
}
