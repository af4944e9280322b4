package io.limpet.link.internal.os.hook;

import io.limpet.link.Bytes;
import io.limpet.link.LinkInterface;
import io.limpet.link.LinkPrivileges;
import io.limpet.link.LinkPrivileges.Operation;
import io.limpet.link.LinkPrivileges.Way;
import io.limpet.link.MeshAddress;
import io.limpet.link.SiteHook;
import io.limpet.link.internal.os.ForwardingLinkControl;
import io.limpet.link.internal.os.LinkControl;
import java.net.InetAddress;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;

/** Runs the site hook in this process; the rest is another control's. */
public final class SiteHookControl extends ForwardingLinkControl {
  private final HookRunner runner;
  private final LongSupplier clock;
  private Runnable onNews = () -> {};

  /**
   * Adds a hook to a control.
   *
   * @param clock gives the time in nanoseconds
   */
  public SiteHookControl(LinkControl next, SiteHook hook, Executor eventLoop, LongSupplier clock) {
    super(next);
    this.runner = new HookRunner(hook, eventLoop, () -> onNews.run());
    this.clock = clock;
  }

  @Override
  public Set<Capability> capabilities() {
    return with(next.capabilities());
  }

  @Override
  public Set<Capability> capabilities(LinkInterface on) {
    return with(next.capabilities(on));
  }

  private static Set<Capability> with(Set<Capability> rest) {
    Set<Capability> all = EnumSet.of(Capability.SITE_HOOK);
    all.addAll(rest);
    return all;
  }

  @Override
  public LinkPrivileges privileges() {
    LinkPrivileges rest = next.privileges();
    return rest.and(Set.of(Operation.SITE_HOOK), Way.IN_PROCESS, rest.detail());
  }

  @Override
  public void listen(Runnable listener) {
    onNews = listener;
    super.listen(listener);
  }

  @Override
  public Outcome runSiteHook(LinkInterface on, InetAddress ip, Bytes mac, MeshAddress peer) {
    return runner.run(clock.getAsLong(), on.name(), mac, ip, peer);
  }

  @Override
  public void close() {
    runner.close();
    super.close();
  }
}
