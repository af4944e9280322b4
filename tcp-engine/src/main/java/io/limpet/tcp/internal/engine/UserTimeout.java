package io.limpet.tcp.internal.engine;

import io.limpet.tcp.TcpConfig;
import io.limpet.tcp.internal.wire.SeqNum;

/**
 * The user timeout of a connection, and what both sides tell each other of theirs (RFC 5482; its
 * names in capitals). Not thread-safe.
 *
 * <p>An application that sets a timeout has it, and the peer is told. Where none is set, the peer's
 * advice is taken within the endpoint's bounds.
 */
final class UserTimeout {
  private static final long SECOND_NS = 1_000_000_000L;

  private final EngineConfig engine;

  /** ADV_UTO. */
  private long localNs;

  /** ENABLED for sending, and not CHANGEABLE. */
  private boolean setByApplication;

  /** REMOTE_UTO, 0 for none. */
  private long remoteNs;

  private boolean pending;
  private boolean carried;
  private int carriedUpTo;

  UserTimeout(EngineConfig engine, TcpConfig config) {
    this.engine = engine;
    localNs = config.userTimeoutNs();
    setByApplication = localNs != TcpConfig.DEFAULT_USER_TIMEOUT_NS;
    pending = setByApplication;
  }

  /** Sets the timeout for the application; says whether that is news. */
  boolean set(long timeoutNs) {
    if (timeoutNs == localNs) {
      return false;
    }
    localNs = timeoutNs;
    setByApplication = true;
    pending = true;
    carried = false;
    return true;
  }

  /** Takes what the peer advertises. */
  void onAdvice(int seconds) {
    remoteNs = seconds * SECOND_NS;
  }

  /** USER_TIMEOUT (section 3.1). */
  long effectiveNs() {
    if (setByApplication || remoteNs == 0) {
      return localNs;
    }
    long advised = Math.max(remoteNs, engine.userTimeoutLeastNs());
    return Math.max(localNs, Math.min(advised, engine.userTimeoutMostNs()));
  }

  /**
   * Returns the seconds to advertise in a segment, or 0: the option is in every SYN, and from then
   * on, and after each change, in every segment until one with data is acknowledged, since options
   * are not repeated by themselves.
   */
  int advertisedSeconds(boolean syn) {
    boolean due = setByApplication && (syn || pending);
    return due ? (int) Math.min(Math.max(1, localNs / SECOND_NS), Integer.MAX_VALUE) : 0;
  }

  /** A segment with the option and with data, SYN apart, went out. */
  void onCarried(int endSeq) {
    if (pending && !carried) {
      carried = true;
      carriedUpTo = endSeq;
    }
  }

  /** Ends the advertisement once the peer must have it. */
  void onAcknowledged(int sndUna) {
    if (carried && SeqNum.ge(sndUna, carriedUpTo)) {
      pending = false;
      carried = false;
    }
  }
}
