package io.limpet.invitation.internal.group;

import io.limpet.invitation.internal.wire.Message;
import io.limpet.link.Bytes;
import io.limpet.link.MeshAddress;
import io.limpet.link.SendOutcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * The sending half of a channel: our packets go out once by multicast, what members miss is made
 * good, and those whom multicast does not reach are served by stream.
 */
final class Sender {
  private static final long FIRST_HEARTBEAT_NS = 25_000_000L;
  private static final long LAST_URGENT_NS = 250_000_000L;
  private static final long LAST_HEARTBEAT_NS = 10_000_000_000L;

  /** Each pause is so many times as long as the one before. */
  private static final int SLOWER = 3;

  private static final long PROBE_NS = 1_000_000_000L;
  private static final long BLOCKED_NS = 5_000_000L;
  private static final int STREAM_WINDOW = 128;

  private final String activity;
  private final SendLog log;
  private final double unicastCost;
  private final ChannelClock clock;
  private final ChannelOutput out;
  private final BooleanSupplier needsOwn;
  private final RateControl rate = new RateControl();
  private final Repairs repairs;
  private final MemberTable members;
  private long tx;
  private long next;
  private int sums;
  private long blockedUntilNs;
  private long heartbeatNs = Long.MAX_VALUE;
  private long pauseNs = FIRST_HEARTBEAT_NS;
  private long probeNs = Long.MAX_VALUE;
  private long probedNs;

  /**
   * Makes the sending half of one incarnation ({@code epoch}) of a node.
   *
   * @param needsOwn whether we ourselves may still need our messages, although everybody has them
   */
  Sender(
      String activity,
      long epoch,
      SendLog log,
      ChannelLimits limits,
      ChannelClock clock,
      ChannelOutput out,
      BiConsumer<MeshAddress, Boolean> onSlow,
      BooleanSupplier needsOwn) {
    this.activity = activity;
    this.log = log;
    this.unicastCost = limits.unicastCost();
    this.members = new MemberTable(limits, onSlow);
    this.clock = clock;
    this.out = out;
    this.needsOwn = needsOwn;
    // Higher than those of an earlier life, which members may remember.
    this.tx = epoch << 32;
    this.next = log.storedEnd();
    this.blockedUntilNs = clock.nowNs();
    this.repairs =
        new Repairs(new RepairPlanner(this::unicastCost, this::lossOf), this::sendSingle);
  }

  void setMembers(Set<MeshAddress> others) {
    members.set(others, log.base(), tx, clock.nowNs());
    if (others.isEmpty()) {
      repairs.clear();
    }
    expectWord();
    pump();
  }

  /** Returns how many bytes wait to be sent for the first time, to all or to some by stream. */
  long backlogBytes() {
    return log.bytesFrom(members.firstWaiting(next, log.base(), clock.nowNs()));
  }

  /** Sends what may be sent now. */
  void pump() {
    long nowNs = clock.nowNs();
    if (members.listening().isEmpty() || out.maxPacketBytes() == 0) {
      next = log.storedEnd();
    } else if (nowNs - blockedUntilNs >= 0) {
      transmit(nowNs);
    }
    members.all().forEach(this::stream);
    trim();
    expectWord();
  }

  private void transmit(long nowNs) {
    long limit = members.windowEnd(next, log.base());
    boolean sent = true;
    while (sent) {
      Repairs.Repair repair = repairs.peek();
      if (repair != null) {
        sent = transmitRepair(repair, nowNs);
      } else {
        sent = next < limit && next < log.storedEnd() && transmitNew(nowNs);
      }
    }
    members.setStalled(next >= limit && next < log.storedEnd(), nowNs);
  }

  private boolean transmitNew(long nowNs) {
    byte[] body = log.body(next);
    if (body == null) {
      next = Math.max(next + 1, log.base());
      return true;
    }
    if (!transmit(() -> data(next, tx + 1, body), PacketCodec.OVERHEAD + body.length, nowNs)) {
      return false;
    }
    next++;
    return true;
  }

  private boolean transmitRepair(Repairs.Repair repair, long nowNs) {
    List<byte[]> bodies = new ArrayList<>();
    for (long n = repair.first(); n < repair.first() + Math.max(1, repair.count()); n++) {
      byte[] body = log.body(n);
      if (body == null) {
        // Forgotten meanwhile: whoever misses it learns that from the base.
        repairs.sent(0, nowNs);
        return true;
      }
      bodies.add(body);
    }
    int longest = bodies.stream().mapToInt(b -> b.length).max().orElse(0);
    boolean sent =
        transmit(
            () ->
                repair.count() == 0
                    ? data(repair.first(), tx + 1, bodies.get(0))
                    : sum(repair, bodies),
            PacketCodec.OVERHEAD + Erasure.LENGTH_BYTES + longest,
            nowNs);
    if (sent) {
      repairs.sent(tx, nowNs);
    }
    return sent;
  }

  private Packet sum(Repairs.Repair repair, List<byte[]> bodies) {
    int index = sums++ % Erasure.INDEXES;
    byte[] symbol = Erasure.encode(repair.first(), index, bodies);
    return new Packet.Parity(
        log.stream(), tx + 1, ackerForm(), repair.first(), repair.count(), index, symbol);
  }

  private Packet.Data data(long number, long transmission, byte[] body) {
    return new Packet.Data(
        log.stream(), transmission, ackerForm(), number, number - log.base(), body);
  }

  /** Sends the packet of the next transmission, if the rate and the socket let it. */
  private boolean transmit(Supplier<Packet> packet, int bytes, long nowNs) {
    if (!rate.allows(bytes)) {
      return false;
    }
    byte[] encoded = PacketCodec.encode(packet.get());
    SendOutcome outcome = out.multicast(encoded);
    if (outcome == SendOutcome.NO_CAPACITY) {
      blockedUntilNs = nowNs + BLOCKED_NS;
      return false;
    }
    // One that is too large for an interface of today is left to the streams.
    rate.onSent(++tx, encoded.length, nowNs);
    beatSoon(nowNs + FIRST_HEARTBEAT_NS);
    return true;
  }

  void onReport(MeshAddress from, long stream, Position position) {
    Member member = members.get(from);
    if (member == null || stream != log.stream()) {
      return;
    }
    if (takePosition(member, position)) {
      pump();
    }
  }

  private boolean takePosition(Member member, Position position) {
    if (position.received() > log.storedEnd() || position.tx() > tx) {
      out.violation(member.address, "has what was never sent");
      return false;
    }
    long nowNs = clock.nowNs();
    member.heardNs = nowNs;
    member.paused = false;
    if (position.received() > member.received || position.stored() > member.stored) {
      member.movedNs = nowNs;
    }
    member.stored = Math.max(member.stored, position.stored());
    member.received = Math.max(member.received, position.received());
    member.noteHeard(position.heard(), nowNs);
    if (member.onHeard(position, tx)) {
      member.byStream = false;
    } else if (members.isDeaf(member, position, tx, nowNs)) {
      member.serveByStream(tx, nowNs);
    }
    member.spoke(tx);
    members.onMoved(member, next);
    return true;
  }

  void onNack(MeshAddress from, Packet.Nack nack) {
    Member member = members.get(from);
    if (member == null || nack.stream() != log.stream()) {
      return;
    }
    if (!member.mayAsk(clock.nowNs())) {
      out.violation(from, "asks too often");
      return;
    }
    if (!takePosition(member, nack.position())) {
      return;
    }
    boolean gone = false;
    long nowNs = clock.nowNs();
    boolean busy = next < log.storedEnd();
    for (long packet : nack.packets()) {
      if (packet >= log.storedEnd()) {
        out.violation(from, "asks for what was never sent");
        break;
      } else if (packet < log.base()) {
        gone = true;
      } else {
        repairs.onMissing(from, packet, nack.position().tx(), busy, nowNs);
      }
    }
    if (gone) {
      var unused = out.direct(from, PacketCodec.encode(heartbeat(0, List.of())));
    }
  }

  void onAck(MeshAddress from, Packet.Ack ack) {
    Member member = members.get(from);
    if (member == null || ack.stream() != log.stream()) {
      return;
    }
    if (ack.tx() > tx) {
      out.violation(from, "acknowledges what was never sent");
      return;
    }
    if (member == members.acker() && rate.onAck(ack.tx(), ack.heldNs(), clock.nowNs())) {
      member.heardNs = clock.nowNs();
      member.spoke(tx);
      pump();
    }
  }

  /** This member says that it knows nothing of the activity. */
  void onNotMember(MeshAddress from) {
    Member member = members.get(from);
    if (member != null) {
      member.paused = true;
    }
  }

  /** This member was heard after silence, or restarted: it is taken to hear multicast again. */
  void onReachable(MeshAddress peer) {
    Member member = members.get(peer);
    if (member == null || (!member.byStream && member.stored >= next)) {
      return;
    }
    member.byStream = false;
    member.heardNs = clock.nowNs();
    member.owedSinceNs = member.heardNs;
    member.spoke(tx);
    beatSoon(clock.nowNs() + FIRST_HEARTBEAT_NS / 2);
    expectWord();
  }

  /** A stream to this member is ready, or may have lost something. */
  void onStreamReady(MeshAddress peer) {
    Member member = members.get(peer);
    if (member != null && member.byStream) {
      member.streamed = member.stored;
      stream(member);
    }
  }

  /** Says whether this member is owed something by stream. */
  boolean hasWork(MeshAddress peer) {
    Member member = members.get(peer);
    return member != null && isStreamedTo(member);
  }

  void onTime() {
    long nowNs = clock.nowNs();
    repairs.onTime(nowNs);
    if (rate.onTime(nowNs)) {
      members.passAcker();
    }
    for (Member quiet : members.judge(next, tx, nowNs)) {
      // Does it not hear multicast, or are its words lost, or is all the air full? It answers this.
      if (out.direct(quiet.address, PacketCodec.encode(heartbeat(0, List.of(quiet))))
          == SendOutcome.UNKNOWN_PEER) {
        quiet.serveByStream(tx, nowNs);
      }
    }
    pump();
    beat(nowNs);
  }

  /** Returns when to call {@link #onTime}; {@code Long.MAX_VALUE}: when something happened. */
  long deadlineNs() {
    long deadline = Math.min(repairs.deadlineNs(), Math.min(heartbeatNs, probeNs));
    deadline = Math.min(deadline, Math.min(rate.deadlineNs(), members.deadlineNs(next)));
    if (blockedUntilNs - clock.nowNs() > 0) {
      deadline = Math.min(deadline, blockedUntilNs);
    }
    return deadline;
  }

  private void beat(long nowNs) {
    if (nowNs - heartbeatNs >= 0 && heartbeatNs != Long.MAX_VALUE) {
      sendHeartbeat(members.overdue(nowNs), nowNs);
      pauseNs = Math.min(LAST_HEARTBEAT_NS, SLOWER * pauseNs);
      if (pauseNs > LAST_URGENT_NS) {
        // Whoever has not heard by now is not helped by haste, and the others are yet to tell.
        pauseNs = Math.max(pauseNs, members.patienceNs());
      }
      heartbeatNs = nowNs + pauseNs;
    }
    if (probeNs != Long.MAX_VALUE && nowNs - probeNs >= 0) {
      // Somebody is served by stream: does multicast not reach them still?
      sendHeartbeat(List.of(), nowNs);
      probedNs = nowNs;
    }
    expectWord();
  }

  private void beatSoon(long atNs) {
    pauseNs = FIRST_HEARTBEAT_NS;
    heartbeatNs = atNs;
  }

  private void sendHeartbeat(List<Member> unheard, long nowNs) {
    byte[] packet = PacketCodec.encode(heartbeat(tx + 1, unheard));
    if (out.multicast(packet) != SendOutcome.NO_CAPACITY) {
      tx++;
      if (rate.isWaiting()) {
        rate.onSent(tx, packet.length, nowNs);
      }
    }
  }

  private Packet.Heartbeat heartbeat(long transmission, List<Member> unheard) {
    return new Packet.Heartbeat(
        log.stream(),
        transmission,
        // Of what has been acknowledged, nothing more is to be learnt.
        rate.isWaiting() ? ackerForm() : 0,
        next,
        log.base(),
        unheard.stream().map(m -> Member.shortForm(m.address)).toList());
  }

  /** Heartbeats go on for as long as anybody owes us word. */
  private void expectWord() {
    long nowNs = clock.nowNs();
    if (!members.noteDebts(next, tx, nowNs)) {
      heartbeatNs = Long.MAX_VALUE;
    } else if (heartbeatNs == Long.MAX_VALUE) {
      beatSoon(nowNs + FIRST_HEARTBEAT_NS);
    }
    boolean streamed = members.all().stream().anyMatch(this::isStreamedTo);
    probeNs = streamed ? Math.max(nowNs, probedNs + PROBE_NS) : Long.MAX_VALUE;
  }

  private boolean isStreamedTo(Member member) {
    return member.byStream && !member.paused && member.stored < log.storedEnd();
  }

  private void stream(Member member) {
    if (!member.byStream || member.paused) {
      return;
    }
    member.streamed = Math.max(member.streamed, log.base());
    long end = Math.min(log.storedEnd(), Math.max(member.stored, log.base()) + STREAM_WINDOW);
    while (member.streamed < end) {
      byte[] body = log.body(member.streamed);
      if (body != null) {
        byte[] packet = PacketCodec.encode(data(member.streamed, 0, body));
        out.stream(member.address, new Message.Carried(activity, Bytes.of(packet)));
      }
      member.streamed++;
    }
  }

  private boolean sendSingle(MeshAddress member, long packet) {
    byte[] body = log.body(packet);
    if (body == null || members.get(member) == null) {
      return true;
    }
    return switch (out.direct(member, PacketCodec.encode(data(packet, 0, body)))) {
      case SENT, QUEUED -> true;
      case NO_CAPACITY, UNKNOWN_PEER, TOO_LARGE -> false;
    };
  }

  /** Forgets what everybody has. */
  void trim() {
    log.trim(needsOwn.getAsBoolean() ? log.base() : members.storedByAll(log.storedEnd()), next);
  }

  private int ackerForm() {
    Member acker = members.acker();
    return acker == null ? 0 : Member.ackerForm(acker.address);
  }

  private double unicastCost(MeshAddress member) {
    return out.isUnicast(member) ? unicastCost : 1;
  }

  private double lossOf(MeshAddress address) {
    Member member = members.get(address);
    return member == null ? 0 : member.loss();
  }
}
