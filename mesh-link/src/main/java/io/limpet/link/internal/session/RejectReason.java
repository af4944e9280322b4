package io.limpet.link.internal.session;

/** Why a datagram was dropped. */
public enum RejectReason {
  /** Shorter than its type can be. */
  TOO_SHORT("too short"),
  /** Longer than any datagram of Limpet. */
  TOO_LONG("too long"),
  /** A first byte that names no type or another version. */
  UNKNOWN_TYPE("unknown type or version"),
  /** A field out of its range. */
  MALFORMED("malformed"),
  /** A handshake for another node, on a unicast carrier. */
  WRONG_RECIPIENT("handshake for another node"),
  /** An index that belongs to no association or initiation of ours. */
  UNKNOWN_INDEX("unknown association"),
  /** More handshakes than this node is willing to compute. */
  HANDSHAKE_RATE("handshakes arrive too fast"),
  /** A handshake of a stranger without a cookie, while there are too many: it was sent one. */
  COOKIE_DEMANDED("handshake without cookie under load"),
  /** A cookie for no initiation of ours, or more of them than one needs. */
  UNWANTED_COOKIE("cookie not asked for"),
  /** A handshake message without the proof that only the peer that it names can make. */
  BAD_MAC("handshake not from the peer it names"),
  /** A new peer while the table is full of associations. */
  TOO_MANY_PEERS("no room for another peer"),
  /** A handshake message that does not decrypt. */
  BAD_HANDSHAKE("handshake not authentic"),
  /** A handshake whose identity is not proven, or not the one it should be. */
  WRONG_IDENTITY("identity not proven"),
  /** A handshake from a life of the peer before the one that is known. */
  STALE_EPOCH("epoch went backwards"),
  /** A first message that is not newer than the newest of its sender. */
  STALE_TIMESTAMP("handshake timestamp went backwards"),
  /** An association or initiation past its lifetime. */
  EXPIRED("association expired"),
  /** A counter that has left the replay window. */
  TOO_OLD("counter left the replay window"),
  /** Sealed frames that do not decrypt. */
  BAD_TAG("frames not authentic");

  private final String label;

  RejectReason(String label) {
    this.label = label;
  }

  /** Returns a few words for people and journals. */
  public String label() {
    return label;
  }
}
