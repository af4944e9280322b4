package io.limpet.link.internal.beacon;

import java.util.HashMap;
import java.util.Map;

/**
 * Tells fresh hellos of one peer from replays: epochs never go backwards, and within an epoch the
 * sequence rises on each place where the peer is heard. Sans-IO; not thread-safe.
 */
public final class HelloGuard {
  private static final int MAX_PLACES = 32;

  /** Copies of one round of hellos reach several places; older rounds are replays. */
  private static final long TOLERANCE = 4;

  private final Map<Integer, Long> newestByPlace = new HashMap<>();
  private long epoch = -1;
  private long newest = -1;

  /** What a hello turned out to be. */
  public enum Verdict {
    /** New, of the epoch that was known. */
    FRESH,
    /** New, of a higher epoch: the peer has restarted. */
    RESTARTED,
    /** Heard before at this place: dropped. */
    REPLAYED,
    /** Of an epoch that is over: dropped. */
    BACKWARDS
  }

  /**
   * Judges a hello whose signature was verified.
   *
   * @param place where it was heard: one number per interface and carrier
   */
  public Verdict judge(int place, long helloEpoch, long sequence) {
    if (helloEpoch < epoch) {
      return Verdict.BACKWARDS;
    }
    if (helloEpoch > epoch) {
      boolean first = epoch < 0;
      epoch = helloEpoch;
      newest = sequence;
      newestByPlace.clear();
      newestByPlace.put(place, sequence);
      return first ? Verdict.FRESH : Verdict.RESTARTED;
    }
    Long before = newestByPlace.get(place);
    if ((before != null && sequence <= before) || newest - sequence > TOLERANCE) {
      return Verdict.REPLAYED;
    }
    if (before == null && newestByPlace.size() >= MAX_PLACES) {
      return Verdict.REPLAYED;
    }
    newestByPlace.put(place, sequence);
    newest = Math.max(newest, sequence);
    return Verdict.FRESH;
  }

  /** Says, before a signature is checked, whether a hello could only be a replay. */
  public boolean isOld(int place, long helloEpoch, long sequence) {
    if (helloEpoch != epoch) {
      return helloEpoch < epoch;
    }
    Long before = newestByPlace.get(place);
    return (before != null && sequence <= before) || newest - sequence > TOLERANCE;
  }

  /** Learns an epoch that a handshake proved, so that older hellos are refused from now on. */
  public void onProvenEpoch(long provenEpoch) {
    if (provenEpoch > epoch) {
      epoch = provenEpoch;
      newest = -1;
      newestByPlace.clear();
    }
  }

  /** Returns the newest sequence of the newest epoch, or -1. */
  public long newest() {
    return newest;
  }

  /** Returns the newest epoch, or -1. */
  public long epoch() {
    return epoch;
  }
}
