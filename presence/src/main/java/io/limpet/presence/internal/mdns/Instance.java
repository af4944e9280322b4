package io.limpet.presence.internal.mdns;

import java.io.IOException;
import java.net.InetAddress;

/**
 * One life of an mDNS responder and browser on one address. It may die silently; {@link #isAlive}
 * is how that is found out. Confined to its slot's thread, except {@link #bury}.
 */
interface Instance {
  /** Starts the browsing, or repeats it: the records that are cached are reported again. */
  void browse();

  /** Asks for what is missing of a service that has been named. May wait for 200 ms. */
  void resolve(String serviceName, boolean again);

  /**
   * Forgets what is cached of a service, so that only a new answer can bring it back; browses for
   * it.
   */
  void flush(String serviceName);

  /** Replaces the TXT data, or announces the same again. */
  void setText(byte[] txt);

  /** Says whether a service name is the one that this instance published, whatever it is now. */
  boolean isOwn(String serviceName);

  /** Says whether the instance still has its socket and its threads. */
  boolean isAlive();

  /**
   * Ends the instance, saying goodbye if the network lets it; waits until nothing is left of it, at
   * most some fifteen seconds if it is in the worst of its states.
   */
  void bury();

  /** Hears an instance; called on its own threads. */
  interface Listener {
    /** A service has a name; its TXT data may not be known yet. */
    void onNamed(String serviceName);

    /** The data of a service came, perhaps not for the first time, perhaps in part. */
    void onResolved(String serviceName, ServiceKind.Resolved found);

    /** A service is gone. */
    void onRemoved(String serviceName);
  }

  /** Makes instances. */
  @FunctionalInterface
  interface Factory {
    /**
     * Starts a responder. May take a second.
     *
     * @param serviceType what is published and browsed
     * @param address the one address to use, scoped if it is link-local
     * @param hostLabel a host name that nobody else has, one label
     * @param serviceName a name for the service that nobody else has, one label
     * @param port the port to publish
     * @param txt the TXT data to publish
     */
    Instance create(
        String serviceType,
        InetAddress address,
        String hostLabel,
        String serviceName,
        int port,
        byte[] txt,
        Listener listener)
        throws IOException;
  }
}
