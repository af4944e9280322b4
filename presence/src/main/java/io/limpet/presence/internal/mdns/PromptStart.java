package io.limpet.presence.internal.mdns;

import java.net.InetAddress;
import java.util.Set;
import java.util.Timer;
import java.util.concurrent.ConcurrentHashMap;
import javax.jmdns.impl.DNSIncoming;
import javax.jmdns.impl.DNSTaskStarter;
import javax.jmdns.impl.JmDNSImpl;
import javax.jmdns.impl.ServiceInfoImpl;
import javax.jmdns.impl.tasks.RecordReaper;
import javax.jmdns.impl.tasks.Responder;
import javax.jmdns.impl.tasks.resolver.ServiceInfoResolver;
import javax.jmdns.impl.tasks.resolver.TypeResolver;
import javax.jmdns.impl.tasks.state.Announcer;
import javax.jmdns.impl.tasks.state.Canceler;
import javax.jmdns.impl.tasks.state.Prober;
import javax.jmdns.impl.tasks.state.Renewer;

/**
 * Gives our JmDNS instances the start that RFC 6762 asks for (sections 8.1 and 8.3): probes 250 ms
 * apart and the announcement 250 ms after the last, instead of a second between each of them. So a
 * new node is announced after about one second, by these timers, instead of four.
 *
 * <p>JmDNS's own caution stays where it is deserved: after a conflict it takes a second between
 * probes. Other instances in the process, an application's own, are left as they are.
 */
final class PromptStart implements DNSTaskStarter {
  private static final int PROBE_MS = 250;
  private static final int ANNOUNCE_SPACING_MS = 1_000;

  /** The host's probing and the first service's; what comes after follows a conflict. */
  private static final int PROMPT_PROBINGS = 2;

  private static final Set<String> starting = ConcurrentHashMap.newKeySet();

  static {
    DNSTaskStarter.Factory.ClassDelegate others = DNSTaskStarter.Factory.classDelegate();
    DNSTaskStarter.Factory.setClassDelegate(
        dns -> {
          if (starting.remove(dns.getName())) {
            return new PromptStart(dns);
          }
          DNSTaskStarter starter = others == null ? null : others.newDNSTaskStarter(dns);
          return starter == null ? new DNSTaskStarterImpl(dns) : starter;
        });
  }

  private final JmDNSImpl dns;
  private final Frugality frugality;
  private final Timer timer;
  private final Timer stateTimer;

  private PromptStart(JmDNSImpl dns) {
    this.dns = dns;
    this.frugality = new Frugality(dns);
    // The fence finds the threads by these names. Neither may keep the process from ending.
    this.timer = new DNSTaskStarterImpl.StarterTimer("JmDNS(" + dns.getName() + ").Timer", true);
    this.stateTimer =
        new DNSTaskStarterImpl.StarterTimer("JmDNS(" + dns.getName() + ").State.Timer", true);
  }

  /** Says that the next instance of this name is ours. */
  static void expect(String hostLabel) {
    starting.add(hostLabel);
  }

  /** Takes that back, if the instance did not come about. */
  static void forget(String hostLabel) {
    starting.remove(hostLabel);
  }

  @Override
  public void startProber() {
    new PromptProber(dns).start(stateTimer);
  }

  @Override
  public void startAnnouncer() {
    new PromptAnnouncer(dns).start(stateTimer);
  }

  @Override
  public void startRenewer() {
    new Renewer(dns).start(stateTimer);
  }

  @Override
  public void startCanceler() {
    new Canceler(dns).start(stateTimer);
  }

  @Override
  public void startReaper() {
    new RecordReaper(dns).start(timer);
  }

  @Override
  public void startServiceInfoResolver(ServiceInfoImpl info) {
    new ServiceInfoResolver(dns, info).start(timer);
  }

  @Override
  public void startTypeResolver() {
    new TypeResolver(dns).start(timer);
  }

  @Override
  public void startServiceResolver(String type) {
    frugality.ask(type, timer);
  }

  @Override
  public void startResponder(DNSIncoming in, InetAddress address, int port) {
    if (frugality.shouldAnswer(in, port)) {
      new Responder(dns, in, address, port).start(timer);
    }
  }

  @Override
  public void purgeTimer() {
    timer.purge();
  }

  @Override
  public void purgeStateTimer() {
    stateTimer.purge();
  }

  @Override
  public void cancelTimer() {
    timer.cancel();
  }

  @Override
  public void cancelStateTimer() {
    stateTimer.cancel();
  }

  /** The probes of the host, or of the service. */
  static final class PromptProber extends Prober {
    PromptProber(JmDNSImpl dns) {
      super(dns);
    }

    @Override
    public void start(Timer timer) {
      JmDNSImpl dns = getDns();
      if (dns.isAnnounced() || dns.getThrottle() >= PROMPT_PROBINGS) {
        super.start(timer);
      } else if (!dns.isCanceling() && !dns.isCanceled()) {
        dns.setThrottle(dns.getThrottle() + 1);
        dns.setLastThrottleIncrement(System.currentTimeMillis());
        timer.schedule(this, JmDNSImpl.getRandom().nextInt(1 + PROBE_MS), PROBE_MS);
      }
    }
  }

  /** The announcements of what has been probed. */
  static final class PromptAnnouncer extends Announcer {
    PromptAnnouncer(JmDNSImpl dns) {
      super(dns);
    }

    @Override
    public void start(Timer timer) {
      JmDNSImpl dns = getDns();
      if (!dns.isCanceling() && !dns.isCanceled()) {
        timer.schedule(this, PROBE_MS, ANNOUNCE_SPACING_MS);
      }
    }
  }
}
