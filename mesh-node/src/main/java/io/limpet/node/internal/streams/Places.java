package io.limpet.node.internal.streams;

import io.limpet.link.MeshAddress;
import java.util.HashMap;
import java.util.Map;

/** Places that peers share, so that none of them takes all. Confined to one loop. */
public final class Places {
  private final int max;
  private final int maxOfPeer;
  private final Map<MeshAddress, Integer> ofPeer = new HashMap<>();
  private int taken;

  /**
   * None is taken yet.
   *
   * @param max how many there are, 1 and more
   * @param maxOfPeer how many of them one peer may have
   */
  public Places(int max, int maxOfPeer) {
    this.max = max;
    this.maxOfPeer = maxOfPeer;
  }

  /** Takes a place for a peer; false if there is none. */
  public boolean take(MeshAddress peer) {
    int has = ofPeer.getOrDefault(peer, 0);
    if (taken >= max || has >= maxOfPeer) {
      return false;
    }
    taken++;
    ofPeer.put(peer, has + 1);
    return true;
  }

  /** Gives back a place that the peer took. */
  public void give(MeshAddress peer) {
    taken--;
    ofPeer.computeIfPresent(peer, (p, has) -> has > 1 ? has - 1 : null);
  }
}
