package io.limpet.presence.internal.mdns;

import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is published and heard on one address of one interface, through as many lives of an {@link
 * Instance} as that takes.
 *
 * <p>The instance is asked for little and trusted in nothing: browsing and TXT data are repeated
 * because frames get lost and JmDNS does not repeat them; a service that has a name and no data is
 * asked for again; an instance that has lost its socket or a thread, or does not hear its own
 * service, is buried and another is built, with a back-off.
 *
 * <p>Confined to one thread; time is passed in.
 *
 * @param <R> what a record says
 */
final class Slot<R> {
  /** Most services of one address that are listened to. */
  static final int MAX_SERVICES = 512;

  /** Most instances that may be dying at once; until one is gone no other is built. */
  static final int MAX_BURIALS = 3;

  /** An instance hears itself after about four seconds; after this it never will. */
  static final long OWN_SERVICE_NS = TimeUnit.SECONDS.toNanos(15);

  /** What a new instance has not heard after this of what the old one heard, is gone. */
  static final long RELEARN_NS = TimeUnit.SECONDS.toNanos(20);

  /** An instance that has lived for this long was no failure. */
  static final long HEALTHY_NS = TimeUnit.SECONDS.toNanos(60);

  static final long MIN_BACKOFF_NS = TimeUnit.MILLISECONDS.toNanos(500);
  static final long MAX_BACKOFF_NS = TimeUnit.SECONDS.toNanos(30);
  static final long FIRST_BROWSE_NS = TimeUnit.MILLISECONDS.toNanos(1_500);

  /** Browsing goes on for ever, so it must become rare: multicast costs everybody airtime. */
  static final long MAX_BROWSE_NS = TimeUnit.SECONDS.toNanos(60);

  static final long[] TEXT_REPEATS_NS = {
    TimeUnit.MILLISECONDS.toNanos(2_500), TimeUnit.SECONDS.toNanos(5), TimeUnit.SECONDS.toNanos(10)
  };

  /** What is in doubt and not confirmed after this is gone (RFC 6762, section 10.4). */
  static final long RECONFIRM_NS = TimeUnit.SECONDS.toNanos(10);

  /** A record is not put into doubt more often: each time costs the network a few questions. */
  static final long DOUBT_SPACING_NS = TimeUnit.SECONDS.toNanos(30);

  private static final int MAX_RESOLVES = 6;
  private static final int RESOLVES_AT_ONCE = 4;
  private static final long FIRST_RESOLVE_NS = TimeUnit.MILLISECONDS.toNanos(500);

  private static final Logger log = LoggerFactory.getLogger(Slot.class);

  private final String id;
  private final InetAddress address;
  private final int port;
  private final ServiceKind<R> kind;
  private final Host<R> host;
  private final Directory.Listener<R> listener;
  private final Map<String, Service<R>> services = new LinkedHashMap<>();
  private R own;
  private @Nullable Instance instance;
  private int generation;
  private int failures;
  private long builtNs;
  private long nextBuildNs;
  private long nextBrowseNs;
  private long browseIntervalNs;
  private @Nullable Long ownServiceDueNs;
  private boolean relearning;
  private int textRepeat = TEXT_REPEATS_NS.length;
  private long textSetNs;
  private final AtomicLong dropped = new AtomicLong();

  /** What a slot needs from the thread that runs it. */
  interface Host<R> {
    /** Makes an instance; its events come back by the slot's methods, with this generation. */
    Instance create(int generation, InetAddress address, int port, R own) throws IOException;

    /** Buries an instance on another thread. */
    void bury(Instance instance);

    /** Returns how many burials of this slot are under way. */
    int burials();
  }

  private static final class Service<R> {
    final String name;
    @Nullable R claim;
    int generation;
    int resolves;
    long nextResolveNs;
    @Nullable Long doubtedNs;
    boolean inDoubt;

    Service(String name, long nowNs) {
      this.name = name;
      this.nextResolveNs = nowNs;
    }
  }

  Slot(
      String id,
      InetAddress address,
      int port,
      ServiceKind<R> kind,
      R own,
      Host<R> host,
      Directory.Listener<R> listener,
      long nowNs) {
    this.id = id;
    this.address = address;
    this.port = port;
    this.kind = kind;
    this.own = own;
    this.host = host;
    this.listener = listener;
    this.nextBuildNs = nowNs;
  }

  /** Does what is due. */
  void onTick(long nowNs) {
    Instance current = instance;
    if (current == null) {
      if (nextBuildNs - nowNs <= 0 && host.burials() < maxBurials()) {
        build(nowNs);
      }
      return;
    }
    try {
      if (!current.isAlive()) {
        fail(nowNs, "it has lost its socket or a thread");
      } else if (ownServiceDueNs != null && ownServiceDueNs - nowNs <= 0) {
        fail(nowNs, "it does not hear its own service");
      } else {
        maintain(nowNs, current);
      }
    } catch (RuntimeException e) {
      fail(nowNs, e.toString());
    }
  }

  private int maxBurials() {
    return kind.isNamedAnew() ? MAX_BURIALS : 1;
  }

  /** Publishes another record. */
  void onOwnChanged(long nowNs, R record) {
    if (record.equals(own)) {
      return;
    }
    own = record;
    Instance current = instance;
    if (current != null) {
      textRepeat = 0;
      textSetNs = nowNs;
      try {
        current.setText(kind.encode(own));
      } catch (RuntimeException e) {
        fail(nowNs, e.toString());
      }
    }
  }

  /** Puts a record into doubt: it must be heard again, or it is gone. */
  void onDoubt(long nowNs, String key) {
    Instance current = instance;
    Service<R> service =
        key.startsWith(id + '/') ? services.get(key.substring(id.length() + 1)) : null;
    if (current == null || service == null || service.claim == null) {
      return; // Without an instance all is asked for anew anyway, once there is one.
    }
    Long before = service.doubtedNs;
    if (before != null && nowNs - before < DOUBT_SPACING_NS) {
      return;
    }
    service.doubtedNs = nowNs;
    service.inDoubt = true;
    service.resolves = 1; // The question that JmDNS keeps has been asked.
    service.nextResolveNs = nowNs + FIRST_RESOLVE_NS;
    try {
      current.flush(service.name);
    } catch (RuntimeException e) {
      fail(nowNs, e.toString());
    }
  }

  /** Buries the instance, saying goodbye, and gives up all that was heard. */
  void close() {
    Instance last = instance;
    instance = null;
    generation++;
    if (last != null) {
      host.bury(last);
    }
    services.values().forEach(this::lose);
    services.clear();
  }

  /** Says that a thread of the instance has died of an exception. */
  void onThreadDied(long nowNs, int ofGeneration) {
    if (ofGeneration == generation && instance != null) {
      fail(nowNs, "a thread died");
    }
  }

  /**
   * Returns how many records could not be read, or came from too many services. Safe for any
   * thread.
   */
  long dropped() {
    return dropped.get();
  }

  // ---- what the instance says ----

  void onNamed(long nowNs, int ofGeneration, String name) {
    Instance current = instance;
    if (ofGeneration != generation || current == null) {
      return;
    }
    if (current.isOwn(name)) {
      ownServiceDueNs = null;
      return;
    }
    Service<R> service = service(name, nowNs);
    if (service != null && service.generation != generation && service.resolves >= MAX_RESOLVES) {
      service.resolves = MAX_RESOLVES - 1; // Named again: worth one more question.
      service.nextResolveNs = nowNs;
    }
  }

  void onResolved(long nowNs, int ofGeneration, String name, ServiceKind.Resolved found) {
    Instance current = instance;
    if (ofGeneration != generation || current == null || !kind.isComplete(found)) {
      return; // The first "resolved" often comes without data; the question stays open.
    }
    if (current.isOwn(name)) {
      ownServiceDueNs = null;
      return;
    }
    Service<R> service = service(name, nowNs);
    if (service == null) {
      return;
    }
    R claim = kind.decode(name, address, found).orElse(null);
    service.generation = generation;
    if (claim == null) {
      dropped.incrementAndGet();
    } else if (service.inDoubt || !claim.equals(service.claim)) {
      service.inDoubt = false;
      service.claim = claim;
      listener.onSeen(key(name), claim);
    }
  }

  void onRemoved(long nowNs, int ofGeneration, String name) {
    Instance current = instance;
    if (ofGeneration != generation || current == null) {
      return;
    }
    if (current.isOwn(name)) {
      ownServiceDueNs = nowNs + OWN_SERVICE_NS;
      nextBrowseNs = nowNs;
      return;
    }
    Service<R> service = services.remove(canonical(name));
    if (service != null) {
      lose(service);
      if (service.claim != null) {
        restartBrowsing(nowNs); // A goodbye that is not one must not cost a minute.
      }
    }
  }

  // ---- the instance's life ----

  private void build(long nowNs) {
    generation++;
    try {
      instance = host.create(generation, address, port, own);
    } catch (IOException | RuntimeException e) {
      backOff(nowNs);
      log.info("mDNS on {} did not start: {}", id, e.toString());
      return;
    }
    builtNs = nowNs;
    ownServiceDueNs = nowNs + OWN_SERVICE_NS;
    relearning = !services.isEmpty();
    for (Service<R> service : services.values()) {
      service.resolves = 0; // Ask at once for those that the last instance knew.
      service.nextResolveNs = nowNs;
    }
    textRepeat = 0;
    textSetNs = nowNs;
    restartBrowsing(nowNs);
  }

  private void fail(long nowNs, String reason) {
    Instance dead = instance;
    if (dead == null) {
      return;
    }
    instance = null;
    log.info("mDNS on {} is built anew: {}", id, reason);
    if (builtNs + HEALTHY_NS - nowNs <= 0) {
      failures = 0;
    }
    backOff(nowNs);
    host.bury(dead);
  }

  private void backOff(long nowNs) {
    nextBuildNs = nowNs + Math.min(MAX_BACKOFF_NS, MIN_BACKOFF_NS << Math.min(failures, 10));
    failures++;
  }

  private void maintain(long nowNs, Instance current) {
    if (nextBrowseNs - nowNs <= 0) {
      browseIntervalNs = Math.min(2 * browseIntervalNs, MAX_BROWSE_NS);
      nextBrowseNs = nowNs + browseIntervalNs;
      current.browse();
    }
    if (textRepeat < TEXT_REPEATS_NS.length
        && textSetNs + TEXT_REPEATS_NS[textRepeat] - nowNs <= 0) {
      textRepeat++;
      current.setText(kind.encode(own));
    }
    resolve(nowNs, current);
    if (relearning && builtNs + RELEARN_NS - nowNs <= 0) {
      relearning = false;
      loseIf(service -> service.generation != generation);
    }
    loseIf(service -> isRefuted(service, nowNs));
  }

  private boolean isRefuted(Service<R> service, long nowNs) {
    Long doubtedNs = service.doubtedNs;
    boolean refuted = service.inDoubt && doubtedNs != null && nowNs - doubtedNs >= RECONFIRM_NS;
    if (refuted) {
      log.debug("mDNS on {}: {} was in doubt and did not answer", id, service.name);
    }
    return refuted;
  }

  private void restartBrowsing(long nowNs) {
    browseIntervalNs = FIRST_BROWSE_NS;
    nextBrowseNs = nowNs + FIRST_BROWSE_NS;
  }

  private void resolve(long nowNs, Instance current) {
    List<Service<R>> due = new ArrayList<>(RESOLVES_AT_ONCE);
    for (Service<R> service : services.values()) {
      boolean open = service.claim == null || service.inDoubt || service.generation != generation;
      if (open
          && service.resolves < MAX_RESOLVES
          && service.nextResolveNs - nowNs <= 0
          && due.size() < RESOLVES_AT_ONCE) {
        due.add(service);
      }
    }
    for (Service<R> service : due) {
      service.nextResolveNs = nowNs + (FIRST_RESOLVE_NS << service.resolves);
      service.resolves++;
      current.resolve(service.name, service.resolves > 1);
    }
  }

  private void loseIf(Predicate<Service<R>> gone) {
    Iterator<Service<R>> all = services.values().iterator();
    while (all.hasNext()) {
      Service<R> service = all.next();
      if (gone.test(service)) {
        all.remove();
        lose(service);
      }
    }
  }

  private void lose(Service<R> service) {
    if (service.claim != null) {
      listener.onLost(key(service.name));
    }
  }

  /** Finds or enters a service; null when there are too many. */
  private @Nullable Service<R> service(String name, long nowNs) {
    Service<R> known = services.get(canonical(name));
    if (known != null) {
      return known;
    }
    if (services.size() >= MAX_SERVICES && !dropJunk()) {
      dropped.incrementAndGet();
      return null;
    }
    Service<R> service = new Service<>(name, nowNs);
    services.put(canonical(name), service);
    return service;
  }

  /** Makes room by forgetting a service that never had data to it. */
  private boolean dropJunk() {
    Iterator<Service<R>> all = services.values().iterator();
    while (all.hasNext()) {
      if (all.next().claim == null) {
        all.remove();
        dropped.incrementAndGet();
        return true;
      }
    }
    return false;
  }

  private String key(String name) {
    return id + '/' + canonical(name);
  }

  private static String canonical(String name) {
    return name.toLowerCase(Locale.ROOT); // DNS names are equal in either case.
  }
}
