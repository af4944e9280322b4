package io.limpet.rig.internal.medium;

/** Takes what a laptop sends. */
@FunctionalInterface
public interface FrameSink {
  /** On the medium's event loop; the array belongs to the sink from now on. */
  void onFrame(byte[] frame);
}
