package io.limpet.link.internal.path;

import io.limpet.link.Carrier;

/** How patient the link is with its paths; nanoseconds unless named otherwise. */
final class PathTiming {
  private static final long MS = 1_000_000L;

  /** A peer counts as used for this long after its last payload. */
  static final long IN_USE_NS = 60_000 * MS;

  /** Unconfirmed datagrams are tolerated at least so long, longer with measured loss or RTT. */
  static final long SUSPECT_NS = 200 * MS;

  /** Fewer unconfirmed datagrams than this never make a path suspect. */
  static final int MIN_UNCONFIRMED = 3;

  /** In doubt, unicast is given up after this, longer with measured loss. */
  static final long GIVE_UP_NS = 300 * MS;

  /** The same for a peer of whom nothing is known yet. */
  static final long GIVE_UP_UNKNOWN_NS = 700 * MS;

  /** First probe interval in doubt and while multicast carries. */
  static final long FIRST_PROBE_NS = 80 * MS;

  /** So many probes go out at the first interval before it grows. */
  static final int FAST_PROBES = 6;

  /** Longest probe interval while unicast is dead, so that healing shows within two seconds. */
  static final long PROBE_CAP_NS = 1_000 * MS;

  /** The same for a peer that nobody uses, in a large mesh. */
  static final long IDLE_PROBE_CAP_NS = 120_000 * MS;

  /** Longest probe interval while nothing at all is heard. */
  static final long SILENT_CAP_NS = 30_000 * MS;

  /** Payloads may follow soon for this long after the last one. */
  static final long ACTIVE_NS = 10_000 * MS;

  /** While they may, a proof is looked for so often: well before it expires. */
  static final long ACTIVE_CHECK_NS = 2_000 * MS;

  /** Older proof than this is no proof while payloads flow or are wanted. */
  static final long ACTIVE_TRUST_NS = 4_000 * MS;

  /** So many payloads are doubled when the first after a rest finds an old proof. */
  static final int DOUBLED_AFTER_REST = 8;

  /** Proof of a path that rests is regarded as recent for this long. */
  private static final long REST_UNICAST_NS = 60_000 * MS;

  private static final long REST_MULTICAST_NS = 180_000 * MS;

  /** A used path is checked so often when nothing is sent. */
  static final long KEEP_CHECK_NS = 3_500 * MS;

  /** A path that stands by for a peer in use is checked so often: failover is to be instant. */
  static final long STANDBY_CHECK_NS = 4_000 * MS;

  /** A check of it that stays unanswered is repeated after this, then after twice as long, ... */
  static final long STANDBY_RETRY_NS = 200 * MS;

  /** So many in vain are repeated at {@link #PROBE_CAP_NS} at the latest. */
  static final int STANDBY_RETRIES = 30;

  /** So long it may stay unanswered before the path no longer stands by. */
  static final long STANDBY_PATIENCE_NS = 1_000 * MS;

  /** An unused path is checked so often, times the square of the number of nodes: by all pairs. */
  static final long IDLE_CHECK_PER_PAIR_NS = 1_000 * MS;

  static final long IDLE_CHECK_MIN_NS = 10_000 * MS;
  static final long IDLE_CHECK_MAX_NS = 3_600_000 * MS;

  /** Older proof than this is no proof: payloads are doubled until there is a new one. */
  static final long TRUST_NS = 40_000 * MS;

  /** Proofs needed to return to unicast, within {@link #RETURN_WINDOW_NS}. */
  static final int RETURN_PROOFS = 3;

  static final long RETURN_WINDOW_NS = 600 * MS;
  static final long RETURN_PROBE_NS = 60 * MS;

  /** No change for the better sooner than this after the last one. */
  static final long SETTLE_NS = 5_000 * MS;

  /** A change sooner than this after the last one makes the next wait longer. */
  static final long RESTLESS_NS = 60_000 * MS;

  /** While changes for the better follow each other, each doubles the wait, up to this. */
  static final long SETTLE_MAX_NS = 160_000 * MS;

  /** A unicast path that loses more than this is not usable when multicast is there. */
  static final double UNUSABLE_LOSS = 0.6;

  private PathTiming() {}

  static long restNs(Carrier carrier) {
    return carrier.isMulticast() ? REST_MULTICAST_NS : REST_UNICAST_NS;
  }
}
