package io.limpet.link;

import java.net.Inet4Address;

/**
 * A radio without a kernel behind it, for a link that runs on a medium of the caller's: a simulated
 * air in the same process, a serial line, another program's tunnel. It has one interface, carries
 * {@link Carrier#UNICAST_IPV4} and {@link Carrier#MULTICAST_IPV4}, and needs no privilege; there
 * are no neighbour entries to see or to repair.
 *
 * <p>A radio serves one link at a time, and is the caller's to close, after the link.
 */
public interface VirtualRadio {
  /** The MTU of an ordinary Ethernet, in bytes. */
  int DEFAULT_MTU_BYTES = 1500;

  /** Returns the interface's name, by which {@link LinkConfig#interfaces()} may ask for it. */
  String name();

  /** Returns the interface's hardware address, 6 bytes; must not change. */
  Bytes mac();

  /** Returns the interface's address, different from every other radio's; must not change. */
  Inet4Address address();

  /** Returns the MTU in bytes: datagrams are at least 28 shorter; 1280 or more; must not change. */
  default int mtuBytes() {
    return DEFAULT_MTU_BYTES;
  }

  /**
   * Sends to the radio that has an address. Called on the link's event loop: must neither block nor
   * throw, and may lose the datagram.
   *
   * @param datagram passes to the radio
   */
  void unicast(Inet4Address to, byte[] datagram);

  /** Sends to every other radio in reach; the same rules as for {@link #unicast}. */
  void multicast(byte[] datagram);

  /** Says who gets what arrives from now on; replaces an earlier receiver. */
  void listen(Receiver receiver);

  /** Takes what arrives. */
  @FunctionalInterface
  interface Receiver {
    /**
     * Takes one datagram; returns at once, and drops it when there are too many. May be called from
     * any thread.
     *
     * @param from the address of the radio that sent it
     * @param multicast whether it was sent to all
     * @param datagram passes to the receiver
     */
    void onDatagram(Inet4Address from, boolean multicast, byte[] datagram);
  }
}
