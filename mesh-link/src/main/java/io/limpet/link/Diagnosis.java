package io.limpet.link;

/** Why unicast to a peer does not work, as far as the evidence says. */
public enum Diagnosis {
  /** Nothing is wrong, or nothing is known to be. */
  NONE,
  /** A local address or interface that the path used has vanished. */
  ADDRESS_GONE,
  /** The kernel's neighbour entry is INCOMPLETE, FAILED or missing. */
  NEIGHBOUR_UNRESOLVED,
  /** The neighbour entry's MAC differs from the one in the peer's signed hello. */
  NEIGHBOUR_STALE,
  /** The entry is right, multicast is confirmed, and unicast is not. */
  UNICAST_BLACKHOLE,
  /** One direction of unicast works and the other does not. */
  ASYMMETRIC,
  /** The peer came back with a higher epoch. */
  PEER_RESTARTED,
  /** Unicast works and multicast does not arrive. */
  MULTICAST_DEAD,
  /** Our own multicast echo is missing: the fault is on this machine. */
  SELF_DEAF,
  /** Nothing is heard on any carrier. */
  PEER_GONE
}
