package io.limpet.invitation.internal.service;

import io.limpet.invitation.internal.wire.Limits;
import io.limpet.link.Bytes;
import io.limpet.link.LinkEvent;
import io.limpet.link.LinkListener;
import io.limpet.link.MeshAddress;
import io.limpet.link.MeshDatagrams;
import io.limpet.link.MeshGroups;
import io.limpet.link.MeshGroups.GroupKey;
import io.limpet.link.MeshLink;
import io.limpet.link.PathState;
import io.limpet.link.Protocol;
import io.limpet.link.SendOutcome;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Channels on a link: to all by its groups, to one in a datagram that begins with the group's
 * identifier.
 */
final class LinkGroupAir implements GroupAir {
  private static final int MAX_UNICAST_PEERS = 4096;

  private final MeshLink link;
  private final LinkListener paths = this::onLinkEvent;
  private final Map<String, Bytes> ids = new HashMap<>();
  private final Map<Bytes, String> activities = new HashMap<>();
  private final Set<MeshAddress> unicast = new HashSet<>();
  private @Nullable Listener listener;

  LinkGroupAir(MeshLink link) {
    this.link = link;
  }

  @Override
  public void start(Listener theListener) {
    listener = theListener;
    link.addListener(paths);
    link.setReceiver(Protocol.GROUP, new Direct());
  }

  @Override
  public void setKeys(String activity, List<GroupKey> keys) {
    Bytes id = ids.computeIfAbsent(activity, LinkGroupAir::groupId);
    activities.put(id, activity);
    link.groups().setGroup(id, keys, new Group(activity));
  }

  @Override
  public void remove(String activity) {
    Bytes id = ids.remove(activity);
    if (id != null) {
      activities.remove(id);
      link.groups().removeGroup(id);
    }
  }

  @Override
  public int maxPacketBytes() {
    return Math.min(Limits.MAX_PACKET, link.groups().maxPayloadBytes());
  }

  @Override
  public SendOutcome multicast(String activity, byte[] packet) {
    Bytes id = ids.get(activity);
    if (id == null) {
      return SendOutcome.NO_CAPACITY;
    }
    return link.groups().send(id, Unpooled.wrappedBuffer(packet));
  }

  @Override
  public SendOutcome direct(String activity, MeshAddress member, byte[] packet) {
    Bytes id = ids.get(activity);
    if (id == null) {
      return SendOutcome.NO_CAPACITY;
    }
    if (MeshGroups.GROUP_ID_BYTES + packet.length > link.maxPayloadBytes(member)) {
      return SendOutcome.TOO_LARGE;
    }
    return link.send(member, Protocol.GROUP, Unpooled.wrappedBuffer(id.toArray(), packet));
  }

  @Override
  public boolean isUnicast(MeshAddress member) {
    return unicast.contains(member);
  }

  @Override
  public void flush() {
    link.flush();
  }

  @Override
  public void close() {
    listener = null;
    link.removeListener(paths);
    List.copyOf(ids.keySet()).forEach(this::remove);
  }

  private void onLinkEvent(LinkEvent event) {
    if (event instanceof LinkEvent.PathChanged changed) {
      if (changed.to() == PathState.UNICAST && unicast.size() < MAX_UNICAST_PEERS) {
        unicast.add(changed.peer());
      } else {
        unicast.remove(changed.peer());
      }
    }
  }

  /**
   * Any length of an identifier becomes one; whoever does not know the activity cannot tell which
   * it is.
   */
  private static Bytes groupId(String activity) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(activity.getBytes(StandardCharsets.UTF_8));
      return Bytes.of(Arrays.copyOf(hash, MeshGroups.GROUP_ID_BYTES));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("each Java platform has SHA-256", e);
    }
  }

  private void deliver(String activity, MeshAddress from, ByteBuf payload) {
    if (listener != null && payload.readableBytes() <= Limits.MAX_PACKET) {
      listener.onPacket(activity, from, ByteBufUtil.getBytes(payload));
    }
  }

  private void delivered() {
    if (listener != null) {
      listener.onBatchComplete();
    }
  }

  private final class Group implements MeshGroups.Receiver {
    private final String activity;

    Group(String activity) {
      this.activity = activity;
    }

    @Override
    public void onDatagram(MeshAddress from, long keyNumber, ByteBuf payload, long ingressNs) {
      deliver(activity, from, payload);
    }

    @Override
    public void onBatchComplete() {
      delivered();
    }
  }

  private final class Direct implements MeshDatagrams.Receiver {
    @Override
    public void onDatagram(MeshAddress from, ByteBuf payload, long ingressNs) {
      if (payload.readableBytes() <= MeshGroups.GROUP_ID_BYTES) {
        return;
      }
      byte[] id = new byte[MeshGroups.GROUP_ID_BYTES];
      payload.readBytes(id);
      String activity = activities.get(Bytes.of(id));
      if (activity != null) {
        deliver(activity, from, payload);
      }
    }

    @Override
    public void onBatchComplete() {
      delivered();
    }
  }
}
