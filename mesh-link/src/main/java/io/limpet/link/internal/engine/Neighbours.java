package io.limpet.link.internal.engine;

import io.limpet.link.internal.os.NeighbourEntry;
import java.net.InetAddress;
import java.util.Optional;

/** What the engine may know of the kernel's neighbour table. */
public interface Neighbours {
  /** Returns the newest known entry. */
  Optional<NeighbourEntry> neighbour(int interfaceIndex, InetAddress ip);

  /** Says whether the missing of an entry means anything. */
  boolean seesNeighbours();
}
