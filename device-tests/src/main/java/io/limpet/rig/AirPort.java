package io.limpet.rig;

import java.util.function.Consumer;

/**
 * A device's radio where there is no kernel behind it ({@link MediumKind#IN_PROCESS}): programs of
 * this process exchange datagrams under the same model of the air. May be used from any thread.
 */
public interface AirPort {
  /** The longest payload in bytes. */
  int MAXIMUM_PAYLOAD = 1500;

  /** Sends to one device. */
  void unicast(RigDevice to, byte[] payload);

  /** Sends to all others. */
  void multicast(byte[] payload);

  /** Says who gets what is received, on the medium's thread; replaces an earlier listener. */
  void onDatagram(Consumer<AirDatagram> listener);
}
