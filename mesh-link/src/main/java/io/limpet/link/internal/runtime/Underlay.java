package io.limpet.link.internal.runtime;

import io.limpet.link.LinkConfig;
import io.limpet.link.internal.os.platform.OsLinks;
import io.netty.channel.EventLoop;

/** What a link stands on: this machine's interfaces and sockets, or a virtual radio. */
interface Underlay {
  /** This machine: UDP sockets on its interfaces, and the kernel's neighbour tables. */
  Underlay MACHINE =
      new Underlay() {
        @Override
        public OsLinks openLinks(EventLoop loop, LinkConfig config) {
          return OsLinks.open(loop, config.privileged(), config.linkd(), config.siteHook());
        }

        @Override
        public InterfacePorts newPorts(
            EventLoop loop, CarrierPort.Listener listener, int groupPort) {
          return new InterfaceSockets(loop, listener, groupPort);
        }
      };

  /** Opens what tells of interfaces and neighbours; on the event loop. */
  OsLinks openLinks(EventLoop loop, LinkConfig config);

  /** Makes the ports of one interface, none of them open yet; on the event loop. */
  InterfacePorts newPorts(EventLoop loop, CarrierPort.Listener listener, int groupPort);
}
