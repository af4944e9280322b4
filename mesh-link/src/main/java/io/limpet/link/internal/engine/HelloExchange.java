package io.limpet.link.internal.engine;

import io.limpet.link.Bytes;
import io.limpet.link.Carrier;
import io.limpet.link.LinkEvent;
import io.limpet.link.MeshAddress;
import io.limpet.link.PeerInfo;
import io.limpet.link.internal.beacon.BeaconSchedule;
import io.limpet.link.internal.beacon.HelloGuard;
import io.limpet.link.internal.path.CarrierNumber;
import io.limpet.link.internal.path.OutboundPath;
import io.limpet.link.internal.wire.Hello;
import io.limpet.link.internal.wire.HelloCodec;
import io.netty.buffer.ByteBuf;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Says hello and takes the hellos of others. Not thread-safe. */
final class HelloExchange {
  private static final long MS = 1_000_000L;
  private static final int EAGER_PEERS = 32;
  private static final int MAX_CHECKS_PER_SECOND = 400;

  private final EngineContext context;
  private final PeerTable peers;
  private final BeaconSchedule schedule;
  private Bytes announcement;
  private long sequence;
  private long checkCredit = MAX_CHECKS_PER_SECOND;
  private long creditAtNs;
  private int firstHeard;

  HelloExchange(EngineContext context, PeerTable peers, long nowNs, Bytes announcement) {
    this.context = context;
    this.peers = peers;
    this.schedule = new BeaconSchedule(nowNs, context.random);
    this.announcement = announcement;
    this.creditAtNs = nowNs;
  }

  // ---- ours ----

  void setAnnouncement(long nowNs, Bytes now) {
    if (!now.equals(announcement)) {
      announcement = now;
      changed(nowNs);
    }
  }

  /** Something that our hello says has changed. */
  void changed(long nowNs) {
    schedule.restart(nowNs);
    context.deadlineMoved(schedule.dueNs());
  }

  long nextDeadlineNs() {
    return schedule.dueNs();
  }

  void poll(long nowNs) {
    if (nowNs - schedule.dueNs() < 0) {
      return;
    }
    schedule.setPopulation(1 + peers.heard());
    send(nowNs, Hello.Kind.HELLO);
    schedule.onSent(nowNs);
  }

  /** Sends one hello on every interface. */
  void send(long nowNs, Hello.Kind kind) {
    sequence++;
    for (LinkPort port : context.ports.all()) {
      List<InetAddress> addresses = port.nif().addresses();
      Hello hello =
          new Hello(
              context.self.identity().signingKey(),
              context.self.identity().noiseKey(),
              context.self.nickname(),
              context.self.epoch(),
              sequence,
              kind,
              port.nif().mac(),
              List.copyOf(addresses.subList(0, Math.min(addresses.size(), Hello.MAX_ADDRESSES))),
              port.unicastPort(),
              heardList(nowNs, port.nif().index()),
              announcement);
      ByteBuf datagram = HelloCodec.encode(hello, context.self.identity(), context.allocator);
      for (Carrier carrier : port.carriers()) {
        if (carrier.isMulticast()) {
          context.output.transmit(port.nif().index(), carrier, null, datagram.retainedDuplicate());
        }
      }
      datagram.release();
    }
  }

  /** The newest heard; when there are more than fit, each hello begins elsewhere. */
  private List<Hello.Heard> heardList(long nowNs, int interfaceIndex) {
    long withinNs = 2 * schedule.maxIntervalNs();
    List<Hello.Heard> heard = new ArrayList<>();
    for (Peer peer : peers.all()) {
      Set<Carrier> carriers = peer.paths().heardLately(nowNs, interfaceIndex, withinNs);
      if (!carriers.isEmpty()) {
        heard.add(new Hello.Heard(peer.address().low(), carriers));
      }
    }
    if (heard.size() <= Hello.MAX_HEARD) {
      return heard;
    }
    heard.sort(Comparator.comparingLong(Hello.Heard::peer));
    List<Hello.Heard> some = new ArrayList<>(Hello.MAX_HEARD);
    for (int i = 0; i < Hello.MAX_HEARD; i++) {
      some.add(heard.get((firstHeard + i) % heard.size()));
    }
    firstHeard = (firstHeard + Hello.MAX_HEARD) % heard.size();
    return some;
  }

  // ---- theirs ----

  void onHello(
      long nowNs, LinkPort port, Carrier carrier, InetSocketAddress source, ByteBuf datagram) {
    String from = source.getAddress().getHostAddress();
    if (!(HelloCodec.peek(datagram) instanceof HelloCodec.Candidate candidate)) {
      context.rejects.reject(nowNs, "malformed hello", from);
      return;
    }
    MeshAddress sender = candidate.sender();
    if (sender.equals(context.self.identity().address())) {
      return; // our own echo
    }
    Hello hello = candidate.hello();
    int place = CarrierNumber.place(port.nif().index(), carrier);
    Peer known = peers.get(sender);
    if (known != null && known.guard().isOld(place, hello.epoch(), hello.sequence())) {
      context.rejects.reject(nowNs, "replayed hello", from);
      return;
    }
    if (!mayCheck(nowNs)) {
      context.rejects.reject(nowNs, "too many hellos", from);
      return;
    }
    if (!(candidate.verify() instanceof HelloCodec.Authentic)) {
      context.rejects.reject(nowNs, "forged hello", from);
      return;
    }
    Peer peer = peers.obtain(nowNs, sender);
    if (peer == null) {
      context.rejects.reject(nowNs, "too many peers", from);
      return;
    }
    accept(nowNs, port, carrier, source, hello, peer, place);
  }

  /** Signature checks are bounded, so that a flood of hellos cannot hold the loop. */
  private boolean mayCheck(long nowNs) {
    long earned = (nowNs - creditAtNs) * MAX_CHECKS_PER_SECOND / (1_000 * MS);
    if (earned > 0) {
      checkCredit = Math.min(MAX_CHECKS_PER_SECOND, checkCredit + earned);
      creditAtNs = nowNs;
    }
    if (checkCredit <= 0) {
      return false;
    }
    checkCredit--;
    return true;
  }

  private void accept(
      long nowNs,
      LinkPort port,
      Carrier carrier,
      InetSocketAddress source,
      Hello hello,
      Peer peer,
      int place) {
    long previousEpoch = peer.guard().epoch();
    HelloGuard.Verdict verdict = peer.guard().judge(place, hello.epoch(), hello.sequence());
    if (verdict == HelloGuard.Verdict.REPLAYED || verdict == HelloGuard.Verdict.BACKWARDS) {
      context.rejects.reject(nowNs, "replayed hello", source.getAddress().getHostAddress());
      return;
    }
    if (hello.kind() == Hello.Kind.GOODBYE) {
      if (peer.isHeard() && peer.info() != null) {
        peer.onGoodbye(nowNs);
      }
      return;
    }
    context.sessions.learn(peer.address(), hello.noiseKey(), hello.epoch());
    PeerInfo before = peer.info();
    PeerInfo info = info(hello, peer, before);
    Set<InetAddress> changedMacs = peer.paths().learnMacs(hello);
    peer.paths().ensureMulticast(nowNs, port);
    List<OutboundPath> moved = peer.paths().learn(nowNs, port, hello, source);
    peer.liveness().setExpected(schedule.maxIntervalNs());
    peer.selector().setPopulation(1 + peers.heard());
    if (verdict == HelloGuard.Verdict.RESTARTED) {
      peer.onRestarted(nowNs, info, previousEpoch);
    }
    peer.onHeard(nowNs, port.nif().index(), carrier, "hello");
    announce(nowNs, peer, before, info, verdict);
    peer.selector().onHello(nowNs);
    for (InetAddress ip : hello.ipAddresses()) {
      peer.repair().onMacEvidence(nowNs, ip, changedMacs.contains(ip));
    }
    if (!moved.isEmpty()) {
      peer.repair().onNewEvidence();
      moved.forEach(path -> peer.probe(nowNs, path));
    }
    wantAssociation(nowNs, peer);
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
      long nowNs, Peer peer, @Nullable PeerInfo before, PeerInfo now, HelloGuard.Verdict verdict) {
    peer.setInfo(now);
    if (before == null) {
      context.output.emit(new LinkEvent.PeerHeard(peer.address(), now, false));
      schedule.onNewcomer(nowNs);
    } else if (verdict == HelloGuard.Verdict.RESTARTED) {
      schedule.onNewcomer(nowNs);
    } else if (!now.equals(before)) {
      context.output.emit(new LinkEvent.PeerChanged(peer.address(), now));
    }
    context.deadlineMoved(schedule.dueNs());
  }

  /** With few peers the paths are known before anyone wants to use them. */
  private void wantAssociation(long nowNs, Peer peer) {
    if (!peer.isReady() && peers.all().size() <= EAGER_PEERS) {
      peer.handshake().want(nowNs, context.random.nextLong(150 * MS));
      peer.wakeAt(peer.handshake().nextDeadlineNs());
    }
  }
}
