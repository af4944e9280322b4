package io.limpet.presence.internal.mdns;

import io.limpet.link.LinkInterface;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The fence around JmDNS: a {@link Slot} for every interface and address in use, none of which can
 * stop another.
 *
 * @param <R> what a record says
 */
public final class MdnsFence<R> implements Directory<R> {
  /** Closing takes two seconds where the network works; where it does not, it is not waited for. */
  private static final long CLOSE_MS = 4_500;

  private static final int MAX_SLOTS = 16;
  private static final int MAX_ADDRESSES = 4;

  private static final Logger log = LoggerFactory.getLogger(MdnsFence.class);

  private final ServiceKind<R> kind;
  private final Instance.Factory factory;
  private final int port;
  private final Listener<R> listener;
  private final ThreadGroup threads = new Threads();
  private final Map<SlotKey, SlotRunner<R>> slots = new LinkedHashMap<>();
  private final List<CompletableFuture<Void>> leaving = new ArrayList<>();
  private R own;
  private boolean closed;

  /** An address of an interface: when either is another, nothing of the old can be used. */
  private record SlotKey(int index, String name, InetAddress address) {
    String id() {
      return name + '(' + index + ") " + address.getHostAddress();
    }
  }

  /** Hears of JmDNS's threads that die of an exception: JmDNS itself does not. */
  private final class Threads extends ThreadGroup {
    Threads() {
      super("limpet-mdns");
    }

    @Override
    public void uncaughtException(Thread thread, Throwable e) {
      log.warn("thread {} died: {}", thread.getName(), e.toString());
      for (SlotRunner<R> slot : runners()) {
        slot.onThreadDied(thread.getName());
      }
    }
  }

  /**
   * Makes a fence without any interface yet.
   *
   * @param kind what is published and browsed
   * @param own published first
   * @param port the port to publish
   */
  public MdnsFence(ServiceKind<R> kind, R own, int port, Listener<R> listener) {
    this(kind, own, port, listener, JmdnsInstance::create);
  }

  MdnsFence(ServiceKind<R> kind, R own, int port, Listener<R> listener, Instance.Factory factory) {
    this.kind = kind;
    this.own = own;
    this.port = port;
    this.listener = listener;
    this.factory = factory;
  }

  @Override
  public synchronized void publish(R record) {
    own = record;
    slots.values().forEach(slot -> slot.publish(record));
  }

  @Override
  public synchronized void reconfirm(String key) {
    slots.forEach(
        (where, slot) -> {
          if (key.startsWith(where.id() + '/')) {
            slot.reconfirm(key);
          }
        });
  }

  @Override
  public synchronized void reconcile(List<LinkInterface> interfaces) {
    if (closed) {
      return;
    }
    List<SlotKey> wanted = wanted(interfaces);
    Iterator<Map.Entry<SlotKey, SlotRunner<R>>> all = slots.entrySet().iterator();
    while (all.hasNext()) {
      Map.Entry<SlotKey, SlotRunner<R>> slot = all.next();
      if (!wanted.contains(slot.getKey())) {
        all.remove();
        log.debug("mDNS leaves {}", slot.getKey().id());
        leaving.removeIf(CompletableFuture::isDone);
        leaving.add(slot.getValue().close());
      }
    }
    for (SlotKey key : wanted) {
      if (slots.size() < MAX_SLOTS && !slots.containsKey(key)) {
        log.debug("mDNS joins {}", key.id());
        SlotRunner<R> slot =
            new SlotRunner<>(key.id(), key.address(), port, kind, own, threads, factory, listener);
        slots.put(key, slot);
        slot.start();
      }
    }
  }

  /**
   * Each IPv4 address of an interface, and one IPv6 link-local address: a neighbour may have either
   * only, and they do not hear each other.
   */
  private static List<SlotKey> wanted(List<LinkInterface> interfaces) {
    List<SlotKey> wanted = new ArrayList<>();
    for (LinkInterface each : interfaces) {
      if (!each.up() || !each.multicast()) {
        continue;
      }
      Stream<InetAddress> ipv4 =
          each.addresses().stream().filter(Inet4Address.class::isInstance).limit(MAX_ADDRESSES);
      Stream<InetAddress> ipv6 =
          each.addresses().stream()
              .filter(a -> a instanceof Inet6Address && a.isLinkLocalAddress())
              .limit(1);
      Stream.concat(ipv4, ipv6)
          .forEach(address -> wanted.add(new SlotKey(each.index(), each.name(), address)));
    }
    return wanted;
  }

  private synchronized List<SlotRunner<R>> runners() {
    return List.copyOf(slots.values());
  }

  /** Returns how many records were dropped because they could not be read or were too many. */
  public long droppedRecords() {
    return runners().stream().mapToLong(SlotRunner::dropped).sum();
  }

  /** Returns how many instances have been built on the interfaces of now. */
  public int builds() {
    return runners().stream().mapToInt(SlotRunner::builds).sum();
  }

  @Override
  public void close() {
    List<CompletableFuture<Void>> closing;
    synchronized (this) {
      closed = true;
      slots.values().forEach(slot -> leaving.add(slot.close()));
      slots.clear();
      closing = List.copyOf(leaving);
    }
    try {
      CompletableFuture.allOf(closing.toArray(CompletableFuture<?>[]::new))
          .get(CLOSE_MS, TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      log.info("mDNS is not closed everywhere yet; what is left ends by itself");
    } catch (ExecutionException e) {
      log.warn("mDNS was not closed cleanly", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
