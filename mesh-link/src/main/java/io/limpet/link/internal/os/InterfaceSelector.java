package io.limpet.link.internal.os;

import io.limpet.link.LinkException;
import io.limpet.link.LinkInterface;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Decides which interfaces a link uses. Pure. */
public final class InterfaceSelector {
  private InterfaceSelector() {}

  /**
   * Says whether an interface is fit for a mesh when nobody named it: it is up, has a hardware
   * address, and does multicast. Bridges and veth pairs are as fit as radios.
   */
  public static boolean isFit(LinkInterface candidate) {
    return candidate.up() && candidate.multicast() && candidate.mac() != null;
  }

  /** Says whether a link that was given these names uses an interface. */
  public static boolean isWanted(LinkInterface candidate, List<String> named) {
    return named.isEmpty() ? isFit(candidate) : named.contains(candidate.name());
  }

  /**
   * Returns the interfaces that a link begins with. A named one that is down now is kept: it may
   * come up.
   *
   * @throws LinkException if a named one does not exist, or cannot do multicast
   */
  public static List<LinkInterface> select(List<LinkInterface> all, List<String> named)
      throws LinkException {
    if (named.isEmpty()) {
      return all.stream().filter(InterfaceSelector::isFit).toList();
    }
    List<LinkInterface> chosen = new ArrayList<>();
    for (String name : named) {
      LinkInterface found =
          all.stream().filter(i -> i.name().equals(name)).findFirst().orElse(null);
      if (found == null) {
        throw new LinkException(
            "there is no interface '"
                + name
                + "': this machine has "
                + all.stream().map(LinkInterface::name).collect(Collectors.joining(", ")));
      }
      if (!found.multicast()) {
        throw new LinkException(
            "interface '" + name + "' cannot do multicast: choose another with --interface");
      }
      chosen.add(found);
    }
    return chosen;
  }
}
