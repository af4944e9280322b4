package io.limpet.link;

/** What became of a datagram that was handed to the link. */
public enum SendOutcome {
  /** Sealed and given to at least one carrier. */
  SENT,
  /** Kept (bounded) until the association with the peer is there, then sent. */
  QUEUED,
  /** Dropped: the peer has never been heard and its key is not known. */
  UNKNOWN_PEER,
  /** Dropped: no interface, or queues are full; the transport's own retransmission covers it. */
  NO_CAPACITY,
  /** Dropped: larger than {@link MeshDatagrams#largestPayloadBytes}. */
  TOO_LARGE
}
