package io.limpet.link.internal.os.open;

import io.limpet.link.internal.os.LinkControl;
import io.limpet.link.internal.os.NetworkMonitor;
import io.limpet.link.internal.os.control.LinkControls;
import io.limpet.link.internal.os.netlink.DescriptorPump;
import io.limpet.link.internal.os.netlink.NetlinkMonitor;
import io.limpet.link.internal.os.poll.PollingMonitor;
import io.netty.channel.EventLoop;
import java.util.Locale;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Picks how interfaces are watched and neighbour state is repaired on this machine. */
public final class OsLinks {
  private static final Logger LOG = LoggerFactory.getLogger(OsLinks.class);

  private OsLinks() {}

  /**
   * What was picked.
   *
   * @param monitor not started yet
   * @param control what can be repaired
   * @param kind in words, such as {@code netlink, privileged}
   */
  public record Opened(NetworkMonitor monitor, LinkControl control, String kind) {}

  /** Picks for an event loop; never fails, but does with less. */
  public static Opened open(
      EventLoop eventLoop, boolean privilegedAllowed, RandomGenerator random) {
    NetworkMonitor monitor = monitor(eventLoop);
    LinkControl control = LinkControls.open(monitor, privilegedAllowed, random);
    String kind =
        (monitor.seesNeighbours() ? "netlink" : "polling")
            + (control.capabilities().isEmpty() ? ", ordinary user" : ", privileged");
    return new Opened(monitor, control, kind);
  }

  private static NetworkMonitor monitor(EventLoop eventLoop) {
    if (System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith("linux")) {
      try {
        return new NetlinkMonitor(new DescriptorPump(eventLoop));
      } catch (com.sun.jna.LastErrorException | LinkageError e) {
        LOG.warn("netlink cannot be used ({}): interfaces are polled instead", e.toString());
      }
    }
    return new PollingMonitor(eventLoop);
  }
}
