package io.limpet.tcp.internal.engine;

import java.net.BindException;

/**
 * Where a script begins: at any sequence numbers, or so that sequence numbers or timestamps pass
 * 2^32, or the sign bit, soon after.
 */
enum ScriptStart {
  /** Anywhere. */
  ANYWHERE,
  /** Sequence numbers of both sides pass 2^32. */
  SEQUENCE_ZERO,
  /** Sequence numbers of both sides pass 2^31. */
  SEQUENCE_SIGN,
  /** The endpoint's timestamps pass 2^32. */
  TIMESTAMP_ZERO,
  /** The endpoint's timestamps pass 2^31. */
  TIMESTAMP_SIGN;

  private static final int BEFORE = 700;
  private static final int BEFORE_MS = 15;

  /** Returns the peer's ISS. */
  int peerIss() {
    return switch (this) {
      case SEQUENCE_SIGN -> Integer.MIN_VALUE - BEFORE;
      case SEQUENCE_ZERO -> -BEFORE;
      case ANYWHERE, TIMESTAMP_ZERO, TIMESTAMP_SIGN -> PlayedPeer.PEER_ISS;
    };
  }

  /** Returns the time at which the endpoint's first connection starts as it should. */
  long startNs(EngineConfig engine, boolean active) throws BindException {
    PlayedPeer peer = new PlayedPeer(engine);
    if (this == ANYWHERE) {
      return peer.nowNs;
    }
    Tcb tcb = peer.probe(active);
    long shiftNs =
        switch (this) {
          case ANYWHERE -> 0;
          case SEQUENCE_ZERO -> Integer.toUnsignedLong(-BEFORE - tcb.iss) * 4_000;
          case SEQUENCE_SIGN ->
              Integer.toUnsignedLong(Integer.MIN_VALUE - BEFORE - tcb.iss) * 4_000;
          case TIMESTAMP_ZERO ->
              Integer.toUnsignedLong(-BEFORE_MS - tcb.tsVal(peer.nowNs)) * 1_000_000;
          case TIMESTAMP_SIGN ->
              Integer.toUnsignedLong(Integer.MIN_VALUE - BEFORE_MS - tcb.tsVal(peer.nowNs))
                  * 1_000_000;
        };
    return peer.nowNs + shiftNs;
  }
}
