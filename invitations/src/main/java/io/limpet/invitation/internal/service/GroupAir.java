package io.limpet.invitation.internal.service;

import io.limpet.link.MeshAddress;
import io.limpet.link.MeshGroups.GroupKey;
import io.limpet.link.SendOutcome;
import java.util.List;

/** How a channel's packets travel in datagrams; simulated in tests. Confined to the loop. */
public interface GroupAir {
  /** Hears what comes. */
  interface Listener {
    /** Takes a packet of a member, or of who says so: the bytes are the listener's own. */
    void onPacket(String activity, MeshAddress from, byte[] packet);

    /** A batch of packets has been delivered. */
    void onBatchComplete();
  }

  /** Begins to deliver. */
  void start(Listener listener);

  /** Says who may hear and be heard: who has the newest of these keys. */
  void setKeys(String activity, List<GroupKey> keys);

  /** Hears and says no more of an activity. */
  void remove(String activity);

  /** Returns the largest packet to all, in bytes; 0: there is no multicast. */
  int maxPacketBytes();

  /** Sends to all who have the key. May wait for {@link #flush()}. */
  SendOutcome multicast(String activity, byte[] packet);

  /** Sends to one. May wait for {@link #flush()}. */
  SendOutcome direct(String activity, MeshAddress member, byte[] packet);

  /** Says whether what goes to this member alone goes by unicast. */
  boolean isUnicast(MeshAddress member);

  /** Sends what waits. */
  void flush();

  /** Delivers no more. */
  void close();
}
