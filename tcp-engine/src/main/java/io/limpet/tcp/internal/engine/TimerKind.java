package io.limpet.tcp.internal.engine;

/** The timers of a connection. */
enum TimerKind {
  /** Retransmission timeout (RFC 6298). */
  REXMT,
  /** Probe of a lost tail (RFC 8985 section 7). */
  TLP,
  /** A segment may be deemed lost once the reordering window has passed (RFC 8985 section 6). */
  REORDER,
  /** A small last segment is sent once more while loss is measured. */
  REDUNDANCY,
  /** Probe of a window that is closed, or too small to be worth a segment. */
  PERSIST,
  /** Delayed acknowledgement. */
  DELAYED_ACK,
  /** The pacer has credit again. */
  PACING,
  /** Probe of an idle connection. */
  KEEPALIVE,
  /** Silence with something pending: tell the application. */
  SUSPECT,
  /** Silence with something pending: give up. */
  USER_TIMEOUT,
  /** TIME-WAIT, or FIN-WAIT-2 of a closed connection, is over. */
  TIME_WAIT
}
