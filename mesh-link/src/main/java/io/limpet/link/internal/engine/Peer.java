package io.limpet.link.internal.engine;

import io.limpet.link.Carrier;
import io.limpet.link.LinkEvent;
import io.limpet.link.MeshAddress;
import io.limpet.link.PathState;
import io.limpet.link.PeerInfo;
import io.limpet.link.PeerReport;
import io.limpet.link.internal.beacon.HelloGuard;
import io.limpet.link.internal.beacon.Liveness;
import io.limpet.link.internal.beacon.Repeats;
import io.limpet.link.internal.path.OutboundPath;
import io.limpet.link.internal.path.PathSelector;
import io.limpet.link.internal.wire.Frames;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** All that one node knows of one other. Sans-IO; not thread-safe. */
final class Peer implements PathSelector.Host {
  private static final long NEVER = Long.MAX_VALUE;

  /** How often what arrives is a reason to look at everything: not for each datagram of a burst. */
  private static final long HEARD_GAP_NS = 1_000_000L;

  private static final int MOST_BY_MULTICAST = 16;

  private final EngineContext context;
  private final MeshAddress address;
  private final HelloGuard guard = new HelloGuard();
  private final Liveness liveness;
  private final PathSelector selector;
  private final PeerPaths paths;
  private final PeerReports reports;
  private final PeerRepair repair;
  private final PeerHandshake handshake;
  private final PayloadQueue queue = new PayloadQueue();
  private final DuplicateFilter duplicates = new DuplicateFilter();
  private final KeptPayloads kept = new KeptPayloads();
  private final PeerFavours favours;
  private final PeerMtu mtu;
  private final PeerVerdicts verdicts;
  private final LinkTests tests;
  private final Roaming roaming;
  private final PeerNotices notices;
  private final UnicastHellos.Greeting greeting = new UnicastHellos.Greeting();
  private final Repeats repeats = new Repeats();
  private @Nullable PeerInfo info;
  private boolean associated;
  private boolean everAssociated;
  private boolean outage;
  private boolean left;
  private int doubledId;
  private long nextNs = NEVER;
  private long polledNs;

  Peer(EngineContext context, MeshAddress address, long nowNs) {
    this.context = context;
    this.address = address;
    this.liveness = new Liveness(nowNs, context.random);
    this.selector = new PathSelector(this, context.random);
    this.paths = new PeerPaths(selector, context.ports);
    this.reports = new PeerReports(paths.inbound());
    this.repair = new PeerRepair(context, this);
    this.handshake = new PeerHandshake(context, this);
    this.favours = new PeerFavours(context, this);
    this.mtu = new PeerMtu(context, this);
    this.verdicts = new PeerVerdicts(context, this);
    this.tests = new LinkTests(context, this);
    this.roaming = new Roaming(context, this);
    this.notices = new PeerNotices(context, this);
    this.doubledId = context.random.nextInt();
    this.polledNs = nowNs - HEARD_GAP_NS;
  }

  // ---- what happens to it ----

  /** Anything authentic arrived; the hello may not be known yet. */
  void onHeard(long nowNs, int interfaceIndex, Carrier carrier, String how) {
    Liveness.Verdict before = liveness.onHeard(nowNs);
    left = false;
    greeting.onHeard();
    paths.onHeard(nowNs, interfaceIndex, carrier);
    selector.onHeard(nowNs, interfaceIndex, carrier.isIpv6());
    PeerInfo known = info;
    if (before != Liveness.Verdict.HEARD && known != null) {
      if (before == Liveness.Verdict.SILENT) {
        context.output.emit(new LinkEvent.PeerHeard(address, known, true));
      }
      context.output.emit(new LinkEvent.PeerReachable(address, how));
      selector.onHello(nowNs);
      if (associated) {
        handshake.want(nowNs, 0); // silence stopped it, and the association has to be renewed
      }
      wake(nowNs);
      return;
    }
    long againNs = polledNs + HEARD_GAP_NS;
    wakeAt(againNs - nowNs > 0 ? againNs : nowNs);
  }

  /** An association became usable, by a handshake of either side. */
  void onEstablished(long nowNs) {
    handshake.onReady(nowNs);
    everAssociated = true;
    if (!associated) {
      associated = true;
      selector.start(nowNs);
      selector.poll(nowNs);
    }
    flushQueue(nowNs);
    wake(nowNs);
  }

  private void flushQueue(long nowNs) {
    while (isReady()) {
      PayloadQueue.Item item = queue.poll(nowNs);
      if (item == null) {
        return;
      }
      context.sender.sendQueued(nowNs, this, item);
      item.payload().release();
    }
  }

  /** This process did not run for a while: nobody is blamed for that. */
  void onResumed(long nowNs) {
    liveness.onResumed(nowNs);
    selector.onResumed(nowNs);
    wake(nowNs);
  }

  /** The peer came back with a higher epoch: nothing shared with it is left. */
  void onRestarted(long nowNs, PeerInfo now, long previousEpoch) {
    info = now;
    queue.clear();
    duplicates.reset();
    kept.clear();
    paths.resetInbound();
    repair.cancel();
    favours.reset();
    notices.cancel();
    associated = isReady();
    selector.reset(nowNs, "the peer restarted");
    context.output.emit(new LinkEvent.PeerRestarted(address, now, previousEpoch));
    verdicts.onRestarted(nowNs, previousEpoch, now.epoch());
    wake(nowNs);
  }

  void onGoodbye(long nowNs) {
    liveness.onGoodbye(nowNs);
    left = true;
    context.output.emit(new LinkEvent.PeerGoodbye(address));
    leave(nowNs);
    context.sessions.drop(address);
    associated = false;
  }

  private void leave(long nowNs) {
    selector.onSilent(nowNs);
    kept.clear();
    repair.cancel();
    notices.cancel();
    handshake.stop();
    wake(nowNs);
  }

  void onResponse(
      long nowNs, int interfaceIndex, Carrier carrier, InetSocketAddress source, long token) {
    if (roaming.onAnswer(nowNs, interfaceIndex, carrier, source, token)
        || tests.onAnswer(nowNs, interfaceIndex, carrier, token)) {
      return;
    }
    for (OutboundPath path : paths.outbound()) {
      boolean roundTrip = path.interfaceIndex() == interfaceIndex && path.carrier() == carrier;
      if (path.onResponse(nowNs, token, roundTrip)) {
        selector.onProof(nowNs, path);
        mtu.onEvidence(nowNs, path);
        wake(nowNs);
        return;
      }
    }
  }

  // ---- what it does ----

  @Override
  public void probe(long nowNs, OutboundPath path) {
    if (!isReady() || !context.mayProbe(nowNs, path)) {
      return;
    }
    long token = context.random.nextLong();
    Frames.writeChallenge(context.sender.begin(nowNs, this, 16), token);
    long counter = context.sender.send(nowNs, this, path, true);
    if (counter >= 0) {
      path.onChallengeSent(nowNs, counter, token);
    } else {
      path.onProbeFailed(nowNs);
    }
  }

  @Override
  public void onLate(long nowNs, OutboundPath path) {
    if (!isReady()) {
      return;
    }
    for (OutboundPath other : selector.everyPath()) {
      if (other != path) {
        // Multicast is slow and takes from everybody: a few, and the transport sends the rest.
        int most = other.carrier().isMulticast() ? MOST_BY_MULTICAST : KeptPayloads.MAX_PAYLOADS;
        kept.moveTo(
            nowNs,
            path,
            other,
            most,
            (protocolCode, id, payload) ->
                context.sender.resend(nowNs, this, other, protocolCode, id, payload));
        return;
      }
    }
  }

  @Override
  public void onPathChanged(
      long nowNs, PathState from, PathState to, @Nullable OutboundPath path, String reason) {
    context.output.emit(
        new LinkEvent.PathChanged(
            address,
            from,
            to,
            path == null ? null : path.interfaceName(),
            path == null ? null : path.carrier(),
            reason));
    boolean works = to == PathState.UNICAST || to == PathState.MULTICAST;
    if (works && (outage || from == PathState.UNKNOWN)) {
      outage = false;
      context.output.emit(new LinkEvent.PeerReachable(address, reason));
    }
    outage |= to == PathState.SUSPECT || to == PathState.SILENT;
    wake(nowNs);
  }

  /** An address of ours is gone; of interest when the path in use stood on it. */
  void onAddressGone(long nowNs, int pathNumber, @Nullable InetAddress address) {
    OutboundPath path = paths.outbound(pathNumber);
    boolean works =
        selector.state() == PathState.UNICAST || selector.state() == PathState.MULTICAST;
    if (path != null && works && selector.isTarget(path)) {
      verdicts.onAddressGone(nowNs, path, address);
    }
  }

  /** Asks on the unicast paths of one interface whether they work. */
  void probeUnicastOn(long nowNs, int interfaceIndex) {
    for (OutboundPath path : List.copyOf(selector.unicastPaths())) {
      if (path.interfaceIndex() == interfaceIndex) {
        probe(nowNs, path);
      }
    }
  }

  void onElicitingSent(long nowNs, OutboundPath path) {
    selector.onSent(nowNs, path);
    if (path.carrier().isMulticast() || selector.state() != PathState.MULTICAST) {
      // What is sent down a path that is known to be dead says nothing about the peer.
      liveness.onProbeSent(nowNs);
    }
    wakeAt(selector.nextDeadlineNs());
    wakeAt(liveness.nextDeadlineNs(nowNs, true));
  }

  /** Does what time demands and plans the next time. */
  void poll(long nowNs) {
    polledNs = nowNs;
    handshake.poll(nowNs);
    if (mayProbe(nowNs) && liveness.wantsProbe(nowNs)) {
      for (OutboundPath path : List.copyOf(paths.outbound())) {
        probe(nowNs, path);
      }
    } else if (wantsAsk(nowNs)) {
      context.wantAsk();
    }
    judge(nowNs);
    selector.poll(nowNs);
    tests.poll(nowNs);
    repair.poll(nowNs);
    favours.poll(nowNs);
    notices.poll(nowNs);
    mtu.poll(nowNs);
    if (reports.isDue(nowNs)) {
      sendReports(nowNs);
    }
    verdicts.update(nowNs);
    plan(nowNs);
  }

  private void judge(long nowNs) {
    OutboundPath active = selector.activeUnicast();
    liveness.setLoss(active == null ? 0 : active.roundTripLoss());
    Liveness.Verdict before = liveness.verdict();
    Liveness.Verdict verdict = liveness.judge(nowNs, mayProbe(nowNs));
    if (verdict == before) {
      return;
    }
    Duration silentFor = Duration.ofNanos(nowNs - liveness.lastHeardNs());
    if (verdict == Liveness.Verdict.MISSED) {
      context.output.emit(new LinkEvent.PeerMissed(address, silentFor));
    } else if (verdict == Liveness.Verdict.SILENT) {
      context.output.emit(new LinkEvent.PeerSilent(address, silentFor));
      leave(nowNs);
    }
  }

  /** Where many would do it, an unused peer is not probed by each: it is asked in a hello. */
  private boolean mayProbe(long nowNs) {
    return isReady() && (context.isTinyMesh() || selector.isInUse(nowNs));
  }

  boolean wantsAsk(long nowNs) {
    return info != null && !mayProbe(nowNs) && liveness.wantsAsk(nowNs);
  }

  /** The peer was asked in a hello, ours or another's. */
  void onAsked(long nowNs) {
    liveness.onAsked(nowNs);
    planLiveness(nowNs);
  }

  void planLiveness(long nowNs) {
    wakeAt(liveness.nextDeadlineNs(nowNs, mayProbe(nowNs)));
  }

  private void sendReports(long nowNs) {
    if (!isReady()) {
      return;
    }
    reports.write(nowNs, context.sender.compose(), context.sender.baseFrameBytes());
    context.sender.sendOn(nowNs, this, selector.targets(nowNs), false);
  }

  private void plan(long nowNs) {
    nextNs = NEVER;
    wakeAt(handshake.nextDeadlineNs());
    planLiveness(nowNs);
    wakeAt(selector.nextDeadlineNs());
    wakeAt(repair.nextDeadlineNs(nowNs));
    wakeAt(favours.nextDeadlineNs());
    wakeAt(tests.nextDeadlineNs());
    notices.plan(nowNs);
    wakeAt(mtu.nextDeadlineNs());
    wakeAt(reports.nextDeadlineNs());
    if (nextNs != NEVER && nextNs - nowNs <= 0) {
      nextNs = nowNs + 1_000_000; // whatever is overdue has had its chance just now
    }
  }

  /** Wants {@link #poll} at once. */
  void wake(long nowNs) {
    wakeAt(nowNs);
  }

  void wakeAt(long atNs) {
    if (atNs != NEVER && (nextNs == NEVER || atNs - nextNs < 0)) {
      nextNs = atNs;
      context.deadlineMoved(atNs);
    }
  }

  long nextDeadlineNs() {
    return nextNs;
  }

  // ---- what it is ----

  int maxPayloadBytes() {
    return context.sender.payloadBytes(mtu.maxDatagramBytes());
  }

  /** What may be tried: {@link #maxPayloadBytes} is what is known to fit. */
  int largestPayloadBytes() {
    return context.sender.payloadBytes(mtu.largestDatagramBytes());
  }

  boolean isReady() {
    return context.sessions.isReady(address);
  }

  /**
   * Says whether the peer is more than a name that somebody signed: there has been an association,
   * or somebody here wants one.
   */
  boolean isKnown(long nowNs) {
    return everAssociated || isReady() || !queue.isEmpty(nowNs);
  }

  boolean isHeard() {
    return liveness.verdict() == Liveness.Verdict.HEARD;
  }

  @Nullable PeerReport report(long nowNs) {
    PeerInfo known = info;
    if (known == null) {
      return null;
    }
    return new PeerReport(
        known,
        liveness.verdict() == Liveness.Verdict.SILENT ? PathState.SILENT : selector.state(),
        verdicts.whole(nowNs),
        Duration.ofNanos(nowNs - liveness.lastHeardNs()),
        verdicts.report(nowNs));
  }

  int nextDoubledId() {
    return doubledId++;
  }

  void setInfo(PeerInfo now) {
    info = now;
  }

  @Nullable PeerInfo info() {
    return info;
  }

  MeshAddress address() {
    return address;
  }

  long lastHeardNs() {
    return liveness.lastHeardNs();
  }

  HelloGuard guard() {
    return guard;
  }

  Liveness liveness() {
    return liveness;
  }

  PathSelector selector() {
    return selector;
  }

  PeerPaths paths() {
    return paths;
  }

  PeerReports reports() {
    return reports;
  }

  PeerRepair repair() {
    return repair;
  }

  PeerHandshake handshake() {
    return handshake;
  }

  PeerVerdicts verdicts() {
    return verdicts;
  }

  Roaming roaming() {
    return roaming;
  }

  LinkTests tests() {
    return tests;
  }

  UnicastHellos.Greeting greeting() {
    return greeting;
  }

  /** Says whether the peer took leave and was not heard since. */
  boolean hasLeft() {
    return left;
  }

  PeerFavours favours() {
    return favours;
  }

  PeerMtu mtu() {
    return mtu;
  }

  Repeats repeats() {
    return repeats;
  }

  PayloadQueue queue() {
    return queue;
  }

  KeptPayloads kept() {
    return kept;
  }

  DuplicateFilter duplicates() {
    return duplicates;
  }
}
