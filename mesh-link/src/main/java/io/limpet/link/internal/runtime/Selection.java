package io.limpet.link.internal.runtime;

import io.limpet.link.LinkConfig;
import io.limpet.link.LinkException;
import io.limpet.link.LinkInterface;
import java.util.List;
import java.util.stream.Collectors;

/** Whether the interfaces that a configuration names can be used at all. */
final class Selection {
  private Selection() {}

  /** A named interface has to exist, though it may be down for now; without names one has to do. */
  static void check(LinkConfig config, List<LinkInterface> all) throws LinkException {
    String existing = all.stream().map(LinkInterface::name).collect(Collectors.joining(", "));
    for (String name : config.interfaces()) {
      LinkInterface nif =
          all.stream().filter(some -> some.name().equals(name)).findFirst().orElse(null);
      if (nif == null) {
        throw new LinkException("no interface is called \"" + name + "\"; there are: " + existing);
      }
      if (!nif.multicast()) {
        throw new LinkException(
            "interface " + name + " cannot do multicast; choose another of: " + existing);
      }
    }
    if (config.interfaces().isEmpty() && all.stream().noneMatch(InterfaceBinder::isUsable)) {
      throw new LinkException(
          "no usable interface: none of "
              + existing
              + " is up with an address and multicast; bring one up, or name one to wait for");
    }
  }
}
