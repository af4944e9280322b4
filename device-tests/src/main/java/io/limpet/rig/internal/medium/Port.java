package io.limpet.rig.internal.medium;

/** One laptop's end of the air; used on the medium's event loop only. */
public interface Port {
  /**
   * Hands a frame to the laptop; one that it cannot take now is lost, as in a full receive ring.
   */
  void receive(byte[] frame);

  /** Takes at once whatever the laptop has already sent. */
  void drain();

  /** Gives the port back; it is not used afterwards. */
  void close();
}
