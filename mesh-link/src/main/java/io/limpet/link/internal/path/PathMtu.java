package io.limpet.link.internal.path;

/**
 * The largest datagram that one path passes, found by probing with padding (RFC 8899). Sans-IO; not
 * thread-safe.
 *
 * <p>Neither the interface nor the kernel is believed: a size counts when the peer has confirmed a
 * datagram of that size on this path. The search begins with what the interface would take, since
 * most paths pass it, and otherwise goes on among the sizes that tunnels and meshes leave (section
 * 5.3.2). A probe is lost by its size only when something sent after it arrived; otherwise nothing
 * is said of sizes, but of the path, and {@link PathSelector} judges that. The same holds for what
 * is in use: large datagrams that stay unconfirmed are followed by probes of the size in use, and
 * when these are lost while smaller ones arrive, the path is a black hole (section 4.3) and the
 * base size is used at once.
 *
 * <p>All sizes are of datagrams, the payload of UDP, in bytes, unless the name says MTU; all times
 * are nanoseconds.
 */
public final class PathMtu {
  /**
   * BASE_PLPMTU (section 5.1.2): taken to pass everywhere, as QUIC takes it (RFC 9000 section 14).
   * Handshakes and hellos are never larger.
   */
  public static final int BASE_BYTES = 1200;

  /** What is known of the size in use. */
  public enum Phase {
    /** Nothing was probed yet. */
    BASE,
    /** Larger sizes are probed. */
    SEARCHING,
    /** The search is over, until it is time to look for more. */
    COMPLETE,
    /** Large datagrams are unconfirmed: the size in use is probed. */
    SUSPECTED
  }

  private static final long MS = 1_000_000L;
  private static final long NEVER = Long.MAX_VALUE;

  /** MAX_PROBES (section 5.1.2); more where datagrams are lost by chance. */
  private static final int MAX_PROBES = 3;

  private static final int MAX_PROBES_WHEN_LOSSY = 8;
  private static final double CHANCE_OF_ERROR = 0.01;

  /** So many large datagrams without a confirmation weigh as much as probes. */
  private static final int MANY = 16;

  /** A probe may be overtaken on the way by so much and is not lost. */
  private static final long REORDERING_NS = 20 * MS;

  /** Least time for any confirmation: a report waits for company up to 60 ms. */
  private static final long PROBE_TIMER_NS = 150 * MS;

  private static final long MAX_PROBE_GAP_NS = 5_000 * MS;

  /** A size in use that was confirmed by a probe is not suspected again sooner. */
  private static final long VERIFY_GAP_NS = 500 * MS;

  /** PMTU_RAISE_TIMER (section 5.1.1): the first time early, since stations of a mesh move. */
  private static final long FIRST_RAISE_NS = 60_000 * MS;

  private static final long RAISE_NS = 600_000 * MS;

  /** Full datagrams differ by so much: identifiers and reports come and go. */
  private static final int TOLERANCE_BYTES = 16;

  /** No search for less than this. */
  private static final int CLOSE_ENOUGH_BYTES = 20;

  private static final int REMEMBERED = 8;

  /** MTUs that are met: IPv6's least, tunnels, radio encapsulations, PPPoE, Ethernet. */
  private static final int[] USUAL_MTUS = {
    1280, 1320, 1360, 1380, 1400, 1420, 1440, 1452, 1460, 1468, 1472, 1480, 1492, 1500
  };

  private final int headerBytes;
  private final long[] probeToken = new long[REMEMBERED];
  private final long[] probeCounter = new long[REMEMBERED];
  private final int[] probeSize = new int[REMEMBERED];
  private int probes;

  private int ceiling = BASE_BYTES;
  private int interfaceBytes = BASE_BYTES;
  private int base = BASE_BYTES;
  private int bytes = BASE_BYTES;

  /** The smallest size known not to pass, or one more than the ceiling. */
  private int failed = BASE_BYTES + 1;

  private Phase phase = Phase.BASE;

  /** Where a suspicion that proves wrong leads back to. */
  private Phase unsuspected = Phase.BASE;

  private int tries;
  private boolean outstanding;
  private boolean overtaken;
  private long overtakenNs;
  private long probeSentNs;
  private long probeGapNs;
  private long notBeforeNs = NEVER;
  private long raiseNs = FIRST_RAISE_NS;
  private long completeNs;
  private long verifiedNs = NEVER;

  /** The largest size above the base that was sent and not confirmed since, or 0. */
  private int unproven;

  private long unprovenSinceNs;
  private int unprovenCount;
  private long nextNs = NEVER;
  private int toldBytes = BASE_BYTES;
  private String reason = "";

  /** Makes one that knows nothing; {@code headerBytes} is what IP and UDP add to a datagram. */
  PathMtu(int headerBytes) {
    this.headerBytes = headerBytes;
  }

  /**
   * Says what the interface takes.
   *
   * @param searchedBytes MAX_PLPMTU (section 5.1.2): the largest size that is searched for here
   * @param largestBytes the largest size that a transport may try beyond that, by itself
   */
  public void setCeiling(long nowNs, int searchedBytes, int largestBytes) {
    interfaceBytes = Math.max(searchedBytes, largestBytes);
    if (searchedBytes == ceiling) {
      return;
    }
    boolean fresh = phase == Phase.BASE;
    ceiling = searchedBytes;
    base = Math.min(BASE_BYTES, ceiling);
    int before = bytes;
    bytes = Math.max(base, Math.min(bytes, ceiling));
    if (bytes != before) {
      reason = "the interface takes no more";
    }
    if (fresh) {
      toldBytes = bytes; // before there was anything to tell
    }
    search(nowNs);
    phase = fresh && bytes < ceiling ? Phase.BASE : phase;
  }

  private void search(long nowNs) {
    failed = ceiling + 1;
    phase = Phase.SEARCHING;
    raiseNs = FIRST_RAISE_NS;
    forgetProbe();
    finishIfFound(nowNs);
  }

  private void forgetProbe() {
    outstanding = false;
    tries = 0;
    probeGapNs = 0;
    notBeforeNs = NEVER;
  }

  // ---- what was sent, and what became of it ----

  /** Notes a datagram that went out. */
  void onSent(long nowNs, int size) {
    if (size <= base) {
      return;
    }
    if (unproven == 0) {
      unprovenSinceNs = nowNs;
    }
    unproven = Math.max(unproven, Math.min(size, bytes));
    unprovenCount++;
  }

  /** Notes that the datagram with this counter is a probe. */
  public void onProbeSent(long nowNs, long counter, long token, int size) {
    int slot = probes++ % REMEMBERED;
    probeToken[slot] = token;
    probeCounter[slot] = counter;
    probeSize[slot] = size;
    outstanding = true;
    overtaken = false;
    probeSentNs = nowNs;
  }

  /** Notes that a probe could not be sent: the next one waits its time. */
  public void onProbeFailed(long nowNs) {
    putOff(nowNs, PROBE_TIMER_NS);
  }

  private void putOff(long nowNs, long leastNs) {
    probeGapNs = Math.min(MAX_PROBE_GAP_NS, Math.max(leastNs, 2 * probeGapNs));
    notBeforeNs = nowNs + probeGapNs;
  }

  /** Returns the counter of the unanswered probe that carried this token, or -1. */
  long counterOfProbe(long token) {
    int slot = slotOf(token);
    return slot < 0 ? -1 : probeCounter[slot];
  }

  private int slotOf(long token) {
    for (int i = 0; i < Math.min(probes, REMEMBERED); i++) {
      if (probeToken[i] == token) {
        return i;
      }
    }
    return -1;
  }

  /** The peer has answered the probe that carried this token. */
  void onAnswer(long nowNs, long token) {
    int slot = slotOf(token);
    if (slot >= 0) {
      probeCounter[slot] = -1; // an answer counts once
      onPassed(nowNs, probeSize[slot]);
    }
  }

  /** Says how many of the datagrams after one counter, up to another, were unanswered probes. */
  int probesBetween(long after, long upTo) {
    int count = 0;
    for (int i = 0; i < Math.min(probes, REMEMBERED); i++) {
      count += probeCounter[i] > after && probeCounter[i] <= upTo ? 1 : 0;
    }
    return count;
  }

  /** A datagram of this size has arrived. */
  void onPassed(long nowNs, int size) {
    if (size >= unproven - TOLERANCE_BYTES) {
      nothingUnproven();
    }
    if (phase == Phase.SUSPECTED && size >= bytes - TOLERANCE_BYTES) {
      verifiedNs = nowNs;
      nothingUnproven();
      forgetProbe();
      phase = unsuspected;
    }
    int passed = Math.min(size, ceiling);
    if (passed > bytes) {
      grow(nowNs, passed);
    }
  }

  private void nothingUnproven() {
    unproven = 0;
    unprovenCount = 0;
  }

  private void grow(long nowNs, int size) {
    bytes = size;
    reason = "confirmed by the peer";
    if (failed <= size) {
      failed = ceiling + 1; // what was lost by chance had been taken for too large
    }
    forgetProbe();
    phase = Phase.SEARCHING;
    finishIfFound(nowNs);
  }

  /** The datagram with this counter has arrived: a probe that was sent before it is late. */
  void onConfirmed(long nowNs, long counter) {
    if (!outstanding) {
      probeGapNs = 0;
      notBeforeNs = NEVER;
    } else if (!overtaken && counter > probeCounter[(probes - 1) % REMEMBERED]) {
      overtaken = true;
      overtakenNs = nowNs;
    }
  }

  /** The peer's numbering or ours begins anew: what is on its way will not be confirmed. */
  void onCountersRestarted() {
    probes = 0;
    outstanding = false;
    nothingUnproven();
  }

  /** What was proven may no longer hold, for example at another address: it is probed at once. */
  public void doubt() {
    if (bytes > base && phase != Phase.SUSPECTED) {
      suspect();
    }
  }

  private void suspect() {
    unsuspected = phase;
    phase = Phase.SUSPECTED;
    forgetProbe();
  }

  /** The system refuses to send what is larger than it thinks the path to take (EMSGSIZE). */
  public void onRefused(long nowNs) {
    int size = outstanding ? probeSize[(probes - 1) % REMEMBERED] : 0;
    if (size > bytes) {
      failed = Math.min(failed, size);
      forgetProbe();
      finishIfFound(nowNs);
    } else if (bytes > base) {
      fallBack(nowNs, "refused by the system");
    }
  }

  // ---- time ----

  /**
   * Does what time demands of a path that passes something.
   *
   * @param rttNs within which nearly every answer comes
   * @param patienceNs how long large datagrams may stay unconfirmed
   * @param loss share of datagrams whose confirmation does not come, 0..1
   * @return the size to probe now, or 0
   */
  int poll(long nowNs, long rttNs, long patienceNs, double loss) {
    nextNs = NEVER;
    if (phase == Phase.BASE) {
      search(nowNs);
    }
    if (outstanding && !isJudged(nowNs, rttNs, loss)) {
      return 0;
    }
    suspectIfDue(nowNs, patienceNs);
    raiseIfDue(nowNs);
    int size = phase == Phase.SUSPECTED ? bytes : phase == Phase.SEARCHING ? candidate() : 0;
    if (size > 0 && notBeforeNs != NEVER && notBeforeNs - nowNs > 0) {
      wakeAt(notBeforeNs);
      return 0;
    }
    return size;
  }

  private boolean isJudged(long nowNs, long rttNs, double loss) {
    long atNs =
        overtaken
            ? overtakenNs + Math.max(REORDERING_NS, rttNs / 2)
            : probeSentNs + Math.max(PROBE_TIMER_NS, 2 * rttNs);
    if (atNs - nowNs > 0) {
      wakeAt(atNs);
      return false;
    }
    outstanding = false;
    if (overtaken) {
      probeGapNs = 0;
      onProbeLost(nowNs, loss);
    } else {
      putOff(nowNs, PROBE_TIMER_NS); // nothing at all was confirmed: not a question of size
    }
    return true;
  }

  private void onProbeLost(long nowNs, double loss) {
    if (++tries < probesNeeded(loss)) {
      return;
    }
    int size = probeSize[(probes - 1) % REMEMBERED];
    tries = 0;
    if (size <= bytes) {
      fallBack(nowNs, "black hole: " + (size + headerBytes) + " bytes are lost, smaller ones pass");
    } else {
      failed = Math.min(failed, size);
      finishIfFound(nowNs);
    }
  }

  private int probesNeeded(double loss) {
    if (loss <= 0 || (phase == Phase.SUSPECTED && unprovenCount >= MANY)) {
      return MAX_PROBES; // so many are not lost by chance
    }
    double needed = Math.ceil(Math.log(CHANCE_OF_ERROR) / Math.log(Math.min(loss, 0.99)));
    return (int) Math.min(MAX_PROBES_WHEN_LOSSY, Math.max(MAX_PROBES, needed));
  }

  private void fallBack(long nowNs, String why) {
    int before = bytes;
    bytes = base;
    reason = why;
    nothingUnproven();
    search(nowNs);
    failed = before;
    finishIfFound(nowNs);
  }

  private void suspectIfDue(long nowNs, long patienceNs) {
    if (unproven == 0 || bytes <= base || phase == Phase.SUSPECTED) {
      return;
    }
    long atNs = unprovenSinceNs + patienceNs;
    if (verifiedNs != NEVER && verifiedNs + VERIFY_GAP_NS - atNs > 0) {
      atNs = verifiedNs + VERIFY_GAP_NS;
    }
    if (atNs - nowNs > 0) {
      wakeAt(atNs);
      return;
    }
    suspect();
  }

  private void raiseIfDue(long nowNs) {
    if (phase != Phase.COMPLETE || bytes >= ceiling) {
      return;
    }
    if (completeNs + raiseNs - nowNs > 0) {
      wakeAt(completeNs + raiseNs);
      return;
    }
    long nextRaiseNs = Math.min(RAISE_NS, 2 * raiseNs);
    search(nowNs);
    raiseNs = nextRaiseNs;
  }

  private void finishIfFound(long nowNs) {
    if (phase == Phase.SEARCHING && candidate() == 0) {
      phase = Phase.COMPLETE;
      completeNs = nowNs;
    }
  }

  /** Returns the size to try: all that there might be, then the middle of what is usual. */
  private int candidate() {
    if (failed > ceiling) {
      return bytes < ceiling ? ceiling : 0;
    }
    int first = 0;
    while (first < USUAL_MTUS.length && USUAL_MTUS[first] - headerBytes <= bytes) {
      first++;
    }
    int end = first;
    while (end < USUAL_MTUS.length && USUAL_MTUS[end] - headerBytes < failed) {
      end++;
    }
    if (first < end) {
      return USUAL_MTUS[(first + end) >>> 1] - headerBytes;
    }
    return failed - bytes > CLOSE_ENOUGH_BYTES ? (bytes + failed) >>> 1 : 0;
  }

  private void wakeAt(long atNs) {
    if (nextNs == NEVER || atNs - nextNs < 0) {
      nextNs = atNs;
    }
  }

  // ---- what is known ----

  /** Returns when {@link #poll} wants to be called, as of the last call. */
  long nextDeadlineNs() {
    return nextNs;
  }

  /** Returns PLPMTU: the largest datagram that may be sent. */
  public int bytes() {
    return bytes;
  }

  /**
   * Returns the largest datagram that a transport may try at its own risk: beyond what is searched
   * for here only once all of that passes.
   */
  public int largestBytes() {
    return bytes == ceiling ? interfaceBytes : bytes;
  }

  /** Returns the size of the IP packet around the largest datagram, in bytes. */
  public int mtuBytes() {
    return bytes + headerBytes;
  }

  /** Returns what is known of the size in use. */
  public Phase phase() {
    return phase;
  }

  /** Says whether large datagrams are being lost, perhaps for their size. */
  boolean isSuspected() {
    return phase == Phase.SUSPECTED;
  }

  /** Returns why the size is what it is, in words. */
  public String reason() {
    return reason;
  }

  /**
   * Returns the MTU that was last returned here if it is another now, else 0: what is news is told
   * once.
   */
  public int takePreviousMtuBytes() {
    int before = toldBytes;
    toldBytes = bytes;
    return before == bytes ? 0 : before + headerBytes;
  }
}
