package io.limpet.link.internal.engine;

import io.limpet.link.Carrier;
import io.limpet.link.PathState;
import io.limpet.link.internal.path.InboundLink;
import io.limpet.link.internal.path.OutboundPath;
import io.limpet.link.internal.wire.Frames;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds out which of the four ways between this node and one peer work, on each interface: unicast
 * and multicast, there and back. A test goes out by one carrier and is answered by both, so that
 * each answer proves the way there and its own way back, and an answer that comes by one carrier
 * alone shows that the other's way back is at fault. Not thread-safe.
 */
final class LinkTests {
  private static final long MS = 1_000_000L;
  private static final int MAX_OPEN = 32;

  /** Radios hold multicast back for those who sleep, a few hundred milliseconds at most. */
  private static final long GRACE_NS = 500 * MS;

  private static final long FIRST_GAP_NS = 100 * MS;
  private static final long LONGEST_GAP_NS = 10_000 * MS;
  private static final int FAST_TESTS = 10;

  /** A peer that talks by multicast and not by unicast may have a reason to. */
  private static final long ODD_NS = 300 * MS;

  private static final long ODD_COUNTS_NS = 3_000 * MS;
  private static final long COMPLAINT_COUNTS_NS = 20_000 * MS;
  private static final long ANSWER_GAP_NS = 40 * MS;
  private static final long NEVER = Long.MAX_VALUE;

  private final EngineContext context;
  private final Peer peer;
  private final Deque<Test> open = new ArrayDeque<>();
  private final Map<Integer, Doubts> doubts = new HashMap<>();
  private final Map<Carrier, Long> answeredNs = new EnumMap<>(Carrier.class);
  private final LookGap gap = new LookGap();
  private long nextNs = NEVER;

  /** One test under way. */
  private static final class Test {
    private final long token;
    private final OutboundPath by;
    private final long sentNs;
    private boolean answeredByUnicast;
    private boolean answeredByMulticast;

    Test(long token, OutboundPath by, long sentNs) {
      this.token = token;
      this.by = by;
      this.sentNs = sentNs;
    }
  }

  /** What is in doubt about one interface and family. */
  private static final class Doubts {
    private final Doubt unicast = new Doubt();
    private final Doubt multicastIn = new Doubt();
    private final Doubt multicastOut = new Doubt();
    private long oddNs = Long.MIN_VALUE;
    private long complaintNs = Long.MIN_VALUE;
  }

  /** How often to test while a doubt lasts. */
  private static final class Doubt {
    private int tests;
    private long nextNs;

    boolean isDue(long nowNs) {
      return tests == 0 || nowNs - nextNs >= 0;
    }

    void onTest(long nowNs) {
      tests++;
      int doublings = Math.min(10, Math.max(0, tests - FAST_TESTS));
      nextNs = nowNs + Math.min(LONGEST_GAP_NS, FIRST_GAP_NS << doublings);
    }

    void rest() {
      tests = 0;
    }
  }

  LinkTests(EngineContext context, Peer peer) {
    this.context = context;
    this.peer = peer;
  }

  // ---- reasons to test ----

  /** The peer sent something of its own by multicast, which it does when unicast is in doubt. */
  void onMulticast(long nowNs, int interfaceIndex, Carrier carrier) {
    doubts(interfaceIndex, carrier).oddNs = nowNs;
    peer.wakeAt(nowNs + ODD_NS);
  }

  /** The peer says that it does not hear us by multicast. */
  void onMulticastUnheard(long nowNs, int interfaceIndex) {
    for (OutboundPath path : List.copyOf(peer.selector().multicastPaths())) {
      if (path.interfaceIndex() == interfaceIndex) {
        doubts(interfaceIndex, path.carrier()).complaintNs = nowNs;
      }
    }
    peer.wake(nowNs);
  }

  private Doubts doubts(int interfaceIndex, Carrier carrier) {
    int key = 2 * interfaceIndex + (carrier.isIpv6() ? 1 : 0);
    return doubts.computeIfAbsent(key, k -> new Doubts());
  }

  // ---- time ----

  void poll(long nowNs) {
    expire(nowNs);
    if (!peer.isReady() || !peer.isHeard()) {
      nextNs = NEVER;
      doubts.clear();
      return;
    }
    if (!gap.tryLook(nowNs)) {
      wakeAt(gap.nextNs());
      return;
    }
    nextNs = NEVER;
    for (OutboundPath unicast : List.copyOf(peer.selector().unicastPaths())) {
      OutboundPath multicast = sibling(unicast);
      if (multicast != null) {
        look(nowNs, unicast, multicast);
      }
    }
    if (!open.isEmpty()) {
      wakeAt(open.getFirst().sentNs + GRACE_NS);
    }
  }

  private void look(long nowNs, OutboundPath unicast, OutboundPath multicast) {
    int index = unicast.interfaceIndex();
    Doubts its = doubts(index, unicast.carrier());
    boolean inDoubt = isInDoubt(unicast);
    long unicastAgeNs = peer.paths().heardAgeNs(nowNs, index, unicast.carrier());
    boolean odd = its.oddNs != Long.MIN_VALUE && nowNs - its.oddNs < ODD_COUNTS_NS;
    boolean unicastUnheard = unicastAgeNs > ODD_NS && (odd || inDoubt);
    test(nowNs, its.unicast, unicastUnheard, multicast, inDoubt ? unicast : null);

    long dueNs = peer.liveness().promisedNs() + peer.liveness().promisedNs() / 4;
    long multicastAgeNs = peer.paths().multicastAgeNs(nowNs, index);
    boolean multicastUnheard = multicastAgeNs > dueNs && !inDoubt;
    if (!multicastUnheard && multicastAgeNs != NEVER) {
      wakeAt(nowNs + dueNs + MS - multicastAgeNs);
    }
    test(nowNs, its.multicastIn, multicastUnheard, unicast, null);

    boolean complaint =
        its.complaintNs != Long.MIN_VALUE
            && nowNs - its.complaintNs < COMPLAINT_COUNTS_NS
            && multicast.proofAgeNs(nowNs) > nowNs - its.complaintNs;
    boolean unanswered = multicast.unconfirmed() > 0 && multicast.isLate(nowNs);
    if (multicast.unconfirmed() > 0 && !unanswered) {
      wakeAt(nowNs + GRACE_NS);
    }
    test(nowNs, its.multicastOut, !inDoubt && (complaint || unanswered), multicast, null);
  }

  private boolean isInDoubt(OutboundPath unicast) {
    PathState state = peer.selector().state();
    return unicast == peer.selector().activeUnicast()
        && (state == PathState.SUSPECT || state == PathState.MULTICAST);
  }

  private void test(
      long nowNs, Doubt doubt, boolean doubtful, OutboundPath by, @Nullable OutboundPath also) {
    if (!doubtful) {
      doubt.rest();
      return;
    }
    if (doubt.isDue(nowNs)) {
      doubt.onTest(nowNs);
      send(nowNs, by);
      if (also != null) {
        send(nowNs, also);
      }
    }
    wakeAt(doubt.nextNs);
  }

  private void send(long nowNs, OutboundPath by) {
    if (!context.mayProbe(nowNs, by)) {
      return;
    }
    long token = context.random.nextLong();
    Frames.writeLinkTest(context.sender.begin(nowNs, peer, 16), token);
    long counter = context.sender.send(nowNs, peer, by, true);
    if (counter < 0) {
      by.onProbeFailed(nowNs);
      return;
    }
    by.onChallengeSent(nowNs, counter, token);
    if (open.size() >= MAX_OPEN) {
      open.removeFirst();
    }
    open.addLast(new Test(token, by, nowNs));
    wakeAt(nowNs + GRACE_NS);
  }

  /** A test whose time is over is evidence when one of its two answers came. */
  private void expire(long nowNs) {
    while (!open.isEmpty() && nowNs - open.getFirst().sentNs >= GRACE_NS) {
      Test test = open.removeFirst();
      if (test.answeredByMulticast != test.answeredByUnicast) {
        missing(test, test.answeredByMulticast).onMissed(nowNs);
      }
    }
  }

  private InboundLink missing(Test test, boolean unicast) {
    Carrier carrier = unicast ? Carrier.unicast(isIpv6(test)) : Carrier.multicast(isIpv6(test));
    return peer.paths().link(test.by.interfaceIndex(), carrier);
  }

  // ---- answers ----

  /** Takes an answer; returns whether it was one to a test. */
  boolean onAnswer(long nowNs, int interfaceIndex, Carrier carrier, long token) {
    for (Test test : open) {
      if (test.token != token) {
        continue;
      }
      boolean roundTrip = carrier == test.by.carrier();
      if (interfaceIndex != test.by.interfaceIndex() || carrier.isIpv6() != isIpv6(test)) {
        roundTrip = false; // it proves the way there, and says nothing of the ways back
      } else if (carrier.isMulticast()) {
        test.answeredByMulticast = true;
      } else {
        test.answeredByUnicast = true;
      }
      if (!test.by.onResponse(nowNs, token, roundTrip) && roundTrip) {
        test.by.onRoundTrip(nowNs);
      }
      if (peer.paths().outbound(test.by.number()) == test.by) {
        peer.selector().onProof(nowNs, test.by);
        peer.mtu().onEvidence(nowNs, test.by);
      }
      peer.wake(nowNs);
      return true;
    }
    return false;
  }

  private static boolean isIpv6(Test test) {
    return test.by.carrier().isIpv6();
  }

  /** Answers a test of the peer by both carriers; not more often than it may reasonably ask. */
  void answer(long nowNs, LinkPort port, Carrier came, InetSocketAddress from, long token) {
    Long before = answeredNs.get(came);
    if (!peer.isReady() || (before != null && nowNs - before < ANSWER_GAP_NS)) {
      return;
    }
    answeredNs.put(came, nowNs);
    for (Carrier by : List.of(Carrier.unicast(came.isIpv6()), Carrier.multicast(came.isIpv6()))) {
      OutboundPath path =
          by == came
              ? peer.paths().reverse(nowNs, port, came, from)
              : port.carriers().contains(by)
                  ? peer.paths().outbound(context.ports.pathNumber(port.nif().index(), by))
                  : null;
      if (path != null) {
        boolean back = by == came && !by.isMulticast();
        Frames.writeResponse(context.sender.begin(nowNs, peer, 16), token);
        context.sender.sendTo(nowNs, peer, path, back ? from : path.destination(), true);
      }
    }
  }

  // ---- carriers ----

  private @Nullable OutboundPath sibling(OutboundPath unicast) {
    LinkPort port = context.ports.get(unicast.interfaceIndex());
    Carrier carrier = Carrier.multicast(unicast.carrier().isIpv6());
    if (port == null || !port.carriers().contains(carrier)) {
      return null;
    }
    return peer.paths().outbound(context.ports.pathNumber(unicast.interfaceIndex(), carrier));
  }

  private void wakeAt(long atNs) {
    if (nextNs == NEVER || atNs - nextNs < 0) {
      nextNs = atNs;
    }
  }

  long nextDeadlineNs() {
    return nextNs;
  }
}
