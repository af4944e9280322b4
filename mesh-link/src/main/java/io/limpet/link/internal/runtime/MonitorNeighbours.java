package io.limpet.link.internal.runtime;

import io.limpet.link.internal.engine.Neighbours;
import io.limpet.link.internal.os.NeighbourEntry;
import io.limpet.link.internal.os.NetworkMonitor;
import java.net.InetAddress;
import java.util.Optional;

/** The neighbours as the machine's monitor knows them. Confined to the event loop. */
record MonitorNeighbours(NetworkMonitor monitor) implements Neighbours {
  @Override
  public Optional<NeighbourEntry> neighbour(int interfaceIndex, InetAddress ip) {
    return monitor.neighbour(interfaceIndex, ip);
  }

  @Override
  public boolean seesNeighbours() {
    return monitor.seesNeighbours();
  }
}
