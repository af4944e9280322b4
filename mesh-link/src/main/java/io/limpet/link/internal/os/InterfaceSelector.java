package io.limpet.link.internal.os;

import io.limpet.link.LinkException;
import io.limpet.link.LinkInterface;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Says which interfaces a link uses.
 *
 * <p>Interfaces that are named are used whatever they are, also while they are down; they must
 * exist when the link opens. Without names, an interface is used while it is up with a carrier,
 * does multicast, is not the loopback, has a MAC or at least more than one other end (which leaves
 * out VPN tunnels), and is not enslaved: what a bridge's or a bond's port receives belongs to its
 * master, which is used instead. Bridges, VLANs, veth and TAP interfaces are ordinary Ethernet and
 * are used: a laptop that shares its radio through a bridge must not lose its mesh, and an idle
 * container bridge has no carrier.
 */
public final class InterfaceSelector {
  private final List<String> names;

  /** Takes the names to use; none means every fitting interface. */
  public InterfaceSelector(List<String> names) {
    this.names = List.copyOf(names);
  }

  /**
   * Checks, once at the start, that every named interface exists.
   *
   * @throws LinkException one line that names the missing ones and lists what exists
   */
  public void check(NetworkMonitor monitor) throws LinkException {
    List<String> existing = monitor.interfaces().stream().map(LinkInterface::name).toList();
    List<String> missing = names.stream().filter(name -> !existing.contains(name)).toList();
    if (!missing.isEmpty()) {
      throw new LinkException(
          "no interface "
              + String.join(", ", missing)
              + "; this machine has "
              + monitor.interfaces().stream()
                  .map(i -> i.name() + (i.up() ? "" : " (down)"))
                  .collect(Collectors.joining(", ")));
    }
  }

  /** Returns the interfaces to use now, in the kernel's order. */
  public List<LinkInterface> select(NetworkMonitor monitor) {
    List<LinkInterface> selected = new ArrayList<>();
    for (LinkInterface candidate : monitor.interfaces()) {
      if (accepts(candidate, monitor.detail(candidate.index()))) {
        selected.add(candidate);
      }
    }
    return selected;
  }

  /** Says whether an interface is to be used as it is now. */
  public boolean accepts(LinkInterface candidate, LinkDetail detail) {
    if (!names.isEmpty()) {
      return names.contains(candidate.name());
    }
    return candidate.up()
        && candidate.multicast()
        && !detail.loopback()
        && (candidate.mac() != null || !detail.pointToPoint())
        && !isPort(detail.enslavedAs());
  }

  private static boolean isPort(@Nullable String master) {
    // A VRF's members receive for themselves; ports of all other masters do not.
    return master != null && !master.equals("vrf");
  }
}
