package io.limpet.link.internal.runtime;

import io.limpet.link.Carrier;
import io.limpet.link.LinkInterface;
import java.net.InetAddress;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** All carriers of one interface. Confined to the event loop. */
interface InterfacePorts {
  /**
   * Brings the ports in line with the interface.
   *
   * @return whether everything that the interface offers is open
   */
  boolean update(LinkInterface nif);

  /** Returns the port of a carrier, or null when it is not open. */
  @Nullable CarrierPort get(Carrier carrier);

  /** Returns what is open. */
  Set<Carrier> carriers();

  /** Returns where unicast is received, as a hello says it. */
  int unicastPort();

  /** Returns the addresses on which unicast is received, IPv4 before IPv6. */
  List<InetAddress> addresses();

  /** Returns what the interface transmits, in bits per second, or 0 when that is not known. */
  long bitsPerSecond();

  /** Says whether what is sent to a group comes back to the port that sent it. */
  boolean hearsItself();

  /** Closes one port: the next update opens it anew, where there is something to open. */
  void drop(Carrier carrier);

  /** Returns what could not be opened and why, one line each. */
  List<String> problems();

  /** Forgets a port that closed by itself; returns whether it was one of these. */
  boolean forget(CarrierPort port);

  /** Hands over what was queued. */
  void flush();

  /** Closes all ports; they may be opened again. */
  void closeAll();
}
