package io.limpet.link.internal.engine;

import io.limpet.link.Bytes;
import io.limpet.link.Carrier;
import io.limpet.link.LinkEvent;
import io.limpet.link.MeshAddress;
import io.limpet.link.PeerInfo;
import io.limpet.link.internal.beacon.HelloGuard;
import io.limpet.link.internal.beacon.Liveness;
import io.limpet.link.internal.beacon.Strangers;
import io.limpet.link.internal.limit.TokenBucket;
import io.limpet.link.internal.path.CarrierNumber;
import io.limpet.link.internal.path.OutboundPath;
import io.limpet.link.internal.wire.Beat;
import io.limpet.link.internal.wire.BeatCodec;
import io.limpet.link.internal.wire.Hello;
import io.limpet.link.internal.wire.HelloCodec;
import io.limpet.link.internal.wire.SignatureCheck;
import io.limpet.link.internal.wire.Tidings;
import io.netty.buffer.ByteBuf;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Takes the hellos of others, long and short, and has ours said. Not thread-safe. */
final class HelloExchange {
  private static final long MS = 1_000_000L;

  /** Nobody new for so long: those who are there are all, and not the first of many. */
  private static final long CALM_NS = 400 * MS;

  /** The same for one that has just started, perhaps as one of many. */
  private static final long FIRST_CALM_NS = 1_500 * MS;

  /**
   * A school's worth of newcomers is taken in at once, and then so many a second: each costs the
   * layers above far more than a signature, and anybody can sign for thousands of names.
   */
  private static final int NEWCOMERS_PER_SECOND = 20;

  private static final int NEWCOMERS_AT_ONCE = 256;
  private static final double FIRST_LOSS = 0.1;
  private static final double LOSS_GAIN = 1.0 / 256;
  private static final int MAX_GAP = 8;

  private final EngineContext context;
  private final PeerTable peers;
  private final Profiles profiles;
  private final Strangers strangers = new Strangers();
  private final HelloSender sender;
  private final CheckBudget checks;
  private final TokenBucket newcomers = new TokenBucket(NEWCOMERS_PER_SECOND, NEWCOMERS_AT_ONCE);
  private double loss = FIRST_LOSS;
  private Liveness.Mesh mesh = Liveness.Mesh.TINY;

  HelloExchange(EngineContext context, PeerTable peers, long nowNs, Bytes announcement) {
    this.context = context;
    this.peers = peers;
    this.profiles = new Profiles(peers);
    this.sender = new HelloSender(context, peers, strangers, nowNs, announcement);
    this.checks = new CheckBudget(context.random);
    context.calmNs = nowNs + FIRST_CALM_NS;
  }

  HelloSender sender() {
    return sender;
  }

  /** Measures what checks cost with this clock, in nanoseconds. */
  void measureWith(LongSupplier nanoClock) {
    checks.measureWith(nanoClock);
  }

  void onHello(
      long nowNs, LinkPort port, Carrier carrier, InetSocketAddress source, ByteBuf datagram) {
    String from = source.getAddress().getHostAddress();
    if (!isWorthReading(nowNs, source.getAddress(), datagram)) {
      context.rejects.reject(nowNs, "too many hellos", from);
      return;
    }
    if (!(HelloCodec.peek(datagram) instanceof HelloCodec.Candidate candidate)) {
      context.rejects.reject(nowNs, "malformed hello", from);
      return;
    }
    if (candidate.sender().equals(context.self.identity().address())) {
      context.echo.onEcho(nowNs, port, carrier);
      return;
    }
    Arrival arrival = new Arrival(nowNs, port, carrier, source);
    Peer peer =
        prove(
            arrival,
            candidate.sender(),
            candidate.hello(),
            check -> candidate.verify(check) instanceof HelloCodec.Authentic);
    if (peer != null) {
      profiles.put(candidate.profile(), candidate.sender(), candidate.hello());
      strangers.onKnown(candidate.profile());
      accept(arrival, candidate.hello(), peer);
    }
  }

  /** In a flood of strangers' hellos, even to take them apart costs more than they are worth. */
  private boolean isWorthReading(long nowNs, InetAddress source, ByteBuf datagram) {
    MeshAddress claimed = HelloCodec.claimedSender(datagram);
    if (claimed == null || isKnown(nowNs, claimed)) {
      return true;
    }
    boolean hasPlace = peers.get(claimed) != null || newcomers.isLeft(nowNs);
    return hasPlace && checks.mayRead(nowNs, source);
  }

  private boolean isKnown(long nowNs, MeshAddress address) {
    Peer peer = peers.get(address);
    return address.equals(context.self.identity().address())
        || (peer != null && peer.isKnown(nowNs));
  }

  void onBeat(
      long nowNs, LinkPort port, Carrier carrier, InetSocketAddress source, ByteBuf datagram) {
    BeatCodec.Candidate candidate = BeatCodec.peek(datagram);
    if (candidate == null) {
      context.rejects.reject(nowNs, "malformed hello", source.getAddress().getHostAddress());
      return;
    }
    Beat beat = candidate.beat();
    if (sender.isOwn(beat.profile())) {
      context.echo.onEcho(nowNs, port, carrier);
      return;
    }
    Profiles.Known known = profiles.get(beat.profile());
    if (known == null) {
      onStranger(nowNs, beat.profile());
      return;
    }
    if (!isKnown(nowNs, known.peer()) && !checks.mayRead(nowNs, source.getAddress())) {
      context.rejects.reject(nowNs, "too many hellos", source.getAddress().getHostAddress());
      return;
    }
    Hello hello = known.hello().at(beat.sequence(), beat.kind(), beat.tidings());
    Arrival arrival = new Arrival(nowNs, port, carrier, source);
    Peer peer =
        prove(
            arrival,
            known.peer(),
            hello,
            check -> candidate.isSignedBy(known.hello().signingKey(), check));
    if (peer != null) {
      accept(arrival, hello, peer);
    }
  }

  /** Unproven, so it is a reason to ask and for nothing else. */
  private void onStranger(long nowNs, long profile) {
    long spreadNs = sender.spreadNs();
    strangers.onHeard(nowNs, profile, spreadNs / 4 + context.random.nextLong(spreadNs));
    context.deadlineMoved(sender.nextDeadlineNs());
  }

  /** Where and when a hello came. */
  private record Arrival(long nowNs, LinkPort port, Carrier carrier, InetSocketAddress source) {
    int place() {
      return CarrierNumber.place(port.nif().index(), carrier);
    }

    String from() {
      return source.getAddress().getHostAddress();
    }
  }

  /** Returns the sender when the hello is new, bears its signature, and there is room for it. */
  private @Nullable Peer prove(
      Arrival arrival, MeshAddress from, Hello hello, Predicate<SignatureCheck> isSigned) {
    Peer known = peers.get(from);
    boolean isKnown = known != null && known.isKnown(arrival.nowNs());
    String reason;
    if (known != null && known.guard().isOld(arrival.place(), hello.epoch(), hello.sequence())) {
      reason = "replayed hello";
    } else if (known == null && !newcomers.isLeft(arrival.nowNs())) {
      reason = "too many newcomers";
    } else if (!checks.mayCheck(arrival.nowNs(), isKnown, from)) {
      reason = "too many hellos";
    } else if (!check(isKnown, isSigned)) {
      reason = "forged hello";
    } else {
      Peer peer = peers.obtain(arrival.nowNs(), from);
      if (peer != null) {
        if (known == null) {
          newcomers.tryTake(arrival.nowNs());
        }
        return peer;
      }
      reason = "too many peers";
    }
    context.rejects.reject(arrival.nowNs(), reason, arrival.from());
    return null;
  }

  private boolean check(boolean isKnown, Predicate<SignatureCheck> isSigned) {
    long begunNs = checks.begun();
    boolean authentic = isSigned.test(context.hello.signatures());
    checks.ended(isKnown, begunNs);
    return authentic;
  }

  private void accept(Arrival arrival, Hello hello, Peer peer) {
    long nowNs = arrival.nowNs();
    LinkPort port = arrival.port();
    long previousEpoch = peer.guard().epoch();
    long previousNewest = peer.guard().newest();
    HelloGuard.Verdict verdict =
        peer.guard().judge(arrival.place(), hello.epoch(), hello.sequence());
    if (verdict == HelloGuard.Verdict.REPLAYED || verdict == HelloGuard.Verdict.BACKWARDS) {
      context.rejects.reject(nowNs, "replayed hello", arrival.from());
      return;
    }
    if (hello.kind() == Hello.Kind.GOODBYE) {
      if (peer.isHeard() && peer.info() != null) {
        peer.onGoodbye(nowNs);
      }
      return;
    }
    if (verdict == HelloGuard.Verdict.FRESH && previousEpoch == hello.epoch()) {
      noteLoss(peer, hello.sequence() - previousNewest);
    }
    context.sessions.learn(peer.address(), hello.noiseKey(), hello.epoch());
    PeerInfo before = peer.info();
    boolean wasSilent = peer.liveness().verdict() == Liveness.Verdict.SILENT;
    PeerInfo info = info(hello, peer, before);
    Set<InetAddress> changedMacs = peer.paths().learnMacs(hello);
    peer.paths().ensureMulticast(nowNs, port);
    List<OutboundPath> moved = peer.paths().learn(nowNs, port, hello, arrival.source());
    if (verdict == HelloGuard.Verdict.RESTARTED) {
      peer.onRestarted(nowNs, info, previousEpoch);
    }
    peer.onHeard(nowNs, port.nif().index(), arrival.carrier(), "hello");
    context.population = 1 + peers.heard();
    peer.selector().setPopulation(context.population, !context.isSmallMesh());
    noteMesh(peer);
    peer.liveness().onPromise(nowNs, hello.tidings().nextMs() * MS);
    announce(nowNs, peer, before, info, verdict, wasSilent);
    boolean newToEachOther = before == null || wasSilent || verdict == HelloGuard.Verdict.RESTARTED;
    if (newToEachOther && !arrival.carrier().isMulticast()) {
      peer.greeting().owe(); // it knows no better way to us, and ours by multicast may not arrive
      sender.greet(nowNs);
    }
    peer.selector().onHello(nowNs);
    for (InetAddress ip : hello.ipAddresses()) {
      peer.repair().onMacEvidence(nowNs, ip, changedMacs.contains(ip));
    }
    if (!moved.isEmpty()) {
      peer.repair().onNewEvidence();
      moved.forEach(path -> peer.probe(nowNs, path));
    }
    wantAssociation(nowNs, peer);
    onTidings(arrival, peer, hello.tidings());
  }

  /** Whoever was heard when there were fewer is not judged by what held then. */
  private void noteMesh(Peer heard) {
    Liveness.Mesh now = context.mesh();
    boolean grew = now.compareTo(mesh) > 0;
    mesh = now;
    for (Peer peer : grew ? peers.all() : List.of(heard)) {
      peer.liveness().setMesh(now, loss, sender.spreadNs());
    }
  }

  /** Sequences are without gaps but for hellos that were lost; a long absence is no loss. */
  private void noteLoss(Peer peer, long gap) {
    if (gap >= 1 && gap <= MAX_GAP) {
      double share = (gap - 1) / (double) gap;
      loss += (share - loss) * LOSS_GAIN * gap;
      peer.liveness().onLost(gap - 1);
    }
  }

  private void onTidings(Arrival arrival, Peer from, Tidings tidings) {
    long nowNs = arrival.nowNs();
    int index = arrival.port().nif().index();
    if (tidings.heard().states()) {
      if (tidings.heard().lacks(context.self.identity().address().low())) {
        sender.onUnheard(nowNs, from);
        if (from.isReady()) {
          from.tests().onMulticastUnheard(nowNs, index);
        }
      } else {
        from.repeats().onHeard();
        from.paths().onMulticastHint(nowNs, index);
      }
    }
    if (tidings.nodes() > context.population) {
      sender.onMoreKnown(nowNs);
    }
    for (Tidings.Ask ask : tidings.asks()) {
      sender.onAsked(nowNs, ask);
      if (ask.kind() == Tidings.Ask.Kind.WHO) {
        strangers.onAsked(nowNs, ask.subject());
      }
    }
    for (Peer peer : peers.all()) {
      if (peer != from && peer.liveness().isOverdue(nowNs)) {
        onWordOf(nowNs, from, peer, tidings);
      }
    }
  }

  /** Another speaks of a peer that is overdue here. */
  private static void onWordOf(long nowNs, Peer from, Peer peer, Tidings tidings) {
    long low = peer.address().low();
    boolean missed = tidings.missed().contains(Tidings.shortNameOf(low));
    if (tidings.namesAllMissed()) {
      peer.liveness().onOpinion(nowNs, from.address().low(), missed);
    }
    if (tidings.asks().contains(new Tidings.Ask(Tidings.Ask.Kind.ALIVE, low))) {
      peer.onAsked(nowNs);
    }
    peer.planLiveness(nowNs);
  }

  private static PeerInfo info(Hello hello, Peer peer, @Nullable PeerInfo before) {
    List<String> ips = hello.ipAddresses().stream().map(InetAddress::getHostAddress).toList();
    PeerInfo now =
        new PeerInfo(
            peer.address(),
            hello.signingKey(),
            hello.nickname(),
            hello.epoch(),
            hello.announcement(),
            ips);
    return before != null && now.equals(before) ? before : now;
  }

  private void announce(
      long nowNs,
      Peer peer,
      @Nullable PeerInfo before,
      PeerInfo now,
      HelloGuard.Verdict verdict,
      boolean wasSilent) {
    peer.setInfo(now);
    if (before == null || verdict == HelloGuard.Verdict.RESTARTED) {
      sender.onNewcomer(nowNs);
      context.calmNs = Math.max(context.calmNs, nowNs + CALM_NS);
    } else if (wasSilent) {
      sender.onNewcomer(nowNs);
      sender.greet(nowNs); // whom we had lost, that has most often lost us
    }
    if (before == null) {
      context.output.emit(new LinkEvent.PeerHeard(peer.address(), now, false));
    } else if (!now.equals(before) && verdict != HelloGuard.Verdict.RESTARTED) {
      context.output.emit(new LinkEvent.PeerChanged(peer.address(), now));
    }
  }

  /** With few peers the paths are known before anyone wants to use them. */
  private void wantAssociation(long nowNs, Peer peer) {
    if (!peer.isReady() && context.isSmallMesh()) {
      peer.handshake().want(nowNs, context.random.nextLong(context.pairsNs()));
      peer.wakeAt(peer.handshake().nextDeadlineNs());
    }
  }
}
