package io.limpet.rig;

/**
 * A device's radio where there is no kernel behind it ({@link MediumKind#IN_PROCESS}): programs of
 * this process exchange datagrams under the same model of the air. May be used from any thread.
 */
public interface AirPort {
  /** The longest payload in bytes. */
  int MAXIMUM_PAYLOAD = 1500;

  /** Takes what a port receives. */
  @FunctionalInterface
  interface Listener {
    /**
     * On the medium's thread, which must not be held up.
     *
     * @param from name of the device that sent it
     * @param multicast whether it was sent to all
     * @param payload what was sent; the receiver's own copy
     */
    void onDatagram(String from, boolean multicast, byte[] payload);
  }

  /** Sends to one device. */
  void unicast(RigDevice to, byte[] payload);

  /** Sends to all others. */
  void multicast(byte[] payload);

  /** Says who gets what is received; replaces an earlier listener. */
  void listen(Listener listener);
}
