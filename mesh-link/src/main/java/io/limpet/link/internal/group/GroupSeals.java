package io.limpet.link.internal.group;

import io.limpet.link.Bytes;
import io.limpet.link.MeshAddress;
import io.limpet.link.MeshGroups;
import io.limpet.link.MeshGroups.GroupKey;
import io.limpet.link.internal.session.RejectCounters;
import io.limpet.link.internal.session.ReplayWindow;
import io.limpet.link.internal.wire.DatagramBuffer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.util.collection.LongObjectHashMap;
import io.netty.util.collection.LongObjectMap;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Seals and opens the datagrams of all groups of one node. Sans-IO; not thread-safe.
 *
 * <p>Each sender has a key of its own in each of its lives, so that no two ever use one nonce,
 * although none knows what the others have sent. One counter serves all keys: it never goes back
 * while this object lives, whatever becomes of a group meanwhile, and the next life has another
 * epoch.
 */
public final class GroupSeals {
  /** Largest datagram made or taken, in bytes. */
  public static final int MAX_DATAGRAM_BYTES = GroupFormat.MAX_BYTES;

  /** Bytes that sealing adds. */
  public static final int OVERHEAD_BYTES = GroupFormat.OVERHEAD_BYTES;

  private final MeshAddress self;
  private final long epoch;
  private final Map<Bytes, List<HeldKey>> groups = new HashMap<>();
  private final LongObjectMap<HeldKey> byTag = new LongObjectHashMap<>();
  private final byte[] input = new byte[MAX_DATAGRAM_BYTES];
  private final DatagramBuffer sealed;
  private final DatagramBuffer opened;
  private final RejectCounters<GroupReject, Inbound> rejects =
      new RejectCounters<>(GroupReject.class, Inbound.Rejected::new);
  private long counter;

  /** Who is heard. */
  public interface Senders {
    /** Returns who has this lower half of an address, or null when its hello was not heard. */
    @Nullable MeshAddress named(long low);

    /** Returns in which epoch a peer is, by its own signed word, or -1. */
    long epochOf(MeshAddress address);
  }

  /** What a datagram turned out to be. */
  public sealed interface Inbound {
    /**
     * An authentic datagram.
     *
     * @param payload owned by the receiver of this value, who releases it
     */
    record Said(Bytes groupId, MeshAddress from, long keyNumber, ByteBuf payload)
        implements Inbound {}

    /** Not to be handed up. */
    record Rejected(GroupReject reason) implements Inbound {}
  }

  /**
   * Makes the seals of a node without groups.
   *
   * @param epoch this node's epoch, never used before
   */
  public GroupSeals(MeshAddress self, long epoch, ByteBufAllocator allocator) {
    this.self = self;
    this.epoch = epoch;
    this.sealed = new DatagramBuffer(allocator);
    this.opened = new DatagramBuffer(allocator);
  }

  /** Sets the keys of a group, the newest first; what is known of a key that stays is kept. */
  public void set(Bytes groupId, List<GroupKey> keys) {
    if (groupId.length() != MeshGroups.GROUP_ID_BYTES) {
      throw new IllegalArgumentException(
          "a group's identifier has "
              + MeshGroups.GROUP_ID_BYTES
              + " bytes, not "
              + groupId.length());
    }
    if (keys.isEmpty() || keys.size() > MeshGroups.MAX_KEYS) {
      throw new IllegalArgumentException(
          "a group has 1 to " + MeshGroups.MAX_KEYS + " keys, not " + keys.size());
    }
    List<HeldKey> before = groups.getOrDefault(groupId, List.of());
    List<HeldKey> now = new ArrayList<>(keys.size());
    for (GroupKey key : keys) {
      HeldKey held = held(groupId, key, before);
      if (now.stream().noneMatch(other -> other.secret.isSame(held.secret))) {
        now.add(held);
      }
    }
    for (HeldKey old : before) {
      byTag.remove(old.secret.tag());
      if (now.stream().noneMatch(key -> key.secret.isSame(old.secret))) {
        old.secret.wipe();
      }
    }
    now.forEach(key -> byTag.put(key.secret.tag(), key));
    groups.put(groupId, now);
  }

  private static HeldKey held(Bytes groupId, GroupKey key, List<HeldKey> before) {
    GroupSecret secret = new GroupSecret(groupId, key.secret());
    for (HeldKey known : before) {
      if (known.secret.isSame(secret)) {
        secret.wipe();
        return new HeldKey(known, key.number());
      }
    }
    return new HeldKey(groupId, key.number(), secret);
  }

  /** Forgets a group and wipes its secrets. */
  public void remove(Bytes groupId) {
    List<HeldKey> keys = groups.remove(groupId);
    if (keys != null) {
      for (HeldKey key : keys) {
        byTag.remove(key.secret.tag());
        key.secret.wipe();
      }
    }
  }

  /** Forgets all groups. */
  public void clear() {
    List.copyOf(groups.keySet()).forEach(this::remove);
  }

  /**
   * Seals a payload that fits with the newest key of a group; its reader index stays.
   *
   * @return the datagram, which the caller releases, or null when there is no such group
   */
  public @Nullable ByteBuf seal(Bytes groupId, ByteBuf payload) {
    List<HeldKey> keys = groups.get(groupId);
    if (keys == null) {
      return null;
    }
    HeldKey key = keys.get(0);
    int length = payload.readableBytes();
    payload.getBytes(payload.readerIndex(), input, 0, length);
    ByteBuf out = sealed.next(length + OVERHEAD_BYTES);
    long count = counter++;
    int at = out.arrayOffset();
    GroupFormat.writeHeader(out.array(), at, key.secret.tag(), self, epoch, count);
    key.sealing(self, epoch)
        .seal(0, count, input, 0, length, out.array(), at, GroupFormat.HEADER_BYTES);
    return out.writerIndex(length + OVERHEAD_BYTES);
  }

  /** Takes one datagram, whose reader index stays. Never throws on bad input. */
  public Inbound open(ByteBuf datagram, Senders heard) {
    int length = datagram.readableBytes();
    if (length < OVERHEAD_BYTES) {
      return rejects.reject(GroupReject.TOO_SHORT);
    }
    HeldKey key = byTag.get(GroupFormat.tag(datagram));
    if (key == null) {
      return rejects.reject(GroupReject.OTHER_KEY);
    }
    long low = GroupFormat.sender(datagram);
    if (low == self.low()) {
      return rejects.reject(GroupReject.OWN);
    }
    if (length > MAX_DATAGRAM_BYTES) {
      return rejects.reject(GroupReject.TOO_LONG);
    }
    MeshAddress from = heard.named(low);
    if (from == null) {
      return rejects.reject(GroupReject.UNKNOWN_SENDER);
    }
    long theirEpoch = heard.epochOf(from);
    if (!GroupFormat.isOfEpoch(datagram, theirEpoch)) {
      return rejects.reject(GroupReject.OTHER_EPOCH);
    }
    if (GroupFormat.counter(datagram) < 0) {
      return rejects.reject(GroupReject.MALFORMED);
    }
    return open(datagram, key, from, theirEpoch, heard);
  }

  private Inbound open(
      ByteBuf datagram, HeldKey key, MeshAddress from, long theirEpoch, Senders heard) {
    long count = GroupFormat.counter(datagram);
    HeldKey.Sender sender = key.sender(from, theirEpoch);
    ReplayWindow.Verdict verdict = sender.window.check(count);
    if (verdict != ReplayWindow.Verdict.FRESH) {
      boolean seen = verdict == ReplayWindow.Verdict.SEEN;
      return rejects.reject(seen ? GroupReject.DUPLICATE : GroupReject.TOO_OLD);
    }
    int length = datagram.readableBytes();
    datagram.getBytes(datagram.readerIndex(), input, 0, length);
    ByteBuf payload = opened.next(length - OVERHEAD_BYTES);
    boolean authentic =
        sender.opening.open(
            0,
            count,
            input,
            GroupFormat.HEADER_BYTES,
            length,
            payload.array(),
            payload.arrayOffset());
    if (!authentic || !key.remember(from, sender, heard::epochOf)) {
      payload.release();
      return rejects.reject(authentic ? GroupReject.TOO_MANY_SENDERS : GroupReject.BAD_TAG);
    }
    sender.window.mark(count);
    payload.writerIndex(length - OVERHEAD_BYTES);
    return new Inbound.Said(key.groupId, from, key.number, payload);
  }

  /** Returns how many datagrams were not handed up for a reason. */
  public long rejected(GroupReject reason) {
    return rejects.count(reason);
  }

  /** Returns how many senders are remembered, of all keys. */
  int senderCount() {
    int count = 0;
    for (List<HeldKey> keys : groups.values()) {
      count += keys.stream().mapToInt(HeldKey::senderCount).sum();
    }
    return count;
  }
}
