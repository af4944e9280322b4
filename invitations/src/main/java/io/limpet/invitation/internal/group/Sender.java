package io.limpet.invitation.internal.group;

import io.limpet.invitation.internal.wire.Message;
import io.limpet.link.Bytes;
import io.limpet.link.MeshAddress;
import io.limpet.link.SendOutcome;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The sending half of a channel: our packets go out once by multicast, what members miss is made
 * good, and those whom multicast does not reach are served by stream.
 */
final class Sender {
  private static final long FIRST_HEARTBEAT_NS = 20_000_000L;
  private static final int MOST_DOUBLINGS = 9;

  /** From this heartbeat on those who have said nothing are named. */
  private static final int NAMING_FROM = 4;

  private static final long SILENT_NS = 1_500_000_000L;
  private static final long SLOW_NS = 3_000_000_000L;
  private static final long PROBE_NS = 1_000_000_000L;
  private static final long BLOCKED_NS = 5_000_000L;
  private static final int STREAM_WINDOW = 128;

  private final String activity;
  private final SendLog log;
  private final ChannelLimits limits;
  private final ChannelClock clock;
  private final ChannelOutput out;
  private final BiConsumer<MeshAddress, Boolean> onSlow;
  private final RateControl rate = new RateControl();
  private final Repairs repairs;
  private final Map<MeshAddress, Member> members = new TreeMap<>();
  private long tx;
  private long next;
  private int sums;
  private @Nullable Member acker;
  private long blockedUntilNs = Long.MIN_VALUE;
  private long stalledSinceNs = Long.MAX_VALUE;
  private long heartbeatNs = Long.MAX_VALUE;
  private int heartbeats;
  private long probeNs = Long.MAX_VALUE;
  private long probedNs;

  /** Makes the sending half of one incarnation ({@code epoch}) of a node. */
  Sender(
      String activity,
      long epoch,
      SendLog log,
      ChannelLimits limits,
      ChannelClock clock,
      ChannelOutput out,
      BiConsumer<MeshAddress, Boolean> onSlow) {
    this.activity = activity;
    this.log = log;
    this.limits = limits;
    this.clock = clock;
    this.out = out;
    this.onSlow = onSlow;
    // Higher than those of an earlier life, which members may remember.
    this.tx = epoch << 32;
    this.next = log.storedEnd();
    this.repairs =
        new Repairs(new RepairPlanner(this::unicastCost, this::lossOf), this::sendSingle);
  }

  void setMembers(Set<MeshAddress> others) {
    members.keySet().retainAll(others);
    long nowNs = clock.nowNs();
    for (MeshAddress other : others) {
      Member member =
          members.computeIfAbsent(other, o -> new Member(o, log.base(), nowNs));
      member.paused = false;
    }
    if (acker != null && members.get(acker.address) != acker) {
      acker = null;
    }
    if (members.isEmpty()) {
      repairs.clear();
    }
    trim();
    expectWord();
    pump();
  }

  /** Returns how many bytes wait to be sent for the first time, to all or to some by stream. */
  long backlogBytes() {
    long nowNs = clock.nowNs();
    long first = next;
    for (Member member : members.values()) {
      if (member.byStream && nowNs - member.heardNs < SLOW_NS) {
        first = Math.min(first, Math.max(member.streamed, log.base()));
      }
    }
    return log.bytesFrom(first);
  }

  /** Sends what may be sent now. */
  void pump() {
    long nowNs = clock.nowNs();
    if (listening().isEmpty() || out.maxPacketBytes() == 0) {
      next = log.storedEnd();
    } else if (nowNs - blockedUntilNs >= 0) {
      transmit(nowNs);
    }
    members.values().forEach(this::stream);
    expectWord();
  }

  private void transmit(long nowNs) {
    long limit = windowEnd();
    boolean sent = true;
    while (sent) {
      Repairs.Repair repair = repairs.peek();
      if (repair != null) {
        sent = transmitRepair(repair, nowNs);
      } else {
        sent = next < limit && next < log.storedEnd() && transmitNew(nowNs);
      }
    }
    boolean stalled = next >= limit && next < log.storedEnd();
    if (!stalled) {
      stalledSinceNs = Long.MAX_VALUE;
    } else if (stalledSinceNs == Long.MAX_VALUE) {
      stalledSinceNs = nowNs;
    }
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
            () -> repair.count() == 0 ? data(repair.first(), tx + 1, bodies.get(0)) : sum(repair, bodies),
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
    electAcker();
    byte[] encoded = PacketCodec.encode(packet.get());
    SendOutcome outcome = out.multicast(encoded);
    if (outcome == SendOutcome.NO_CAPACITY) {
      blockedUntilNs = nowNs + BLOCKED_NS;
      return false;
    }
    // One that is too large for an interface of today is left to the streams.
    rate.onSent(++tx, encoded.length, nowNs);
    heartbeats = 0;
    heartbeatNs = nowNs + FIRST_HEARTBEAT_NS;
    return true;
  }

  void onReport(MeshAddress from, long stream, Position position) {
    Member member = members.get(from);
    if (member == null || stream != log.stream()) {
      return;
    }
    if (takePosition(member, position)) {
      trim();
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
    if (member.onHeard(position, tx)) {
      member.byStream = false;
    }
    if (member.slow && member.stored + limits.windowPackets() / 2 >= next) {
      member.slow = false;
      onSlow.accept(member.address, false);
    }
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
    for (int i = 0; i < 8 * nack.missing().length; i++) {
      long packet = nack.first() + i;
      if ((nack.missing()[i / 8] >> i % 8 & 1) == 0) {
        continue;
      }
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
    if (member == acker && rate.onAck(ack.tx(), ack.heldNs(), clock.nowNs())) {
      member.heardNs = clock.nowNs();
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
    heartbeats = 0;
    heartbeatNs = clock.nowNs() + FIRST_HEARTBEAT_NS / 2;
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
    return member != null && member.byStream && !member.paused && member.stored < log.storedEnd();
  }

  void onTime() {
    long nowNs = clock.nowNs();
    repairs.onTime(nowNs);
    if (rate.onTime(nowNs)) {
      acker = nextListening();
    }
    judgeSilence(nowNs);
    judgeSlowness(nowNs);
    pump();
    beat(nowNs);
  }

  /** Returns when to call {@link #onTime}; {@code Long.MAX_VALUE}: when something happened. */
  long deadlineNs() {
    long deadline = Math.min(repairs.deadlineNs(), Math.min(heartbeatNs, probeNs));
    deadline = Math.min(deadline, rate.deadlineNs());
    if (blockedUntilNs - clock.nowNs() > 0) {
      deadline = Math.min(deadline, blockedUntilNs);
    }
    for (Member member : members.values()) {
      if (member.owes && !member.byStream) {
        deadline = Math.min(deadline, Math.max(member.owedSinceNs, member.heardNs) + SILENT_NS);
      }
      if (isInTheWay(member)) {
        deadline = Math.min(deadline, Math.max(stalledSinceNs, member.movedNs) + SLOW_NS);
      }
    }
    return deadline;
  }

  private void beat(long nowNs) {
    if (nowNs - heartbeatNs >= 0 && heartbeatNs != Long.MAX_VALUE) {
      List<Integer> unheard = heartbeats < NAMING_FROM ? List.of() : unheard();
      sendHeartbeat(unheard, nowNs);
      heartbeats = Math.min(heartbeats + 1, MOST_DOUBLINGS);
      heartbeatNs = nowNs + (FIRST_HEARTBEAT_NS << heartbeats);
    }
    if (probeNs != Long.MAX_VALUE && nowNs - probeNs >= 0) {
      // Somebody is served by stream: does multicast not reach them still?
      sendHeartbeat(List.of(), nowNs);
      probedNs = nowNs;
    }
    expectWord();
  }

  private void sendHeartbeat(List<Integer> unheard, long nowNs) {
    electAcker();
    byte[] packet = PacketCodec.encode(heartbeat(tx + 1, unheard));
    if (out.multicast(packet) != SendOutcome.NO_CAPACITY) {
      tx++;
      if (acker != null) {
        rate.onSent(tx, packet.length, nowNs);
      }
    }
  }

  private Packet.Heartbeat heartbeat(long transmission, List<Integer> unheard) {
    return new Packet.Heartbeat(
        log.stream(), transmission, ackerForm(), next, log.base(), unheard);
  }

  private List<Integer> unheard() {
    return listening().stream()
        .filter(m -> m.stored < next)
        .map(m -> Member.shortForm(m.address))
        .limit(PacketCodec.MAX_UNHEARD)
        .toList();
  }

  /** Notes who owes us word, and since when; heartbeats go on for as long as anybody does. */
  private void expectWord() {
    long nowNs = clock.nowNs();
    boolean owed = false;
    boolean streamed = false;
    for (Member member : members.values()) {
      boolean owes = member.stored < next;
      if (owes && !member.owes) {
        member.owedSinceNs = nowNs;
      }
      member.owes = owes;
      owed |= owes && !member.byStream;
      streamed |= member.byStream && !member.paused && member.stored < log.storedEnd();
    }
    if (!owed) {
      heartbeatNs = Long.MAX_VALUE;
    } else if (heartbeatNs == Long.MAX_VALUE) {
      heartbeats = 0;
      heartbeatNs = nowNs + FIRST_HEARTBEAT_NS;
    }
    probeNs = streamed ? Math.max(nowNs, probedNs + PROBE_NS) : Long.MAX_VALUE;
  }

  private void judgeSilence(long nowNs) {
    for (Member member : listening()) {
      if (member.owes && nowNs - Math.max(member.owedSinceNs, member.heardNs) >= SILENT_NS) {
        member.serveByStream(tx);
      }
    }
  }

  private void judgeSlowness(long nowNs) {
    for (Member member : listening()) {
      if (isInTheWay(member)
          && nowNs - Math.max(stalledSinceNs, member.movedNs) >= SLOW_NS) {
        member.slow = true;
        onSlow.accept(member.address, true);
      }
    }
  }

  private boolean isInTheWay(Member member) {
    return stalledSinceNs != Long.MAX_VALUE
        && !member.byStream
        && !member.slow
        && member.received + limits.windowPackets() <= next;
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
    if (body == null || !members.containsKey(member)) {
      return true;
    }
    return switch (out.direct(member, PacketCodec.encode(data(packet, 0, body)))) {
      case SENT, QUEUED -> true;
      case NO_CAPACITY, UNKNOWN_PEER, TOO_LARGE -> false;
    };
  }

  private void trim() {
    long had = log.storedEnd();
    for (Member member : members.values()) {
      had = Math.min(had, member.stored);
    }
    log.trim(had, next);
  }

  private long windowEnd() {
    long slowest = next;
    for (Member member : listening()) {
      if (!member.slow) {
        slowest = Math.min(slowest, member.received);
      }
    }
    return Math.max(slowest, log.base()) + limits.windowPackets();
  }

  private Collection<Member> listening() {
    return members.values().stream().filter(m -> !m.byStream).toList();
  }

  private void electAcker() {
    if (acker == null || acker.byStream) {
      acker = nextListening();
    }
  }

  /** Returns the listening member after the acker in order of address, or the first. */
  private @Nullable Member nextListening() {
    Collection<Member> all = listening();
    Member before = acker;
    return all.stream()
        .filter(m -> before != null && m.address.compareTo(before.address) > 0)
        .findFirst()
        .orElse(all.stream().findFirst().orElse(null));
  }

  private int ackerForm() {
    return acker == null ? 0 : Member.ackerForm(acker.address);
  }

  private double unicastCost(MeshAddress member) {
    return out.isUnicast(member) ? limits.unicastCost() : 1;
  }

  private double lossOf(MeshAddress address) {
    Member member = members.get(address);
    return member == null ? 0 : member.loss();
  }
}
