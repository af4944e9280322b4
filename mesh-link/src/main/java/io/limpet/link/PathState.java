package io.limpet.link;

/** What the link layer currently does to reach one peer. */
public enum PathState {
  /** Nothing is known yet: datagrams go by unicast and by multicast at once. */
  UNKNOWN,
  /** Unicast is confirmed and carries everything. */
  UNICAST,
  /** Unicast has stopped being confirmed while the peer is heard: datagrams are doubled. */
  SUSPECT,
  /** Only multicast is confirmed: it carries everything while unicast is repaired and probed. */
  MULTICAST,
  /** Nothing is heard from the peer on any carrier. */
  SILENT
}
