package io.limpet.rig;

import java.net.InetAddress;
import java.util.Optional;
import java.util.Set;

/**
 * One entry of a device's neighbour table, as its kernel shows it.
 *
 * @param address the neighbour's IP address
 * @param mac what the kernel believes to be its MAC; empty while unresolved
 * @param states as {@code ip neigh} prints them, such as {@code REACHABLE}, {@code STALE}, {@code
 *     FAILED}
 */
public record NeighbourEntry(InetAddress address, Optional<MacAddress> mac, Set<String> states) {
  /** Keeps its own copy of the states. */
  public NeighbourEntry {
    states = Set.copyOf(states);
  }
}
