package io.limpet.link.internal.os.platform;

import io.limpet.link.SiteHook;
import io.limpet.link.internal.os.LinkControl;
import io.limpet.link.internal.os.LinkControl.Capability;
import io.limpet.link.internal.os.NetworkMonitor;
import io.limpet.link.internal.os.hook.SiteHookControl;
import io.limpet.link.internal.os.linkd.client.LinkdControl;
import io.limpet.link.internal.os.linux.LinuxDatagramProbe;
import io.limpet.link.internal.os.linux.NetlinkMonitor;
import io.limpet.link.internal.os.linux.PrivilegedLinkControl;
import io.limpet.link.internal.os.linux.ProcessCapabilities;
import io.limpet.link.internal.os.portable.NioDatagramProbe;
import io.limpet.link.internal.os.portable.OrdinaryLinkControl;
import io.limpet.link.internal.os.portable.PollingMonitor;
import io.netty.channel.EventLoop;
import io.netty.channel.IoEventLoop;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandle;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The monitor and the control of one link. Made by any thread, then confined to the event loop.
 *
 * @param monitor not started yet
 * @param control ready; its capabilities have been tried
 */
public record OsLinks(NetworkMonitor monitor, LinkControl control) implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(OsLinks.class);
  private static final Set<Capability> PRIVILEGES =
      Set.of(Capability.WRITE_NEIGHBOURS, Capability.SEND_ARP);
  private static final long POLL_PERIOD_NS = TimeUnit.SECONDS.toNanos(1);

  /**
   * Opens the best that this machine and this process permit. Never fails: what cannot be had is
   * logged with its reason, and something that asks for less takes its place.
   *
   * @param eventLoop the link's; netlink needs one that runs epoll
   * @param privilegedAllowed whether privileges may be used where the process has them
   * @param linkd where the helper daemon listens, asked for what this process may not, or null
   * @param hook the site's own command, or null
   */
  public static OsLinks open(
      EventLoop eventLoop,
      boolean privilegedAllowed,
      @Nullable Path linkd,
      @Nullable SiteHook hook) {
    OsLinks links = openWithoutHook(eventLoop, privilegedAllowed ? linkd : null, privilegedAllowed);
    return hook == null
        ? links
        : new OsLinks(
            links.monitor(),
            new SiteHookControl(
                links.control(), hook, eventLoop, () -> eventLoop.ticker().nanoTime()));
  }

  private static OsLinks openWithoutHook(
      EventLoop eventLoop, @Nullable Path linkd, boolean privilegedAllowed) {
    if (!Epoll.isAvailable()
        || !(eventLoop instanceof IoEventLoop ioEventLoop)
        || !ioEventLoop.isCompatible(EpollIoHandle.class)) {
      LOG.info("no epoll event loop: interfaces are polled, neighbours are not seen");
      return portable(eventLoop);
    }
    try {
      return linux(ioEventLoop, linkd, privilegedAllowed);
    } catch (IOException | LinkageError e) {
      LOG.info("no netlink ({}): interfaces are polled, neighbours are not seen", e.toString());
      return portable(eventLoop);
    }
  }

  /** Says in a few words what is at work, for people who look for a fault. */
  public String kind() {
    Set<Capability> capabilities = control.capabilities();
    return (monitor.seesNeighbours() ? "netlink" : "polling")
        + ", "
        + (capabilities.contains(Capability.WRITE_NEIGHBOURS)
            ? "may write neighbours"
            : "may not write neighbours")
        + ", "
        + (capabilities.contains(Capability.SEND_ARP) ? "may send ARP" : "may not send ARP");
  }

  @Override
  public void close() {
    monitor.close();
    control.close();
  }

  private static OsLinks linux(
      IoEventLoop eventLoop, @Nullable Path linkd, boolean privilegedAllowed) throws IOException {
    NetworkMonitor monitor = new NetlinkMonitor(eventLoop);
    LinkControl control =
        new OrdinaryLinkControl(monitor, new LinuxDatagramProbe(), new SplittableRandom());
    Set<Capability> claimed = privilegedAllowed ? ProcessCapabilities.effective() : Set.of();
    if (!claimed.isEmpty()) {
      control = new PrivilegedLinkControl(claimed, control);
    }
    if (linkd != null && !control.capabilities().containsAll(PRIVILEGES)) {
      control = new LinkdControl(control, eventLoop, linkd);
    }
    return new OsLinks(monitor, control);
  }

  private static OsLinks portable(EventLoop eventLoop) {
    NetworkMonitor monitor = new PollingMonitor(eventLoop, POLL_PERIOD_NS);
    return new OsLinks(
        monitor, new OrdinaryLinkControl(monitor, new NioDatagramProbe(), new SplittableRandom()));
  }
}
