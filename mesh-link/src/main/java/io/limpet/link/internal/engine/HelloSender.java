package io.limpet.link.internal.engine;

import io.limpet.link.Bytes;
import io.limpet.link.Carrier;
import io.limpet.link.internal.beacon.Airtime;
import io.limpet.link.internal.beacon.BeaconSchedule;
import io.limpet.link.internal.beacon.Strangers;
import io.limpet.link.internal.path.OutboundPath;
import io.limpet.link.internal.wire.Beat;
import io.limpet.link.internal.wire.BeatCodec;
import io.limpet.link.internal.wire.HeardFilter;
import io.limpet.link.internal.wire.Hello;
import io.limpet.link.internal.wire.HelloCodec;
import io.limpet.link.internal.wire.Tidings;
import io.netty.buffer.ByteBuf;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Says hello: long while others may not know us, short otherwise, and with what there is to ask.
 * Not thread-safe.
 */
final class HelloSender {
  private static final long MS = 1_000_000L;
  private static final int LONG_EVERY = 16;
  private static final int EVERYWHERE_FIRST = 2;
  private static final long FLUX_NS = 5_000 * MS;

  /** Within this time whoever was sent a hello has taken it in, however long the queues are. */
  private static final long SETTLED_NS = 300 * MS;

  private static final long ANSWER_SPREAD_NS = 40 * MS;
  private static final int FAST_LACKS = 6;
  private static final int MAX_LACKS = 14;

  private static final int GOODBYES = 3;

  private final EngineContext context;
  private final PeerTable peers;
  private final Audience audience;
  private final Strangers strangers;
  private final UnicastHellos unicastHellos;
  private final BeaconSchedule schedule;
  private final Map<Integer, Long> ownProfiles = new HashMap<>();
  private Bytes announcement;
  private long sequence;
  private int sinceLong;
  private int sinceChange;
  private boolean longWanted;
  private boolean everywhereWanted;
  private long saidLong;
  private long lastLongNs;
  private boolean filterOwed = true;
  private long fluxUntilNs;
  private int lacks;
  private long nextLackNs;

  HelloSender(
      EngineContext context, PeerTable peers, Strangers strangers, long nowNs, Bytes announcement) {
    this.context = context;
    this.peers = peers;
    this.audience = new Audience(peers);
    this.strangers = strangers;
    this.unicastHellos = new UnicastHellos(peers);
    this.schedule = new BeaconSchedule(nowNs, context.hello.airtimeShare(), context.random);
    this.announcement = announcement;
    onNewcomer(nowNs);
  }

  // ---- when ----

  void setAnnouncement(long nowNs, Bytes now) {
    if (!now.equals(announcement)) {
      announcement = now;
      changed(nowNs);
    }
  }

  /** Something that our hello says has changed. */
  void changed(long nowNs) {
    sinceChange = 0;
    schedule.restart(nowNs);
    context.deadlineMoved(schedule.dueNs());
  }

  /** Somebody came whom others and we may not know: for a while we say whom we hear. */
  void onNewcomer(long nowNs) {
    filterOwed = true;
    fluxUntilNs = nowNs + Math.max(FLUX_NS, 2 * schedule.spreadNs());
    lacks = 0;
    nextLackNs = nowNs + schedule.gapNs();
  }

  /** Somebody has lost us, or has come back: a short hello tells it that we are here. */
  void greet(long nowNs) {
    wantShort(nowNs, schedule.spreadNs());
  }

  /** A peer that says whom it hears does not hear us. */
  void onUnheard(long nowNs, Peer by) {
    boolean mayNotYetHaveHeard = saidLong > 0 && nowNs - lastLongNs < SETTLED_NS;
    if (!mayNotYetHaveHeard && by.repeats().onUnheard(nowNs, saidLong, schedule.gapNs())) {
      longWanted = true;
      wantShort(nowNs, schedule.spreadNs());
    }
  }

  /**
   * A peer knows more nodes than we do, so that we lack somebody: we say whom we hear, and whoever
   * is not among them says hello. Less and less often, for in a mesh of several hops some always
   * hear more than others.
   */
  void onMoreKnown(long nowNs) {
    if (nowNs - nextLackNs >= 0) {
      nextLackNs =
          nowNs + (schedule.gapNs() << Math.max(0, Math.min(lacks, MAX_LACKS) - FAST_LACKS));
      lacks++;
      filterOwed = true;
      wantShort(nowNs, schedule.spreadNs());
    }
  }

  /** A peer asks. */
  void onAsked(long nowNs, Tidings.Ask ask) {
    boolean who = ask.kind() == Tidings.Ask.Kind.WHO;
    boolean meant =
        who
            ? ownProfiles.containsValue(ask.subject())
            : ask.subject() == context.self.identity().address().low();
    if (meant) {
      everywhereWanted = true;
      if (who) {
        longWanted = true;
        wantShort(nowNs, ANSWER_SPREAD_NS);
      } else {
        schedule.hasten(nowNs, ANSWER_SPREAD_NS);
        context.deadlineMoved(schedule.dueNs());
      }
    }
  }

  private void wantShort(long nowNs, long spreadNs) {
    schedule.want(nowNs, spreadNs);
    context.deadlineMoved(schedule.dueNs());
  }

  /** Returns over what time all nodes spread what each has to say. */
  long spreadNs() {
    return schedule.spreadNs();
  }

  long nextDeadlineNs() {
    long due = schedule.dueNs();
    long ask = strangers.nextDeadlineNs();
    return schedule.isExtraWanted() || ask == Long.MAX_VALUE || ask - due > 0 ? due : ask;
  }

  void poll(long nowNs) {
    context.echo.poll(nowNs);
    boolean asked = context.takeAskWanted();
    boolean asks = context.takeHelloWanted() || asked || !strangers.due(nowNs, 1).isEmpty();
    if (asks && !schedule.isExtraWanted()) {
      schedule.want(nowNs, 1);
    }
    if (nowNs - schedule.dueNs() < 0) {
      return;
    }
    context.population = 1 + peers.heard();
    schedule.setPopulation(nowNs, context.population);
    boolean isLong = schedule.isQuick() || longWanted || sinceLong >= LONG_EVERY - 1;
    schedule.onSending(nowNs);
    say(nowNs, isLong, Hello.Kind.HELLO);
  }

  /** Takes leave, more than once for nobody confirms it. */
  void goodbye(long nowNs) {
    for (int i = 0; i < GOODBYES; i++) {
      say(nowNs, saidLong == 0, Hello.Kind.GOODBYE);
    }
  }

  // ---- what ----

  private void say(long nowNs, boolean isLong, Hello.Kind kind) {
    sequence++;
    boolean everywhere =
        everywhereWanted || sinceChange < EVERYWHERE_FIRST || sequence % LONG_EVERY == 0;
    List<Tidings.Ask> asks = asks(nowNs);
    List<Integer> missed = missed(nowNs);
    long airtimeNs = 0;
    for (LinkPort port : context.ports.all()) {
      Tidings tidings = tidings(nowNs, port, missed, asks, isLong || filterOwed);
      Hello hello = hello(port, kind, tidings);
      ByteBuf datagram = encode(port, hello, isLong);
      long portNs = 0;
      List<Carrier> carriers = everywhere ? audience.multicast(port) : audience.enough(nowNs, port);
      for (Carrier carrier : carriers) {
        portNs += Airtime.multicastNs(datagram.readableBytes(), carrier.isIpv6());
        if (context.output.transmit(
            port.nif().index(), carrier, null, datagram.retainedDuplicate())) {
          context.echo.onSent(nowNs, port, carrier);
        }
      }
      sayByUnicast(nowNs, port, hello);
      datagram.release();
      airtimeNs = Math.max(airtimeNs, portNs);
    }
    schedule.onSent(nowNs, airtimeNs, isLong);
    afterwards(nowNs, isLong);
  }

  /** Always long: who gets it may know nothing of us, and cannot ask by multicast. */
  private void sayByUnicast(long nowNs, LinkPort port, Hello hello) {
    List<OutboundPath> targets = unicastHellos.targets(nowNs, port);
    if (targets.isEmpty()) {
      return;
    }
    ByteBuf datagram = encode(port, hello, true);
    targets.forEach(path -> context.sender.sendRaw(path, datagram.retainedDuplicate()));
    datagram.release();
  }

  /** Says whether a profile is ours, as it was last said on some interface. */
  boolean isOwn(long profile) {
    return ownProfiles.containsValue(profile);
  }

  private void afterwards(long nowNs, boolean isLong) {
    sinceChange++;
    sinceLong++;
    everywhereWanted = false;
    filterOwed &= nowNs - fluxUntilNs < 0;
    if (isLong) {
      saidLong++;
      longWanted = false;
      lastLongNs = nowNs;
      sinceLong = 0;
    }
  }

  private Hello hello(LinkPort port, Hello.Kind kind, Tidings tidings) {
    List<InetAddress> addresses = port.nif().addresses();
    return new Hello(
        context.self.identity().signingKey(),
        context.self.identity().noiseKey(),
        context.self.nickname(),
        context.self.epoch(),
        sequence,
        kind,
        port.nif().mac(),
        List.copyOf(addresses.subList(0, Math.min(addresses.size(), Hello.MAX_ADDRESSES))),
        port.unicastPort(),
        announcement,
        tidings);
  }

  private ByteBuf encode(LinkPort port, Hello hello, boolean isLong) {
    long profile = HelloCodec.profileOf(hello);
    ownProfiles.put(port.nif().index(), profile);
    if (isLong) {
      return HelloCodec.encode(hello, context.self.identity(), context.allocator);
    }
    Beat beat = new Beat(profile, sequence & Beat.MAX_SEQUENCE, hello.kind(), hello.tidings());
    return BeatCodec.encode(beat, context.self.identity(), context.allocator);
  }

  private Tidings tidings(
      long nowNs, LinkPort port, List<Integer> missed, List<Tidings.Ask> asks, boolean withHeard) {
    List<Long> heard = new ArrayList<>();
    if (withHeard) {
      for (Peer peer : peers.all()) {
        if (peer.info() != null && !audience.multicastHeard(nowNs, peer, port).isEmpty()) {
          heard.add(peer.address().low());
        }
      }
    }
    long nextMs = Math.min(Tidings.MAX_NEXT_MS, schedule.promisedNs(nowNs) / MS);
    return new Tidings(
        nextMs,
        context.population,
        missed,
        asks,
        withHeard ? HeardFilter.of(sequence, heard) : HeardFilter.silent());
  }

  private List<Integer> missed(long nowNs) {
    List<Integer> missed = new ArrayList<>();
    for (Peer peer : peers.all()) {
      if (peer.info() != null && peer.liveness().isMissed(nowNs)) {
        missed.add(Tidings.shortNameOf(peer.address().low()));
      }
    }
    if (missed.size() <= Tidings.MAX_MISSED) {
      return missed;
    }
    List<Integer> some = new ArrayList<>(Tidings.MAX_MISSED);
    int first = context.random.nextInt(missed.size());
    for (int i = 0; i < Tidings.MAX_MISSED; i++) {
      some.add(missed.get((first + i) % missed.size()));
    }
    return some;
  }

  private List<Tidings.Ask> asks(long nowNs) {
    List<Tidings.Ask> asks = new ArrayList<>();
    for (long profile : strangers.due(nowNs, Tidings.MAX_ASKS / 2)) {
      asks.add(new Tidings.Ask(Tidings.Ask.Kind.WHO, profile));
      strangers.onAsked(nowNs, profile);
    }
    for (Peer peer : peers.all()) {
      if (asks.size() < Tidings.MAX_ASKS && peer.wantsAsk(nowNs)) {
        asks.add(new Tidings.Ask(Tidings.Ask.Kind.ALIVE, peer.address().low()));
        peer.onAsked(nowNs);
      }
    }
    return asks;
  }
}
