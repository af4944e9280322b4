package io.limpet.invitation.internal.group;

import io.limpet.link.MeshAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * All other members as our sending half sees them: who listens to multicast, who is silent and so
 * is served by stream, who falls behind and is waited for no longer, and who acknowledges
 * transmissions.
 */
final class MemberTable {

  /** After the last who would have told of itself, before it is asked. */
  private static final long ASK_NS = 500_000_000L;

  /** Who does not answer so many questions is given a stream, which asks in its own way. */
  private static final int QUESTIONS = 3;

  /**
   * For each that is served by stream already, the next has to be unheard, or unhearing, for so
   * much longer. Many at once are more likely those whom a full air or a busy machine keeps from
   * hearing than those whom multicast does not reach, and a stream to each would fill it more.
   */
  private static final long DOUBT_EACH_NS = 1_000_000_000L;

  private static final long SLOW_NS = 3_000_000_000L;

  private final ChannelLimits limits;
  private final BiConsumer<MeshAddress, Boolean> onSlow;
  private final Map<MeshAddress, Member> members = new TreeMap<>();
  private @Nullable Member acker;
  private long stalledSinceNs = Long.MAX_VALUE;

  MemberTable(ChannelLimits limits, BiConsumer<MeshAddress, Boolean> onSlow) {
    this.limits = limits;
    this.onSlow = onSlow;
  }

  /** Takes a new list; of who is new, nothing from {@code base} on is taken to have arrived. */
  void set(Set<MeshAddress> others, long base, long ownTx, long nowNs) {
    members.keySet().retainAll(others);
    for (MeshAddress other : others) {
      members.computeIfAbsent(other, o -> new Member(o, base, ownTx, nowNs)).paused = false;
    }
    if (acker != null && members.get(acker.address) != acker) {
      acker = null;
    }
  }

  @Nullable Member get(MeshAddress address) {
    return members.get(address);
  }

  Collection<Member> all() {
    return members.values();
  }

  Collection<Member> listening() {
    return members.values().stream().filter(m -> !m.byStream).toList();
  }

  /** Returns the packet below which everything is stored with every member; at most {@code end}. */
  long storedByAll(long end) {
    return members.values().stream().mapToLong(m -> m.stored).reduce(end, Math::min);
  }

  /** Returns up to where packets may be sent when {@code next} is the next one. */
  long windowEnd(long next, long base) {
    long slowest = next;
    for (Member member : listening()) {
      if (!member.slow) {
        slowest = Math.min(slowest, member.received);
      }
    }
    return Math.max(slowest, base) + limits.windowPackets();
  }

  /** Returns the first packet that waits to go for the first time to all, or by stream to some. */
  long firstWaiting(long next, long base, long nowNs) {
    long first = next;
    for (Member member : members.values()) {
      if (member.byStream && !member.slow && nowNs - member.heardNs < SLOW_NS) {
        first = Math.min(first, Math.max(member.streamed, base));
      }
    }
    return first;
  }

  /** Returns after which time all members would have told how far they are. */
  long patienceNs() {
    return Patience.mostNs(members.size());
  }

  /** Returns those who listen and should have said by now that they have everything. */
  List<Member> overdue(long nowNs) {
    long mostNs = patienceNs();
    return members.values().stream()
        .filter(m -> isQuiet(m) && nowNs - m.quietSinceNs() >= mostNs)
        .limit(PacketCodec.MAX_UNHEARD)
        .toList();
  }

  /** Notes who owes us word of what was sent, and since when; says whether any listener does. */
  boolean noteDebts(long next, long ownTx, long nowNs) {
    boolean owed = false;
    for (Member member : members.values()) {
      boolean owes = member.stored < next;
      if (owes && !member.owes) {
        member.owedSinceNs = nowNs;
      } else if (!owes) {
        member.spoke(ownTx);
      }
      member.owes = owes;
      owed |= owes && !member.byStream;
    }
    return owed;
  }

  /** Notes whether the window is what keeps us from sending. */
  void setStalled(boolean stalled, long nowNs) {
    if (!stalled) {
      stalledSinceNs = Long.MAX_VALUE;
    } else if (stalledSinceNs == Long.MAX_VALUE) {
      stalledSinceNs = nowNs;
    }
  }

  /**
   * Sees to those who say nothing, and to those who keep everybody waiting.
   *
   * @return whom to ask how far they are
   */
  List<Member> judge(long next, long ownTx, long nowNs) {
    List<Member> ask = new ArrayList<>();
    for (Member member : members.values()) {
      if (isQuiet(member) && nowNs - quietUntilNs(member) >= 0) {
        if (member.questions < QUESTIONS) {
          member.questions++;
          ask.add(member);
        } else {
          member.serveByStream(ownTx, nowNs);
        }
      } else if (isInTheWay(member, next) && nowNs - inTheWaySinceNs(member) >= SLOW_NS) {
        member.slow = true;
        onSlow.accept(member.address, true);
      }
    }
    return ask;
  }

  /** Returns when to do more about a quiet one: each time after twice as long. */
  private long quietUntilNs(Member member) {
    long doubtNs = member.questions < QUESTIONS ? 0 : doubtNs();
    return member.quietSinceNs() + patienceNs() + (ASK_NS << member.questions) + doubtNs;
  }

  private long doubtNs() {
    return members.values().stream().filter(m -> m.byStream).count() * DOUBT_EACH_NS;
  }

  /** Says whether a member tells that multicast does not reach it, for long enough. */
  boolean isDeaf(Member member, Position position, long ownTx, long nowNs) {
    return member.isDeaf(position, ownTx) && nowNs - member.unheardSinceNs() >= doubtNs();
  }

  private static boolean isQuiet(Member member) {
    return member.owes && !member.byStream;
  }

  private long inTheWaySinceNs(Member member) {
    return Math.max(member.byStream ? member.owedSinceNs : stalledSinceNs, member.movedNs);
  }

  /** Whoever was slow may have caught up. */
  void onMoved(Member member, long next) {
    if (member.slow && member.stored + limits.windowPackets() / 2 >= next) {
      member.slow = false;
      onSlow.accept(member.address, false);
    }
  }

  /** Returns when to {@link #judge}. */
  long deadlineNs(long next) {
    long deadline = Long.MAX_VALUE;
    for (Member member : members.values()) {
      if (isQuiet(member)) {
        deadline = Math.min(deadline, quietUntilNs(member));
      }
      if (isInTheWay(member, next)) {
        deadline = Math.min(deadline, inTheWaySinceNs(member) + SLOW_NS);
      }
    }
    return deadline;
  }

  /** Others wait for it: the window's end, or, by stream, it has been heard and does not get on. */
  private boolean isInTheWay(Member member, long next) {
    if (member.slow) {
      return false;
    } else if (member.byStream) {
      return member.owes && member.heardNs > member.movedNs;
    }
    return stalledSinceNs != Long.MAX_VALUE && member.received + limits.windowPackets() <= next;
  }

  /** Returns who acknowledges transmissions, or null when nobody listens. */
  @Nullable Member acker() {
    if (acker == null || acker.byStream) {
      passAcker();
    }
    return acker;
  }

  /** The acker does not answer: the next listening one in order of address takes its place. */
  void passAcker() {
    Collection<Member> all = listening();
    Member before = acker;
    acker =
        all.stream()
            .filter(m -> before != null && m.address.compareTo(before.address) > 0)
            .findFirst()
            .orElse(all.stream().findFirst().orElse(null));
  }
}
