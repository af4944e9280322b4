package io.limpet.link.internal.os.control;

import io.limpet.link.internal.os.LinkControl;
import io.limpet.link.internal.os.LinkControl.Capability;
import io.limpet.link.internal.os.NetworkMonitor;
import java.util.Set;
import java.util.random.RandomGenerator;

/** Chooses how neighbour state is repaired here. */
public final class LinkControls {
  private LinkControls() {}

  /**
   * Makes the best control that this process is allowed, and that its user allows.
   *
   * @param privilegedAllowed false to do only what an ordinary user can, whoever runs it
   */
  public static LinkControl open(
      NetworkMonitor monitor, boolean privilegedAllowed, RandomGenerator random) {
    OrdinaryLinkControl ordinary = new OrdinaryLinkControl(monitor, random);
    Set<Capability> able =
        privilegedAllowed && monitor.seesNeighbours() ? Capabilities.effective() : Set.of();
    return able.isEmpty() ? ordinary : new PrivilegedLinkControl(ordinary, able);
  }
}
