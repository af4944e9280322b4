package io.limpet.invitation.internal.group;

import io.limpet.invitation.internal.wire.Message;
import io.limpet.link.Bytes;
import io.limpet.link.MeshAddress;
import io.limpet.link.SendOutcome;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The receiving half of a channel: the streams of all others, what is asked of them, and what is
 * said to them of how far they have got.
 */
final class Receiver {
  private static final long NAMED_SPREAD_NS = 30_000_000L;
  private static final long STREAM_REPORT_NS = 10_000_000L;
  private static final long STREAM_LIFE_NS = 5_000_000_000L;
  private static final int REPORT_PACKETS = 256;
  private static final long ACK_NS = 5_000_000L;
  private static final int ACK_PACKETS = 4;

  /** Questions of all members together leave most of the air to the answers. */
  private static final long SPACING_PER_MEMBER_NS = 2_000_000L;

  /** From so many others on, one datagram to all that tells every sender is the cheaper one. */
  private static final int ALOUD_FROM = 5;

  private static final int QUIET_TRIES = 2;
  private static final int MAX_SENDERS = 1024;

  /** What goes with a stream: timers and counts. */
  private static final class Source {
    final Inbound inbound;
    long tx;
    long heard;
    long reportNs = Long.MAX_VALUE;
    long reportedReceived;
    long reportedStored;
    long byStreamNs = Long.MIN_VALUE;
    long ackNs = Long.MAX_VALUE;
    long txAtNs;
    int unacked;

    Source(Inbound inbound) {
      this.inbound = inbound;
    }

    Position position() {
      return new Position(inbound.stored(), inbound.next(), tx, heard);
    }

    Packet.Report told() {
      return new Packet.Report(Member.shortForm(inbound.sender), inbound.stream, position());
    }

    boolean isOwed() {
      return reportNs != Long.MAX_VALUE && inbound.isAnchored();
    }
  }

  /** Is told of a stream whose sender no longer keeps what comes next. */
  @FunctionalInterface
  interface CutOff {
    void onCutOff(MeshAddress sender, long base);
  }

  private final String activity;
  private final MeshAddress self;
  private final ChannelLimits limits;
  private final ChannelClock clock;
  private final RandomGenerator random;
  private final ChannelOutput out;
  private final Deliveries deliveries;
  private final CutOff cutOff;
  private final Room room;
  private final Map<MeshAddress, Source> sources = new TreeMap<>();
  private final Map<MeshAddress, Deliveries.Watermark> known = new HashMap<>();
  private Set<MeshAddress> others = Set.of();
  private long togetherNs = Long.MIN_VALUE / 2;
  private boolean running;

  Receiver(
      String activity,
      MeshAddress self,
      ChannelLimits limits,
      ChannelClock clock,
      RandomGenerator random,
      ChannelOutput out,
      Deliveries deliveries,
      CutOff cutOff) {
    this.activity = activity;
    this.self = self;
    this.limits = limits;
    this.clock = clock;
    this.random = random;
    this.out = out;
    this.deliveries = deliveries;
    this.cutOff = cutOff;
    this.room = new Room(limits.heldBytes());
  }

  void setMembers(Set<MeshAddress> now) {
    others = now;
    for (MeshAddress gone : List.copyOf(sources.keySet())) {
      if (!now.contains(gone)) {
        remember(sources.remove(gone));
      }
    }
    if (known.size() > MAX_SENDERS) {
      known.keySet().retainAll(now);
    }
    room.setStreams(now.size());
  }

  /** Goes on, or begins, from what is stored, or what a snapshot holds. */
  void start(Collection<Deliveries.Watermark> marks) {
    known.clear();
    marks.forEach(m -> known.put(m.sender(), m));
    running = true;
    long nowNs = clock.nowNs();
    for (Source source : sources.values()) {
      Deliveries.Watermark mark = known.get(source.inbound.sender);
      if (mark != null && mark.stream() == source.inbound.stream) {
        begin(source, mark.packet(), mark.sequence(), nowNs);
      }
    }
  }

  /** What comes is held until {@link #start}. */
  void stop() {
    running = false;
    sources.values().forEach(this::remember);
    sources.values().forEach(s -> s.inbound.unanchor());
  }

  /** Returns how far each stream is stored, those of earlier members included. */
  List<Deliveries.Watermark> watermarks() {
    sources.values().forEach(this::remember);
    return List.copyOf(known.values());
  }

  private void remember(Source source) {
    Inbound inbound = source.inbound;
    if (inbound.isAnchored()) {
      known.put(
          inbound.sender,
          new Deliveries.Watermark(
              inbound.sender, inbound.stream, inbound.stored(), inbound.storedSequence()));
    }
    if (!others.contains(inbound.sender)) {
      inbound.close();
    }
  }

  void onPacket(MeshAddress from, Packet.OfSender packet, boolean byStream) {
    if (!others.contains(from) || deliveries.isFull()) {
      return;
    }
    Source source = source(from, packet.stream());
    if (source == null) {
      return;
    }
    long nowNs = clock.nowNs();
    hear(source, packet, nowNs);
    if (byStream) {
      source.byStreamNs = nowNs;
      source.reportNs = Math.min(source.reportNs, nowNs + STREAM_REPORT_NS);
    }
    if (packet instanceof Packet.Data data) {
      source.inbound.onExtent(data.number() - data.lag(), data.number(), nowNs);
      anchor(source, nowNs);
      judge(source, source.inbound.onPacket(data.number(), data.body(), nowNs));
    } else if (packet instanceof Packet.Parity sum) {
      judge(source, source.inbound.onSum(sum, nowNs));
    } else if (packet instanceof Packet.Heartbeat beat) {
      source.inbound.onExtent(beat.base(), beat.next(), nowNs);
      anchor(source, nowNs);
      source.inbound.onExtent(beat.base(), beat.next(), nowNs);
      if (beat.unheard().contains(Member.shortForm(self))) {
        report(source, random.nextLong(NAMED_SPREAD_NS), nowNs);
      }
    }
    if (source.inbound.isCutOff()) {
      cutOff.onCutOff(from, source.inbound.base());
    }
    if (source.inbound.next() - source.reportedReceived >= REPORT_PACKETS) {
      report(source, 0, nowNs);
    }
    if (room.isTight()) {
      sources.values().forEach(s -> s.inbound.forgetRecent());
    }
  }

  private @Nullable Source source(MeshAddress from, long stream) {
    Source source = sources.get(from);
    if (source != null && source.inbound.stream == stream) {
      return source;
    }
    Deliveries.Watermark mark = known.get(from);
    long newest =
        Math.max(source == null ? 0 : source.inbound.stream, mark == null ? 0 : mark.stream());
    if (stream < newest || stream < 1) {
      out.violation(from, "a packet of an earlier life");
      return null;
    }
    if (source != null) {
      source.inbound.close();
    }
    Source fresh = new Source(new Inbound(from, stream, limits, room, random, deliveries::add));
    sources.put(from, fresh);
    if (running && mark != null && mark.stream() == stream) {
      begin(fresh, mark.packet(), mark.sequence(), clock.nowNs());
    }
    return fresh;
  }

  /** Of whom nothing is known, everything is wanted: others may have what it no longer keeps. */
  private void anchor(Source source, long nowNs) {
    if (running && !source.inbound.isAnchored()) {
      begin(source, 1, 1, nowNs);
    }
  }

  /** Gives up what a sender no longer keeps. */
  void skip(MeshAddress sender) {
    Source source = sources.get(sender);
    if (source != null && source.inbound.isCutOff()) {
      begin(source, source.inbound.base(), 0, clock.nowNs());
    }
  }

  private void begin(Source source, long packet, long sequence, long nowNs) {
    source.inbound.anchor(packet, sequence, nowNs);
    report(source, random.nextLong(NAMED_SPREAD_NS), nowNs);
  }

  private void hear(Source source, Packet.OfSender packet, long nowNs) {
    if (packet.tx() == 0) {
      return;
    }
    source.heard++;
    if (packet.tx() > source.tx) {
      source.tx = packet.tx();
      source.txAtNs = nowNs;
    }
    if (packet.acker() == Member.ackerForm(self)) {
      source.unacked++;
      source.ackNs = Math.min(source.ackNs, nowNs + ACK_NS);
      if (source.unacked >= ACK_PACKETS) {
        acknowledge(source, nowNs);
      }
    }
  }

  private void judge(Source source, Inbound.Verdict verdict) {
    if (verdict == Inbound.Verdict.BROKEN) {
      out.violation(source.inbound.sender, "pieces that make no message");
    }
  }

  /** Somebody else asks for what is missing of a stream. */
  void onOtherAsks(MeshAddress from, Packet.Nack nack) {
    Source source = sources.get(nack.sender());
    if (!others.contains(from)
        || source == null
        || source.inbound.stream != nack.stream()
        || source.inbound.gaps.isEmpty()) {
      return;
    }
    long nowNs = clock.nowNs();
    for (long packet : nack.packets()) {
      source.inbound.gaps.onOtherAsks(packet, nowNs);
    }
  }

  /** Something was stored: its senders are to learn of it. */
  void onStored() {
    long nowNs = clock.nowNs();
    for (Source source : sources.values()) {
      if (source.inbound.stored() > source.reportedStored && source.reportNs == Long.MAX_VALUE) {
        report(source, isByStream(source, nowNs) ? STREAM_REPORT_NS : leisureNs(nowNs), nowNs);
      }
    }
  }

  /** Returns how long a report may wait; where one tells all senders, they wait for it together. */
  private long leisureNs(long nowNs) {
    if (others.size() < ALOUD_FROM || togetherNs - nowNs <= 0) {
      togetherNs = nowNs + Patience.leastNs() + random.nextLong(Patience.spreadNs(others.size()));
    }
    return togetherNs - nowNs;
  }

  /** All senders are to learn how far we are: we have just come, or come back. */
  void reportToAll() {
    long nowNs = clock.nowNs();
    sources.values().forEach(s -> report(s, random.nextLong(NAMED_SPREAD_NS), nowNs));
  }

  private void report(Source source, long inNs, long nowNs) {
    source.reportNs = Math.min(source.reportNs, nowNs + inNs);
  }

  void onTime() {
    long nowNs = clock.nowNs();
    for (Source source : sources.values()) {
      if (source.ackNs != Long.MAX_VALUE && nowNs - source.ackNs >= 0) {
        acknowledge(source, nowNs);
      }
      ask(source, nowNs);
    }
    report(nowNs);
  }

  /** Tells the senders whose time has come, and the others that wait with them. */
  private void report(long nowNs) {
    boolean aloud = others.size() >= ALOUD_FROM;
    List<Source> together = new ArrayList<>();
    boolean due = false;
    for (Source source : sources.values()) {
      boolean isDue = source.reportNs != Long.MAX_VALUE && nowNs - source.reportNs >= 0;
      if (aloud && source.isOwed() && !isByStream(source, nowNs)) {
        together.add(source);
        due |= isDue;
      } else if (isDue) {
        sendReport(source, nowNs);
      }
    }
    if (due) {
      int room = out.maxPacketBytes() - PacketCodec.REPORTS_HEAD;
      int most = Math.max(1, Math.min(room / PacketCodec.REPORT_BYTES, PacketCodec.MAX_REPORTS));
      for (int from = 0; from < together.size(); from += most) {
        sendReports(together.subList(from, Math.min(together.size(), from + most)), nowNs);
      }
    }
  }

  private void sendReports(List<Source> of, long nowNs) {
    List<Packet.Report> each = of.stream().map(Source::told).toList();
    if (isSent(out.multicast(PacketCodec.encode(new Packet.Reports(each))))) {
      of.forEach(Receiver::reported);
    } else {
      of.forEach(source -> sendReport(source, nowNs));
    }
  }

  long deadlineNs() {
    long deadline = Long.MAX_VALUE;
    for (Source source : sources.values()) {
      deadline = Math.min(deadline, Math.min(source.ackNs, source.reportNs));
      deadline = Math.min(deadline, source.inbound.gaps.deadlineNs());
    }
    return deadline;
  }

  private void acknowledge(Source source, long nowNs) {
    source.ackNs = Long.MAX_VALUE;
    source.unacked = 0;
    Packet.Ack ack = new Packet.Ack(source.inbound.stream, source.tx, nowNs - source.txAtNs);
    var unused = out.direct(source.inbound.sender, PacketCodec.encode(ack));
  }

  private void ask(Source source, long nowNs) {
    Gaps gaps = source.inbound.gaps;
    if (gaps.isEmpty()) {
      return;
    }
    boolean aloud = others.size() + 1 >= limits.nackAloudFrom() ^ gaps.tries() > QUIET_TRIES;
    long spacingNs = others.size() * SPACING_PER_MEMBER_NS;
    byte[] missing = gaps.ask(nowNs, spacingNs);
    if (missing == null) {
      return;
    }
    Packet.Nack nack =
        new Packet.Nack(
            source.inbound.sender,
            source.inbound.stream,
            source.position(),
            gaps.firstAsked(),
            missing);
    byte[] packet = PacketCodec.encode(nack);
    boolean said = !aloud && isSent(out.direct(source.inbound.sender, packet));
    said =
        said || isSent(out.multicast(packet)) || isSent(out.direct(source.inbound.sender, packet));
    if (!said) {
      out.stream(source.inbound.sender, new Message.Carried(activity, Bytes.of(packet)));
    }
    reported(source);
  }

  private void sendReport(Source source, long nowNs) {
    if (!source.inbound.isAnchored()) {
      source.reportNs = Long.MAX_VALUE;
      return;
    }
    byte[] packet = PacketCodec.encode(new Packet.Reports(List.of(source.told())));
    MeshAddress sender = source.inbound.sender;
    if (isByStream(source, nowNs) || !isSent(out.direct(sender, packet))) {
      out.stream(sender, new Message.Carried(activity, Bytes.of(packet)));
    }
    reported(source);
  }

  private static void reported(Source source) {
    source.reportNs = Long.MAX_VALUE;
    source.reportedReceived = source.inbound.next();
    source.reportedStored = source.inbound.stored();
  }

  private static boolean isByStream(Source source, long nowNs) {
    return source.byStreamNs != Long.MIN_VALUE && nowNs - source.byStreamNs < STREAM_LIFE_NS;
  }

  private static boolean isSent(SendOutcome outcome) {
    return outcome == SendOutcome.SENT || outcome == SendOutcome.QUEUED;
  }

  /** Returns how many bytes are held of all streams. */
  long heldBytes() {
    return room.taken();
  }

  /** Returns the senders whose streams are cut off. */
  List<MeshAddress> cutOff() {
    List<MeshAddress> cut = new ArrayList<>();
    sources.values().stream()
        .filter(s -> s.inbound.isCutOff())
        .forEach(s -> cut.add(s.inbound.sender));
    return cut;
  }
}
