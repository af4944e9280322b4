package io.limpet.presence.internal.mdns;

import io.limpet.link.Bytes;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.MulticastSocket;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.jmdns.JmDNS;
import javax.jmdns.ServiceEvent;
import javax.jmdns.ServiceInfo;
import javax.jmdns.ServiceListener;
import javax.jmdns.impl.DNSCache;
import javax.jmdns.impl.DNSEntry;
import javax.jmdns.impl.DNSRecord;
import javax.jmdns.impl.DNSStatefulObject;
import javax.jmdns.impl.JmDNSImpl;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * JmDNS 3.6.5 behind {@link Instance}.
 *
 * <p>What must be known of it: the first send that fails (an address or a route is gone) makes it
 * "recover", which takes some eleven seconds, usually ends with a closed socket, and tells nobody.
 * In that state {@code close()} returns at once and leaves a non-daemon thread behind. Therefore
 * the state is looked at here instead of waiting for a callback, and {@link #bury} leads the
 * instance out of whichever state it is in before closing it.
 */
final class JmdnsInstance implements Instance {
  private static final Logger log = LoggerFactory.getLogger(JmdnsInstance.class);

  /**
   * JmDNS gives every record one TTL, and by default an hour: a laptop that was shut would haunt
   * every directory for that long. RFC 6762, section 10, wants 120 s for records that name a host.
   * It is read once, when JmDNS is loaded, and counts for the whole process; a value that the
   * application has set stays.
   */
  private static final String TTL_PROPERTY = "net.dns.ttl";

  private static final String TTL_SECONDS = "120";

  /** How often the memory that an instance holds is looked at: that costs a walk over it. */
  private static final long MEMORY_CHECK_NS = TimeUnit.SECONDS.toNanos(2);

  /** A close that works takes two seconds. */
  private static final long CLOSE_NS = TimeUnit.MILLISECONDS.toNanos(2_500);

  /** A recovery takes up to two timeouts of five seconds. */
  private static final long RECOVERY_NS = TimeUnit.SECONDS.toNanos(12);

  private static final long POLL_MS = 100;

  /** A timer's thread ends when it has run what it is at. */
  private static final long THREAD_END_NS = TimeUnit.MILLISECONDS.toNanos(1_000);

  private static final long THREAD_POLL_MS = 10;

  static {
    if (System.getProperty(TTL_PROPERTY) == null) {
      System.setProperty(TTL_PROPERTY, TTL_SECONDS);
    }
  }

  private final String serviceType;
  private final JmDNSImpl dns;
  private final ServiceInfo service;
  private final Relay relay;
  private final ThreadGroup group = Thread.currentThread().getThreadGroup();
  private final @Nullable Thread receiver;
  private final JmdnsMemory memory;
  private long memoryCheckedNs = System.nanoTime();
  private boolean tooLarge;
  private boolean closedOnce;

  private JmdnsInstance(String serviceType, JmDNSImpl dns, ServiceInfo service, Relay relay) {
    this.serviceType = serviceType;
    this.dns = dns;
    this.service = service;
    this.relay = relay;
    this.memory = new JmdnsMemory(dns);
    this.receiver =
        threads().stream()
            .filter(thread -> thread.getName().startsWith("SocketListener"))
            .findFirst()
            .orElse(null);
  }

  static JmdnsInstance create(
      String serviceType,
      InetAddress address,
      String hostLabel,
      String serviceName,
      int port,
      byte[] txt,
      Listener listener)
      throws IOException {
    // With a name in the address JmDNS does not ask a name server, which may take six seconds.
    InetAddress named =
        address instanceof Inet6Address scoped
            ? Inet6Address.getByAddress(hostLabel, address.getAddress(), scoped.getScopeId())
            : InetAddress.getByAddress(hostLabel, address.getAddress());
    JmDNSImpl dns;
    PromptStart.expect(hostLabel);
    try {
      dns = (JmDNSImpl) JmDNS.create(named, hostLabel);
    } finally {
      PromptStart.forget(hostLabel);
    }
    ServiceInfo service = ServiceInfo.create(serviceType, serviceName, port, 0, 0, txt);
    JmdnsInstance instance = new JmdnsInstance(serviceType, dns, service, new Relay(listener));
    try {
      dns.registerService(service);
      dns.addServiceListener(serviceType, instance.relay);
      return instance;
    } catch (IOException | RuntimeException e) {
      instance.bury();
      throw e;
    }
  }

  @Override
  public void browse() {
    dns.removeServiceListener(serviceType, relay);
    dns.addServiceListener(serviceType, relay);
  }

  @Override
  public void resolve(String serviceName, boolean again) {
    // Persistent requests are kept by JmDNS for good: one a service is enough.
    if (!again) {
      memory.onRequestKept();
    }
    dns.requestServiceInfo(serviceType, serviceName, !again, 1);
  }

  @Override
  public void flush(String serviceName) {
    // JmDNS has no call for this, answers questions from its cache, tells nobody what it has told
    // before, and keeps others from answering by listing what it knows. So the cache must forget.
    String fullName = ServiceInfo.create(serviceType, serviceName, 0, "").getQualifiedName();
    DNSCache cache = dns.getCache();
    for (DNSEntry entry : cache.allValues()) {
      if (fullName.equalsIgnoreCase(entry.getName()) || isPointerTo(fullName, entry)) {
        cache.removeDNSEntry(entry);
      }
    }
    browse();
  }

  private static boolean isPointerTo(String fullName, DNSEntry entry) {
    return entry instanceof DNSRecord.Pointer pointer
        && fullName.equalsIgnoreCase(pointer.getServiceInfo().getQualifiedName());
  }

  @Override
  public void setText(byte[] txt) {
    service.setText(txt);
  }

  @Override
  public boolean isOwn(String serviceName) {
    return service.getName().equalsIgnoreCase(serviceName); // JmDNS renames it at a conflict.
  }

  @Override
  public boolean isAlive() {
    MulticastSocket socket = dns.getSocket();
    return socket != null
        && !socket.isClosed()
        && !isEnding(dns)
        && !dns.isClosing()
        && !dns.isClosed()
        && (receiver == null || receiver.isAlive())
        && !isTooLarge();
  }

  /** What neighbours have filled is thrown away with its instance. */
  private boolean isTooLarge() {
    long nowNs = System.nanoTime();
    if (nowNs - memoryCheckedNs >= MEMORY_CHECK_NS) {
      memoryCheckedNs = nowNs;
      tooLarge = memory.heldBytes() > JmdnsMemory.MAX_BYTES;
    }
    return tooLarge;
  }

  private static boolean isEnding(DNSStatefulObject object) {
    return object.isCanceling() || object.isCanceled();
  }

  @Override
  public void bury() {
    try {
      for (int attempt = 0; attempt < 3 && !areThreadsGone(); attempt++) {
        endRecovery();
        if (isEnding(dns)) {
          dns.recoverState(); // It gave up: without this, close() would find nothing to do.
        }
        closedOnce = true;
        close(); // Does nothing if a recovery has begun in between: hence the attempts.
      }
    } catch (RuntimeException e) {
      log.warn("an mDNS instance could not be closed: {}", e.toString());
    }
    if (!areThreadsGone()) {
      log.warn("of an mDNS instance these threads are left: {}", threads());
      closeSocket();
      dns.cancelTimer();
      dns.cancelStateTimer();
    }
  }

  /** Threads that were told to end take a moment; a second close would take two seconds more. */
  private boolean areThreadsGone() {
    long startNs = System.nanoTime();
    while (!threads().isEmpty()) {
      if (!closedOnce || System.nanoTime() - startNs > THREAD_END_NS) {
        return false;
      }
      if (isOver(new CountDownLatch(1), THREAD_POLL_MS)) {
        return false; // Interrupted.
      }
    }
    return true;
  }

  /**
   * Waits until no recovery is under way, for one would undo what is done meanwhile. A receiver
   * without a socket is about to begin one.
   */
  private void endRecovery() {
    long startNs = System.nanoTime();
    while ((isRecovering() || isReceiverDying())
        && System.nanoTime() - startNs < RECOVERY_NS
        && !isOver(new CountDownLatch(1), POLL_MS)) {
      if (isEnding(dns)) {
        closeSocket(); // Without a socket its steps succeed, at once instead of after a timeout.
        advanceToCanceled();
      }
    }
  }

  private boolean isRecovering() {
    return threads().stream().anyMatch(thread -> thread.getName().endsWith(".recover()"));
  }

  private boolean isReceiverDying() {
    MulticastSocket socket = dns.getSocket();
    return receiver != null
        && receiver.isAlive()
        && !isEnding(dns)
        && (socket == null || socket.isClosed());
  }

  private void close() {
    CountDownLatch closed = new CountDownLatch(1);
    Thread closer =
        new Thread(
            () -> {
              dns.close();
              closed.countDown();
            },
            "limpet-mdns-close");
    closer.setDaemon(true);
    closer.start();
    if (!isOver(closed, TimeUnit.NANOSECONDS.toMillis(CLOSE_NS))) {
      // Its goodbyes do not go out: the network is gone. Take it through the rest of its states.
      int attempts = 50;
      do {
        closeSocket();
        advanceToCanceled();
      } while (--attempts > 0 && !isOver(closed, POLL_MS));
    }
  }

  private static boolean isOver(CountDownLatch latch, long ms) {
    try {
      return latch.await(ms, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }

  /** Returns the instance in here, for a test. */
  JmDNSImpl dns() {
    return dns;
  }

  /** Takes the socket away, as a test of the worst does too. */
  void closeSocket() {
    MulticastSocket socket = dns.getSocket();
    if (socket != null) {
      socket.close();
    }
  }

  private void advanceToCanceled() {
    for (ServiceInfo info : List.copyOf(dns.getServices().values())) {
      if (info instanceof DNSStatefulObject stateful) {
        advanceToCanceled(stateful);
      }
    }
    advanceToCanceled(dns);
  }

  private static void advanceToCanceled(DNSStatefulObject object) {
    for (int step = 0; step < 3 && object.isCanceling(); step++) {
      object.advanceState(null);
    }
  }

  /** Finds JmDNS's threads for this instance, by their names: it does not say when one has died. */
  private List<Thread> threads() {
    Thread[] all = new Thread[2 * group.activeCount() + 16];
    int count = group.enumerate(all);
    return Arrays.stream(all, 0, count)
        .filter(thread -> thread.getName().contains(dns.getName()) && thread.isAlive())
        .toList();
  }

  /** Turns JmDNS's events into ours; identity is never in them, only in the TXT data. */
  private static final class Relay implements ServiceListener {
    private final Listener listener;

    Relay(Listener listener) {
      this.listener = listener;
    }

    @Override
    public void serviceAdded(ServiceEvent event) {
      listener.onNamed(event.getName());
    }

    @Override
    public void serviceResolved(ServiceEvent event) {
      ServiceInfo info = event.getInfo();
      if (info != null) {
        listener.onResolved(
            event.getName(),
            new ServiceKind.Resolved(
                Bytes.of(info.getTextBytes()), info.getPort(), List.of(info.getInetAddresses())));
      }
    }

    @Override
    public void serviceRemoved(ServiceEvent event) {
      listener.onRemoved(event.getName());
    }
  }
}
