package io.limpet.invitation.internal.service;

import io.limpet.link.MeshAddress;
import io.limpet.link.MeshGroups.GroupKey;
import io.limpet.link.SendOutcome;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Datagrams in virtual time: they are lost and overtake each other, and only who has the key that
 * sealed one opens it.
 */
final class SimAir implements GroupAir {
  private static final int MAX_PACKET = 1200;
  private static final int MAX_DELAY_NS = 5_000_000;

  private final SimNet net;
  private final MeshAddress self;
  private final Map<String, List<GroupKey>> keys = new HashMap<>();
  private @Nullable Listener listener;

  /** Whether others can open our datagrams, and we theirs, at all. */
  boolean silent;

  /** What went to all. */
  final List<byte[]> multicasts = new ArrayList<>();

  SimAir(SimNet net, MeshAddress self) {
    this.net = net;
    this.self = self;
  }

  @Override
  public void start(Listener theListener) {
    listener = theListener;
  }

  @Override
  public void setKeys(String activity, List<GroupKey> theKeys) {
    keys.put(activity, theKeys);
  }

  @Override
  public void remove(String activity) {
    keys.remove(activity);
  }

  @Override
  public int maxPacketBytes() {
    return MAX_PACKET;
  }

  @Override
  public SendOutcome multicast(String activity, byte[] packet) {
    multicasts.add(packet);
    GroupKey key = keys.getOrDefault(activity, List.of()).stream().findFirst().orElseThrow();
    for (SimNode other : net.around(self)) {
      send(other, activity, packet, key);
    }
    return SendOutcome.SENT;
  }

  @Override
  public SendOutcome direct(String activity, MeshAddress member, byte[] packet) {
    net.around(self).stream()
        .filter(n -> n.address().equals(member))
        .forEach(n -> send(n, activity, packet, null));
    return SendOutcome.SENT;
  }

  private void send(SimNode to, String activity, byte[] packet, @Nullable GroupKey key) {
    if (silent || net.random.nextDouble() < net.lossRate) {
      return;
    }
    net.loop.schedule(
        net.random.nextInt(MAX_DELAY_NS), () -> to.air.take(self, activity, packet.clone(), key));
  }

  private void take(MeshAddress from, String activity, byte[] packet, @Nullable GroupKey key) {
    List<GroupKey> ours = keys.get(activity);
    if (listener != null && ours != null && !silent && (key == null || ours.contains(key))) {
      listener.onPacket(activity, from, packet);
      listener.onBatchComplete();
    }
  }

  @Override
  public boolean isUnicast(MeshAddress member) {
    return true;
  }

  @Override
  public void flush() {
    // Nothing waits here.
  }

  @Override
  public void close() {
    listener = null;
  }
}
