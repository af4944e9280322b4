package io.limpet.link.internal.engine;

import io.limpet.link.Bytes;
import io.limpet.link.Carrier;
import io.limpet.link.LinkEvent;
import io.limpet.link.LinkInterface;
import io.limpet.link.MeshAddress;
import io.limpet.link.PeerInfo;
import io.limpet.link.PeerReport;
import io.limpet.link.SendOutcome;
import io.limpet.link.internal.os.LinkControl;
import io.limpet.link.internal.os.NeighbourEntry;
import io.limpet.link.internal.path.CarrierNumber;
import io.limpet.link.internal.path.InboundPath;
import io.limpet.link.internal.path.OutboundPath;
import io.limpet.link.internal.session.Sessions;
import io.limpet.link.internal.wire.DatagramType;
import io.limpet.link.internal.wire.Frames;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The link of one node: what arrives goes in, with its time; what is to be sent and what happened
 * comes out through {@link LinkOutput}. Sans-IO; confined to one thread.
 */
public final class LinkEngine {
  private static final long NEVER = Long.MAX_VALUE;
  private static final long ANNOUNCE_AGAIN_NS = 1_300_000_000L;

  private final EngineContext context;
  private final PeerTable peers;
  private final HelloExchange hellos;
  private final FrameReceiver receiver;
  private final GroupExchange groups;
  private final Map<Integer, Long> announceAgainNs = new HashMap<>();

  /** Makes an engine without interfaces. */
  public LinkEngine(
      long nowNs,
      LocalNode self,
      HelloSettings hello,
      Bytes announcement,
      Sessions sessions,
      LinkControl control,
      Neighbours neighbours,
      RandomGenerator random,
      LinkOutput output,
      ByteBufAllocator allocator) {
    context =
        new EngineContext(self, hello, sessions, control, neighbours, random, output, allocator);
    peers = new PeerTable(context);
    hellos = new HelloExchange(context, peers, nowNs, announcement);
    receiver = new FrameReceiver(context);
    groups = new GroupExchange(context, peers);
  }

  /** Returns the datagrams to groups. */
  public GroupExchange groups() {
    return groups;
  }

  /** Measures what floods cost with this clock, in nanoseconds; without it a cost is assumed. */
  public void measureWith(LongSupplier nanoClock) {
    hellos.measureWith(nanoClock);
  }

  // ---- the machine changes ----

  /** An interface is usable, or what is usable of it has changed. */
  public void onPort(long nowNs, LinkPort port) {
    int index = port.nif().index();
    LinkPort before = context.ports.get(index);
    if (!context.ports.put(port)) {
      return;
    }
    boolean changed = before == null || isChanged(before.nif(), port.nif());
    if (before != null) {
      noteGone(nowNs, before, port.nif().addresses(), port.carriers());
    }
    if (!port.equals(before)) {
      context.echo.forget(index);
    }
    for (Peer peer : peers.all()) {
      peer.paths().prune(nowNs, index, port.carriers());
      peer.paths().restore(nowNs, port);
      peer.mtu().onPortsChanged(nowNs);
    }
    if (changed || !port.equals(before)) {
      hellos.sender().changed(nowNs);
      hellos.sender().poll(nowNs);
    }
    if (before != null && changed) {
      // Peers hold our old mapping: say the new one twice, further apart than their locktime.
      PeerFavours.Announcer.announce(context.control, port);
      announceAgainNs.put(index, nowNs + ANNOUNCE_AGAIN_NS);
      context.deadlineMoved(nowNs + ANNOUNCE_AGAIN_NS);
      for (Peer peer : peers.all()) {
        peer.paths().ensureMulticast(nowNs, port);
        peer.probeUnicastOn(nowNs, index); // what comes from the new address moves the peer there
        peer.selector().onHello(nowNs);
        peer.repair().onNewEvidence();
        peer.wake(nowNs);
      }
    }
  }

  /** What the control is able to do has changed. */
  public void onAbilitiesChanged(long nowNs) {
    for (Peer peer : peers.all()) {
      peer.repair().onAbilitiesChanged(nowNs);
      peer.wake(nowNs);
    }
  }

  /** Whose path in use stood on an address that is no longer there, is told why it fails. */
  private void noteGone(
      long nowNs, LinkPort before, List<InetAddress> addresses, Set<Carrier> carriers) {
    for (Carrier carrier : before.carriers()) {
      InetAddress own = before.ownAddress(carrier.isIpv6());
      if (carriers.contains(carrier) && (own == null || addresses.contains(own))) {
        continue;
      }
      int number = context.ports.pathNumber(before.nif().index(), carrier);
      for (Peer peer : peers.all()) {
        peer.onAddressGone(nowNs, number, own);
      }
    }
  }

  private static boolean isChanged(LinkInterface before, LinkInterface now) {
    return !Objects.equals(before.mac(), now.mac())
        || !Set.copyOf(before.addresses()).equals(Set.copyOf(now.addresses()));
  }

  /** An interface is no longer usable. */
  public void onPortGone(long nowNs, int interfaceIndex) {
    LinkPort before = context.ports.get(interfaceIndex);
    if (before == null) {
      return;
    }
    noteGone(nowNs, before, List.of(), Set.of());
    context.echo.forget(interfaceIndex);
    for (Peer peer : peers.all()) {
      peer.paths().prune(nowNs, interfaceIndex, Set.of());
    }
    context.ports.remove(interfaceIndex);
    announceAgainNs.remove(interfaceIndex);
    // Those who knew us by that interface hear at once by which we are there.
    hellos.sender().changed(nowNs);
    hellos.sender().poll(nowNs);
  }

  /** This process, or the whole machine, did not run for a while, and does now. */
  public void onResumed(long nowNs, long suspendedNs) {
    context.output.emit(new LinkEvent.Resumed(Duration.ofNanos(suspendedNs)));
    hellos.sender().changed(nowNs);
    hellos.sender().poll(nowNs);
    peers.all().forEach(peer -> peer.onResumed(nowNs));
  }

  /** The system has refused a datagram on a carrier of an interface as too large (EMSGSIZE). */
  public void onTooLarge(long nowNs, int interfaceIndex, Carrier carrier) {
    for (Peer peer : peers.all()) {
      peer.mtu().onRefused(nowNs, interfaceIndex, carrier);
    }
  }

  /** A neighbour entry has changed: it may contradict a signed hello. */
  public void onNeighbourChanged(long nowNs, NeighbourEntry entry) {
    for (Peer peer : peers.all()) {
      if (peer.paths().macOf(entry.ip()) != null) {
        peer.repair().onMacEvidence(nowNs, entry.ip(), false);
        peer.wake(nowNs);
      }
    }
  }

  // ---- datagrams ----

  /** Takes one datagram; the caller keeps its ownership. */
  public void onDatagram(
      long nowNs, int interfaceIndex, Carrier carrier, InetSocketAddress source, ByteBuf datagram) {
    LinkPort port = context.ports.get(interfaceIndex);
    if (port == null || !datagram.isReadable()) {
      return;
    }
    int type = DatagramType.of(datagram.getByte(datagram.readerIndex()));
    if (type == DatagramType.HELLO) {
      hellos.onHello(nowNs, port, carrier, source, datagram);
      return;
    }
    if (type == DatagramType.BEAT) {
      hellos.onBeat(nowNs, port, carrier, source, datagram);
      return;
    }
    if (type == DatagramType.GROUP) {
      groups.onDatagram(nowNs, carrier, source, datagram);
      return;
    }
    Sessions.Arrival arrival =
        new Sessions.Arrival(
            CarrierNumber.place(interfaceIndex, carrier), carrier.isMulticast(), source);
    Sessions.Inbound inbound = context.sessions.open(nowNs, datagram, arrival);
    if (inbound instanceof Sessions.Inbound.Frames frames) {
      try {
        onFrames(nowNs, port, carrier, source, frames);
      } finally {
        frames.frames().release();
      }
    } else if (inbound instanceof Sessions.Inbound.Duplicate duplicate) {
      sendBack(port, carrier, source, duplicate.reply());
    } else if (inbound instanceof Sessions.Inbound.Challenged challenged) {
      context.rejects.reject(nowNs, challenged.reason(), source.getAddress().getHostAddress());
      sendBack(port, carrier, source, challenged.cookie());
    } else if (inbound instanceof Sessions.Inbound.Repeat repeat) {
      repeat(port, carrier, repeat);
    } else if (inbound instanceof Sessions.Inbound.Rejected rejected) {
      context.rejects.reject(nowNs, rejected.reason(), source.getAddress().getHostAddress());
    }
  }

  private void sendBack(
      LinkPort port, Carrier carrier, InetSocketAddress source, @Nullable ByteBuf reply) {
    if (reply != null) {
      context.output.transmit(
          port.nif().index(), carrier, carrier.isMulticast() ? null : source, reply);
    }
  }

  /** Goes where the peer is known to be: the demand itself may be forged. */
  private void repeat(LinkPort port, Carrier carrier, Sessions.Inbound.Repeat repeat) {
    Peer peer = peers.get(repeat.peer());
    int number = context.ports.pathNumber(port.nif().index(), carrier);
    OutboundPath path = peer == null ? null : peer.paths().outbound(number);
    if (path != null) {
      context.sender.sendRaw(path, repeat.datagram());
    } else {
      repeat.datagram().release();
    }
  }

  private void onFrames(
      long nowNs,
      LinkPort port,
      Carrier carrier,
      InetSocketAddress source,
      Sessions.Inbound.Frames frames) {
    int index = port.nif().index();
    Peer peer = peers.obtain(nowNs, frames.peer());
    if (peer == null) {
      releaseReply(frames);
      return;
    }
    if (frames.epoch() >= 0) {
      noteEpoch(nowNs, peer, frames.epoch());
    }
    peer.paths().ensureMulticast(nowNs, port);
    OutboundPath reverse = peer.paths().reverse(nowNs, port, carrier, source);
    answer(index, carrier, source, peer, frames);
    peer.onHeard(nowNs, index, carrier, "authentic datagram");
    if (frames.established()) {
      peer.onEstablished(nowNs);
    }
    InboundPath arrival =
        frames.pathNumber() < 0 ? null : peer.paths().inbound(frames.pathNumber(), index, carrier);
    boolean newest = arrival != null && frames.counter() > arrival.highest();
    int result = receiver.read(nowNs, peer, port, carrier, source, frames.frames());
    if (result == Frames.MALFORMED) {
      context.rejects.reject(nowNs, "malformed frame", source.getAddress().getHostAddress());
    }
    if (arrival != null) {
      boolean eliciting = result == Frames.ELICITING;
      arrival.onReceived(nowNs, index, carrier, frames.counter(), eliciting);
      peer.paths().shareInboundLoss(arrival);
      if (eliciting) {
        peer.reports().onEliciting(nowNs);
        peer.wakeAt(peer.reports().nextDeadlineNs());
      }
    }
    if (!carrier.isMulticast()) {
      if (reverse != null && newest && peer.isReady()) {
        peer.roaming().consider(nowNs, reverse, source);
      }
    }
  }

  private void noteEpoch(long nowNs, Peer peer, long epoch) {
    long before = peer.guard().epoch();
    peer.guard().onProvenEpoch(epoch);
    PeerInfo known = peer.info();
    if (before >= 0 && epoch > before && known != null) {
      PeerInfo now =
          new PeerInfo(
              known.address(),
              known.signingKey(),
              known.nickname(),
              epoch,
              known.announcement(),
              known.ipAddresses());
      peer.onRestarted(nowNs, now, before);
    }
  }

  /** A handshake's answer goes back where it came from, and everywhere while nothing is known. */
  private void answer(
      int interfaceIndex,
      Carrier carrier,
      InetSocketAddress source,
      Peer peer,
      Sessions.Inbound.Frames frames) {
    ByteBuf reply = frames.reply();
    if (reply == null) {
      return;
    }
    for (OutboundPath path : peer.paths().outbound()) {
      boolean same = path.interfaceIndex() == interfaceIndex && path.carrier() == carrier;
      if (!same && !path.isProven()) {
        context.sender.sendRaw(path, reply.retainedDuplicate());
      }
    }
    context.output.transmit(interfaceIndex, carrier, carrier.isMulticast() ? null : source, reply);
  }

  private static void releaseReply(Sessions.Inbound.Frames frames) {
    ByteBuf reply = frames.reply();
    if (reply != null) {
      reply.release();
    }
  }

  /** Sends one payload, whose ownership passes. */
  public SendOutcome send(long nowNs, MeshAddress to, int protocolCode, ByteBuf payload) {
    try {
      Peer peer = peers.get(to);
      if (peer == null || (!peer.isReady() && !context.sessions.canInitiate(to))) {
        return SendOutcome.UNKNOWN_PEER;
      }
      if (payload.readableBytes() > peer.largestPayloadBytes()) {
        return SendOutcome.TOO_LARGE;
      }
      peer.selector().onUse(nowNs);
      if (peer.isReady()) {
        return context.sender.sendPayload(nowNs, peer, protocolCode, payload);
      }
      return enqueue(nowNs, peer, protocolCode, payload);
    } finally {
      payload.release();
    }
  }

  private SendOutcome enqueue(long nowNs, Peer peer, int protocolCode, ByteBuf payload) {
    if (!peer.queue().offer(nowNs, protocolCode, peer.nextDoubledId(), payload.retain())) {
      payload.release();
      return SendOutcome.NO_CAPACITY;
    }
    peer.handshake().want(nowNs, 0);
    peer.handshake().poll(nowNs);
    peer.wakeAt(peer.handshake().nextDeadlineNs());
    return SendOutcome.QUEUED;
  }

  /** Returns the largest payload that may be tried for a peer, in bytes. */
  public int largestPayloadBytes(MeshAddress to) {
    Peer peer = peers.get(to);
    return peer != null ? peer.largestPayloadBytes() : maxPayloadBytes(to);
  }

  /** Returns the largest payload for a peer, known or not, in bytes. */
  public int maxPayloadBytes(MeshAddress to) {
    Peer peer = peers.get(to);
    if (peer != null) {
      return peer.maxPayloadBytes();
    }
    return context.sender.payloadBytes(context.ports.baseDatagramBytes());
  }

  /** Returns the largest payload that may arrive, in bytes. */
  public int receivablePayloadBytes() {
    return context.sender.payloadBytes(context.ports.largestDatagramBytes());
  }

  // ---- time ----

  /** Returns when {@link #onDeadline} wants to be called, or {@link Long#MAX_VALUE}. */
  public long nextDeadlineNs() {
    long next = context.earliestNs();
    long hello = hellos.sender().nextDeadlineNs();
    return next == NEVER || hello - next < 0 ? hello : next;
  }

  /** Does what time demands. */
  public void onDeadline(long nowNs) {
    context.clearEarliest();
    hellos.sender().poll(nowNs);
    announceAgain(nowNs);
    for (Peer peer : List.copyOf(peers.all())) {
      long due = peer.nextDeadlineNs();
      if (due != NEVER && nowNs - due >= 0) {
        peer.poll(nowNs);
      }
    }
    hellos.sender().poll(nowNs); // a peer may have found that it has a question
    for (Peer peer : peers.all()) {
      if (peer.nextDeadlineNs() != NEVER) {
        context.deadlineMoved(peer.nextDeadlineNs());
      }
    }
  }

  private void announceAgain(long nowNs) {
    announceAgainNs
        .entrySet()
        .removeIf(
            entry -> {
              if (nowNs - entry.getValue() < 0) {
                context.deadlineMoved(entry.getValue());
                return false;
              }
              LinkPort port = context.ports.get(entry.getKey());
              if (port != null) {
                PeerFavours.Announcer.announce(context.control, port);
              }
              return true;
            });
  }

  // ---- the face's questions ----

  /** Replaces the announcement; a change is said at once. */
  public void setAnnouncement(long nowNs, Bytes announcement) {
    hellos.sender().setAnnouncement(nowNs, announcement);
    hellos.sender().poll(nowNs);
  }

  /** Says goodbye on every interface and to every association. */
  public void goodbye(long nowNs) {
    for (Peer peer : peers.all()) {
      peer.queue().clear();
      if (peer.isReady() && peer.isHeard()) {
        Frames.writeGoodbye(context.sender.compose());
        context.sender.sendOn(nowNs, peer, peer.selector().targets(nowNs), false);
      }
    }
    hellos.sender().goodbye(nowNs);
  }

  /** Returns a snapshot of every peer that has said hello. */
  public List<PeerReport> peers(long nowNs) {
    List<PeerReport> reports = new ArrayList<>();
    for (Peer peer : peers.all()) {
      PeerReport report = peer.report(nowNs);
      if (report != null) {
        reports.add(report);
      }
    }
    return reports;
  }

  /** Returns a snapshot of one peer. */
  public Optional<PeerReport> peer(long nowNs, MeshAddress address) {
    @Nullable Peer peer = peers.get(address);
    return peer == null ? Optional.empty() : Optional.ofNullable(peer.report(nowNs));
  }

  /** Returns how many datagrams were dropped as hostile or damaged. */
  public long rejected() {
    return context.rejects.total();
  }
}
