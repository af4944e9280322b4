package io.limpet.rig.internal.bench.member;

import java.io.IOException;

/** A way to say something to all other members. One thread says, others may ask. */
interface Voice {
  /** Returns how many others would hear it now. */
  int listeners();

  /** Makes ready what the first message would otherwise have to wait for. */
  default void prepare() throws IOException {
    // Most have nothing to prepare.
  }

  /**
   * Says it to all others; waits while as much is on its way as a sender of this kind keeps there.
   */
  void say(byte[] message) throws IOException;
}
