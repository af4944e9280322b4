package io.limpet.link;

import io.limpet.link.internal.runtime.LinkOpener;

/** The way in: opens links. */
public final class MeshLinks {
  private MeshLinks() {}

  /**
   * Opens a link on this machine's interfaces and starts announcing. Blocks until its sockets are
   * bound (well under a second).
   *
   * @throws LinkException when the home folder, the identity, an interface or the port cannot be
   *     used; the message is one line that says what to do
   */
  public static MeshLink open(LinkConfig config) throws LinkException {
    return LinkOpener.open(config);
  }

  /**
   * Opens a link on a virtual radio, and on nothing else, and starts announcing. No socket of this
   * machine is opened.
   *
   * @throws LinkException when the home folder or the identity cannot be used, or when the
   *     configuration names interfaces and not the radio's; the message is one line that says what
   *     to do
   */
  public static MeshLink open(LinkConfig config, VirtualRadio radio) throws LinkException {
    return LinkOpener.open(config, radio);
  }
}
