package io.limpet.link.internal.os;

/** The kernel's neighbour states (NUD), by their names. */
public enum NeighbourState {
  NONE,
  INCOMPLETE,
  REACHABLE,
  STALE,
  DELAY,
  PROBE,
  FAILED,
  NOARP,
  PERMANENT
}
