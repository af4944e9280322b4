package io.limpet.invitation.internal.group;

import io.limpet.link.MeshAddress;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One sender's stream as it arrives here: puts packets in order, however they come, solves sums for
 * what is missing, and makes messages of them.
 *
 * <p>Where it begins is told by {@link #anchor}; what comes before that is held.
 */
final class Inbound {
  /** How many packets are kept for the sake of sums that come later. */
  private static final int RECENT = 2 * ChannelLimits.MAX_SPAN;

  private static final int MAX_SUMS = 64;

  /** Takes messages, in order. */
  @FunctionalInterface
  interface Sink {
    /**
     * Takes a message.
     *
     * @param end the packet after its last
     */
    void onMessage(Inbound from, Delivery message, long end);
  }

  /** Why a packet was not taken. */
  enum Verdict {
    TAKEN,
    KNOWN,
    TOO_FAR,
    NO_ROOM,
    BROKEN
  }

  final MeshAddress sender;
  final long stream;
  final Gaps gaps;
  private final ChannelLimits limits;
  private final Room room;
  private final Sink sink;
  private final NavigableMap<Long, byte[]> held = new TreeMap<>();
  private final NavigableMap<Long, byte[]> recent = new TreeMap<>();
  private final List<Packet.Parity> sums = new ArrayList<>();
  private boolean anchored;
  private boolean broken;
  private long next = 1;
  private long nextSequence = 1;
  private long stored = 1;
  private long storedSequence = 1;
  private long highest = 1;
  private long base = 1;
  private @Nullable ByteArrayOutputStream assembling;
  private int expectedIndex;
  private int expectedCount;
  private int used;

  Inbound(
      MeshAddress sender,
      long stream,
      ChannelLimits limits,
      Room room,
      RandomGenerator random,
      Sink sink) {
    this.sender = sender;
    this.stream = stream;
    this.limits = limits;
    this.room = room;
    this.sink = sink;
    this.gaps = new Gaps(random, (int) Math.ceil(1 / limits.unicastCost()));
  }

  boolean isAnchored() {
    return anchored;
  }

  /** Returns the first packet that has not arrived. */
  long next() {
    return next;
  }

  /** Returns the first packet that is not stored. */
  long stored() {
    return stored;
  }

  /** Returns the sequence of the first message that is not stored. */
  long storedSequence() {
    return storedSequence;
  }

  /** Returns the first packet that the sender still keeps, as far as is known. */
  long base() {
    return base;
  }

  /** Says whether the sender no longer keeps what comes next. */
  boolean isCutOff() {
    return anchored && base > next;
  }

  /**
   * Begins, or goes back or on, at the beginning of a message.
   *
   * @param sequence of that message, or 0 when it is not known
   */
  void anchor(long packet, long sequence, long nowNs) {
    anchored = true;
    next = packet;
    nextSequence = sequence;
    stored = packet;
    storedSequence = sequence;
    assembling = null;
    recent.values().forEach(this::release);
    recent.clear();
    sums.clear();
    NavigableMap<Long, byte[]> passed = held.headMap(packet, false);
    passed.values().forEach(this::release);
    passed.clear();
    gaps.forgetBelow(Long.MAX_VALUE);
    highest = packet;
    for (long number : List.copyOf(held.keySet())) {
      extend(number, nowNs);
    }
    advance();
  }

  /** Forgets where it was: what comes is held until there is a new beginning. */
  void unanchor() {
    anchored = false;
    gaps.forgetBelow(Long.MAX_VALUE);
  }

  /** A message is stored. */
  void onStored(long end, long sequence) {
    stored = Math.max(stored, end);
    storedSequence = Math.max(storedSequence, sequence + 1);
  }

  /** Learns what the sender has, and still has. */
  void onExtent(long from, long to, long nowNs) {
    base = Math.max(base, from);
    if (anchored) {
      extendTo(Math.min(to, next + limits.windowPackets()), nowNs);
    }
  }

  Verdict onPacket(long number, byte[] body, long nowNs) {
    Verdict verdict = take(number, body, nowNs);
    if (verdict == Verdict.TAKEN && !sums.isEmpty()) {
      solve(nowNs);
    }
    return broken ? Verdict.BROKEN : verdict;
  }

  Verdict onSum(Packet.Parity sum, long nowNs) {
    long end = sum.first() + sum.count();
    if (!anchored || end <= next) {
      return Verdict.KNOWN;
    }
    if (end > next + limits.windowPackets()) {
      return Verdict.TOO_FAR;
    }
    extendTo(end, nowNs);
    if (missing(sum).isEmpty() || lacksRecent(sum)) {
      return Verdict.KNOWN;
    }
    if (sums.size() == MAX_SUMS) {
      sums.remove(0);
    }
    sums.add(sum);
    solve(nowNs);
    return broken ? Verdict.BROKEN : Verdict.TAKEN;
  }

  /** Lets go of what is only kept for sums. */
  void forgetRecent() {
    recent.values().forEach(this::release);
    recent.clear();
    sums.clear();
  }

  /** Lets go of everything. */
  void close() {
    held.clear();
    recent.clear();
    room.give(used);
    room.pass(this);
    used = 0;
    broken = true;
  }

  private Verdict take(long number, byte[] body, long nowNs) {
    if (broken) {
      return Verdict.BROKEN;
    }
    if (number < next || held.containsKey(number)) {
      return Verdict.KNOWN;
    }
    long from = anchored || held.isEmpty() ? next : held.firstKey();
    if ((anchored || !held.isEmpty()) && number >= from + limits.windowPackets()) {
      return Verdict.TOO_FAR;
    }
    if (!room.take(this, used, body.length, number == next, nowNs)) {
      return Verdict.NO_ROOM;
    }
    used += body.length;
    held.put(number, body);
    if (anchored) {
      extend(number, nowNs);
      gaps.onArrived(number, nowNs);
      advance();
    }
    return Verdict.TAKEN;
  }

  private void extend(long number, long nowNs) {
    extendTo(number, nowNs);
    highest = Math.max(highest, number + 1);
  }

  private void extendTo(long end, long nowNs) {
    if (end > highest) {
      gaps.add(highest, end, nowNs);
      highest = end;
    }
  }

  private void advance() {
    while (!broken && !held.isEmpty() && held.firstKey() == next) {
      byte[] body = held.pollFirstEntry().getValue();
      recent.put(next, body);
      next++;
      while (recent.size() > RECENT) {
        release(recent.pollFirstEntry().getValue());
      }
      assemble(body);
    }
  }

  private void assemble(byte[] body) {
    Fragment piece = Fragment.read(body);
    ByteArrayOutputStream message = assembling;
    if (piece != null && nextSequence == 0 && piece.index() == 0) {
      nextSequence = piece.sequence();
    }
    if (piece == null || piece.sequence() != nextSequence) {
      broken = true;
      return;
    }
    if (piece.index() == 0) {
      message = new ByteArrayOutputStream(piece.bytes().length);
      assembling = message;
      expectedIndex = 0;
      expectedCount = piece.count();
    }
    if (message == null
        || piece.index() != expectedIndex
        || piece.count() != expectedCount
        || message.size() + piece.bytes().length > ChannelLimits.MAX_MESSAGE) {
      broken = true;
      return;
    }
    message.writeBytes(piece.bytes());
    room.force(piece.bytes().length);
    used += piece.bytes().length;
    expectedIndex++;
    if (expectedIndex == expectedCount) {
      byte[] payload = message.toByteArray();
      room.give(payload.length);
      room.pass(this);
      used -= payload.length;
      assembling = null;
      nextSequence++;
      sink.onMessage(this, new Delivery(sender, stream, nextSequence - 1, payload), next);
    }
  }

  private void solve(long nowNs) {
    boolean solved = true;
    while (solved && !broken) {
      sums.removeIf(s -> missing(s).isEmpty() || lacksRecent(s));
      solved = false;
      if (isWorthTrying()) {
        SortedMap<Long, byte[]> found = Erasure.solve(List.copyOf(sums), known());
        for (Map.Entry<Long, byte[]> entry : found.entrySet()) {
          solved |= take(entry.getKey(), entry.getValue(), nowNs) == Verdict.TAKEN;
        }
      }
    }
  }

  /** Says whether some of the sums have no more unknowns together than they are. */
  private boolean isWorthTrying() {
    for (Packet.Parity sum : sums) {
      List<Long> unknown = missing(sum);
      long about = sums.stream().filter(s -> unknown.containsAll(missing(s))).count();
      if (about >= unknown.size()) {
        return true;
      }
    }
    return false;
  }

  private Map<Long, byte[]> known() {
    Map<Long, byte[]> known = new HashMap<>(recent);
    known.putAll(held);
    return known;
  }

  private List<Long> missing(Packet.Parity sum) {
    List<Long> missing = new ArrayList<>();
    for (long n = Math.max(next, sum.first()); n < sum.first() + sum.count(); n++) {
      if (!held.containsKey(n)) {
        missing.add(n);
      }
    }
    return missing;
  }

  private boolean lacksRecent(Packet.Parity sum) {
    return sum.first() < next && (recent.isEmpty() || recent.firstKey() > sum.first());
  }

  private void release(byte[] body) {
    room.give(body.length);
    used -= body.length;
  }
}
