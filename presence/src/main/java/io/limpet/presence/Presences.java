package io.limpet.presence;

import io.limpet.link.MeshLink;

/** The way in: starts presence on a link. */
public final class Presences {
  private Presences() {}

  /** Starts announcing and listening. Returns at once; mDNS starts on its own thread. */
  public static Roster start(MeshLink link, PresenceConfig config) {
    throw new UnsupportedOperationException("not built yet: " + link + config);
  }
}
