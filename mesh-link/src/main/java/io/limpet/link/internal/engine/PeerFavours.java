package io.limpet.link.internal.engine;

import io.limpet.link.internal.os.LinkControl;
import io.limpet.link.internal.os.LinkControl.Capability;
import io.limpet.link.internal.os.LinkControl.Outcome;
import io.limpet.link.internal.wire.Frames;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * What this node does for a peer whose unicast does not reach it: renews the peer's mapping of our
 * address, twice, because the first may fall into the peer's locktime. Asked too often it does
 * nothing: the plea must not become a lever. Not thread-safe.
 */
final class PeerFavours {
  private static final long MIN_GAP_NS = 2_500_000_000L;
  private static final long SECOND_AFTER_NS = 1_200_000_000L;
  private static final long NEVER = Long.MAX_VALUE;

  private final EngineContext context;
  private final Peer peer;
  private boolean asked;
  private long askedAtNs;
  private int interfaceIndex;
  private long secondNs = NEVER;

  PeerFavours(EngineContext context, Peer peer) {
    this.context = context;
    this.peer = peer;
  }

  /** The peer asks, on this interface. */
  void onPleaseRepair(long nowNs, int onInterface) {
    if (asked && nowNs - askedAtNs < MIN_GAP_NS) {
      return;
    }
    asked = true;
    askedAtNs = nowNs;
    interfaceIndex = onInterface;
    secondNs = nowNs + SECOND_AFTER_NS;
    renew(nowNs);
    peer.wakeAt(secondNs);
  }

  private void renew(long nowNs) {
    LinkPort port = context.ports.get(interfaceIndex);
    if (port == null) {
      return;
    }
    int operations = Announcer.announce(context.control, port);
    if (!peer.isReady()) {
      return;
    }
    Frames.writeRepairDone(context.sender.begin(nowNs, peer, 8), operations);
    context.sender.sendOn(nowNs, peer, peer.selector().everyPath(), true);
  }

  void poll(long nowNs) {
    if (secondNs != NEVER && nowNs - secondNs >= 0) {
      secondNs = NEVER;
      renew(nowNs);
    }
  }

  void reset() {
    secondNs = NEVER;
  }

  long nextDeadlineNs() {
    return secondNs;
  }

  /** Makes peers learn our mapping anew, by the means that this process has. */
  static final class Announcer {
    private Announcer() {}

    /** Returns how many operations were carried out. */
    static int announce(LinkControl control, LinkPort port) {
      int done = 0;
      for (boolean ipv6 : new boolean[] {false, true}) {
        @Nullable InetAddress own = port.ownAddress(ipv6);
        if (own == null) {
          continue;
        }
        Outcome announced =
            control.capabilities(port.nif()).contains(Capability.SEND_ARP)
                ? control.announce(port.nif(), own)
                : null;
        // What was only asked for may be refused yet: then our own kernel's request must do.
        boolean certain = announced != null && announced.done() && announced.later() == null;
        boolean provoked = !certain && control.provokeRequest(port.nif(), own).done();
        if (provoked || (announced != null && announced.done())) {
          done++;
        }
      }
      return done;
    }
  }
}
