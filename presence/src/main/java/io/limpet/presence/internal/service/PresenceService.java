package io.limpet.presence.internal.service;

import io.limpet.link.Bytes;
import io.limpet.link.LinkEvent;
import io.limpet.link.LinkListener;
import io.limpet.link.MeshAddress;
import io.limpet.link.MeshLink;
import io.limpet.presence.Acquaintance;
import io.limpet.presence.Person;
import io.limpet.presence.PresenceConfig;
import io.limpet.presence.Roster;
import io.limpet.presence.RosterEvent;
import io.limpet.presence.RosterListener;
import io.limpet.presence.SharedActivity;
import io.limpet.presence.UnknownPersonException;
import io.limpet.presence.internal.announce.Announcement;
import io.limpet.presence.internal.announce.AnnouncementCodec;
import io.limpet.presence.internal.announce.Colours;
import io.limpet.presence.internal.announce.Fingerprint;
import io.limpet.presence.internal.announce.MdnsRecord;
import io.limpet.presence.internal.announce.Text;
import io.limpet.presence.internal.mdns.Directory;
import io.limpet.presence.internal.roster.Finder;
import io.limpet.presence.internal.roster.KnownPeers;
import io.limpet.presence.internal.roster.Moment;
import io.limpet.presence.internal.roster.RosterCore;
import io.limpet.presence.internal.roster.Snapshot;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The roster at work: the core on the link's event loop, the directory and the file beside it.
 *
 * <p>The core and its timers belong to the event loop; other threads read the last {@link
 * Snapshot}.
 */
public final class PresenceService implements Roster {
  /** How often the interfaces are looked at, for a link that goes down announces no address. */
  private static final long RECONCILE_MS = 2_000;

  private static final long CLOSE_MS = 1_000;

  private static final Logger log = LoggerFactory.getLogger(PresenceService.class);

  private final MeshLink link;
  private final EventLoop loop;
  private final RosterCore core;
  private final Inputs inputs;
  private final KnownPeers knownPeers;
  private final KnownPeersKeeper keeper;
  private final ExecutorService disk;
  private final LinkListener linkListener = this::onLinkEvent;
  private final Listeners<RosterListener> listeners = new Listeners<>("the roster");
  private final AtomicBoolean closed = new AtomicBoolean();
  private final Object announcing = new Object();
  private Announcement announcement;
  private volatile Snapshot snapshot = Snapshot.EMPTY;
  private volatile Map<MeshAddress, Acquaintance> acquaintances;
  private volatile @Nullable Directory<MdnsRecord> directory;
  private @Nullable ScheduledFuture<?> timer;
  private long timerNs;
  private @Nullable ScheduledFuture<?> reconciling;

  /** Makes the directory once the first record and the listener for others are there. */
  @FunctionalInterface
  public interface DirectoryFactory {
    /** Makes a directory that publishes a record and reports those of others. */
    Directory<MdnsRecord> create(MdnsRecord own, Directory.Listener<MdnsRecord> listener);
  }

  private PresenceService(MeshLink link, PresenceConfig config, ExecutorService disk) {
    this.link = link;
    this.loop = link.eventLoop();
    this.disk = disk;
    this.inputs = new Inputs(loop, closed, this::flush);
    KnownPeersFile file = new KnownPeersFile(config.home());
    this.knownPeers = file.load();
    this.acquaintances = knownPeers.acquaintances();
    this.keeper = new KnownPeersKeeper(file, knownPeers, loop, disk);
    this.core = new RosterCore(link.localAddress(), knownPeers);
    this.announcement =
        new Announcement(
            Colours.parse(config.colours())
                .orElseThrow(
                    () ->
                        new IllegalArgumentException(
                            "colours are written #rrggbb,#rrggbb, not "
                                + Text.clean(config.colours()))),
            "",
            List.of());
  }

  /** Starts presence. Reads the known peers; all else happens on other threads. */
  public static PresenceService start(
      MeshLink link, PresenceConfig config, DirectoryFactory directories, ExecutorService disk) {
    PresenceService service = new PresenceService(link, config, disk);
    synchronized (service.announcing) {
      link.setAnnouncement(AnnouncementCodec.encode(service.announcement));
    }
    if (config.mdns()) {
      service.directory = directories.create(service.record(), service.directoryListener());
    }
    service.loop.execute(service::listen);
    return service;
  }

  private void listen() {
    if (closed.get()) {
      return;
    }
    link.addListener(linkListener);
    link.peers()
        .whenCompleteAsync(
            (peers, failure) -> {
              if (closed.get()) {
                return;
              }
              if (peers != null) {
                core.onPeers(now(), peers);
                flush();
              } else {
                log.warn("the link does not say whom it knows: {}", String.valueOf(failure));
              }
            },
            loop);
    reconcile();
    reconciling =
        loop.scheduleWithFixedDelay(
            this::reconcile, RECONCILE_MS, RECONCILE_MS, TimeUnit.MILLISECONDS);
  }

  private void reconcile() {
    Directory<MdnsRecord> mdns = directory;
    if (mdns != null) {
      mdns.reconcile(link.interfaces());
    }
  }

  private void reconfirm() {
    Directory<MdnsRecord> mdns = directory;
    String key;
    while ((key = core.pollDoubtedRecord()) != null) {
      if (mdns != null) {
        mdns.reconfirm(key);
      }
    }
  }

  // ---- inputs, on the event loop ----

  private void onLinkEvent(LinkEvent event) {
    if (event instanceof LinkEvent.AddressAdded || event instanceof LinkEvent.AddressRemoved) {
      reconcile();
    } else {
      core.onLinkEvent(now(), event);
      flush();
    }
  }

  private Directory.Listener<MdnsRecord> directoryListener() {
    return new Directory.Listener<>() {
      @Override
      public void onSeen(String key, MdnsRecord claim) {
        inputs.take(() -> core.onRecordSeen(now(), key, claim));
      }

      @Override
      public void onLost(String key) {
        inputs.take(() -> core.onRecordLost(now(), key));
      }
    };
  }

  private Moment now() {
    return new Moment(loop.ticker().nanoTime(), Instant.now());
  }

  /** Passes on what the core has to say. */
  private void flush() {
    snapshot = core.snapshot();
    RosterEvent event;
    while ((event = core.pollEvent()) != null) {
      if (event instanceof RosterEvent.KeyChanged changed) {
        log.warn(
            "{} ({}) does not have the key that this name was first used with",
            changed.person().name(),
            changed.person().address());
      }
      RosterEvent told = event;
      listeners.tell(listener -> listener.onEvent(told));
    }
    reconfirm();
    if (core.pollKnownPeersChanged()) {
      acquaintances = knownPeers.acquaintances();
      keeper.saveSoon();
    }
    schedule();
  }

  private void schedule() {
    OptionalLong deadline = core.nextDeadlineNs();
    ScheduledFuture<?> armed = timer;
    if (deadline.isEmpty() || closed.get()) {
      return; // A timer that fires for nothing does no harm.
    }
    if (armed != null && !armed.isDone() && timerNs - deadline.getAsLong() <= 0) {
      return;
    }
    if (armed != null) {
      armed.cancel(false);
    }
    timerNs = deadline.getAsLong();
    long delayNs = Math.max(0, timerNs - loop.ticker().nanoTime());
    timer = loop.schedule(this::onTimer, delayNs, TimeUnit.NANOSECONDS);
  }

  private void onTimer() {
    timer = null;
    core.onTimer(now());
    flush();
  }

  // ---- the face ----

  @Override
  public List<Person> people() {
    return snapshot.people();
  }

  @Override
  public Optional<Person> person(MeshAddress address) {
    return Optional.ofNullable(snapshot.byAddress().get(address));
  }

  @Override
  public Person find(String nameOrAddress) throws UnknownPersonException {
    return Finder.find(snapshot.people(), nameOrAddress);
  }

  @Override
  public void setActivities(List<SharedActivity> activities) {
    List<SharedActivity> copy = List.copyOf(activities);
    for (SharedActivity activity : copy) {
      if (activity.id().isEmpty()
          || activity.id().length() > Announcement.MAX_ID_CHARS
          || activity.type().length() > Announcement.MAX_TYPE_CHARS) {
        throw new IllegalArgumentException(
            "an activity's id has 1 to 64 characters and its type at most 32: " + activity);
      }
    }
    synchronized (announcing) {
      announce(new Announcement(announcement.colours(), announcement.status(), copy));
    }
  }

  @Override
  public void setStatus(String status) {
    String cut = Text.truncateUtf8(Text.clean(status), Announcement.MAX_STATUS_BYTES);
    synchronized (announcing) {
      announce(new Announcement(announcement.colours(), cut, announcement.activities()));
    }
  }

  private void announce(Announcement next) {
    if (closed.get() || next.equals(announcement)) {
      return;
    }
    announcement = next;
    link.setAnnouncement(AnnouncementCodec.encode(next));
    Directory<MdnsRecord> mdns = directory;
    if (mdns != null) {
      mdns.publish(record());
    }
  }

  private MdnsRecord record() {
    Announcement own;
    synchronized (announcing) {
      own = announcement;
    }
    return new MdnsRecord(
        link.localAddress(),
        Fingerprint.of(link.signingKey()),
        link.nickname(),
        own.colours(),
        own.status(),
        link.epoch(),
        own.activities().stream().map(SharedActivity::id).toList());
  }

  @Override
  public void suspect(MeshAddress peer, String evidence) {
    inputs.take(() -> core.onSuspicion(now(), peer, Text.clean(evidence)));
  }

  @Override
  public Acquaintance acquaintance(MeshAddress address) {
    return acquaintances.getOrDefault(address, Acquaintance.STRANGER);
  }

  @Override
  public CompletionStage<Void> acquaint(MeshAddress address) {
    return onLoop(
        () -> {
          core.onAcquainted(now(), address);
          return keep();
        });
  }

  @Override
  public CompletionStage<String> authenticationString(MeshAddress address) {
    return onLoop(
        () -> {
          Bytes key = core.key(address).orElse(null);
          return key == null
              ? CompletableFuture.failedFuture(unproven(address))
              : CompletableFuture.supplyAsync(
                  () -> AuthenticationString.of(link.signingKey(), key), disk);
        });
  }

  @Override
  public CompletionStage<Person> confirm(MeshAddress address) {
    return onLoop(
        () -> {
          if (core.key(address).isEmpty()) {
            return CompletableFuture.failedFuture(unproven(address));
          }
          if (!core.onConfirmed(now(), address)) {
            return CompletableFuture.failedFuture(
                new IllegalStateException(
                    KnownPeers.MAX_ACQUAINTANCES + " people are verified already"));
          }
          return keep().thenCompose(kept -> personOf(address));
        });
  }

  private CompletionStage<Person> personOf(MeshAddress address) {
    Person person = snapshot.byAddress().get(address);
    return person == null
        ? CompletableFuture.failedFuture(
            new UnknownPersonException(address + " is verified, and not here"))
        : CompletableFuture.completedFuture(person);
  }

  /** Tells of what has changed, and writes it down at once: somebody waits for that. */
  private CompletableFuture<Void> keep() {
    boolean changed = core.pollKnownPeersChanged();
    acquaintances = knownPeers.acquaintances();
    flush();
    return changed || keeper.hasFailed()
        ? keeper.saveNow()
        : CompletableFuture.completedFuture(null);
  }

  private static UnknownPersonException unproven(MeshAddress address) {
    return new UnknownPersonException(
        address + " has never been heard directly: their key is not proven");
  }

  private <T> CompletionStage<T> onLoop(Supplier<CompletionStage<T>> act) {
    CompletableFuture<T> result = new CompletableFuture<>();
    try {
      loop.execute(
          () -> {
            if (closed.get()) {
              result.completeExceptionally(new IllegalStateException("presence is closed"));
              return;
            }
            act.get()
                .whenComplete(
                    (value, failure) -> {
                      if (failure == null) {
                        result.complete(value);
                      } else {
                        result.completeExceptionally(failure);
                      }
                    });
          });
    } catch (RejectedExecutionException e) {
      result.completeExceptionally(e);
    }
    return result;
  }

  @Override
  public void addListener(RosterListener listener) {
    listeners.add(listener);
  }

  @Override
  public void removeListener(RosterListener listener) {
    listeners.remove(listener);
  }

  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    CountDownLatch stopped = new CountDownLatch(1);
    try {
      loop.execute(
          () -> {
            stopListening();
            stopped.countDown();
          });
    } catch (RejectedExecutionException e) {
      log.debug("the event loop has ended before presence");
      stopped.countDown();
    }
    withdraw();
    Directory<MdnsRecord> mdns = directory;
    if (mdns != null) {
      mdns.close();
    }
    try {
      // On the loop itself nothing can be waited for; what is unsaved then was so for a second.
      if (!loop.inEventLoop() && !stopped.await(CLOSE_MS, TimeUnit.MILLISECONDS)) {
        log.warn("the event loop does not answer: newcomers of the last second are not known");
      }
      keeper.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void withdraw() {
    try {
      synchronized (announcing) {
        link.setAnnouncement(Bytes.EMPTY);
      }
    } catch (RuntimeException e) {
      log.debug("the link has ended before presence: {}", e.toString());
    }
  }

  private void stopListening() {
    keeper.saveIfDue();
    link.removeListener(linkListener);
    ScheduledFuture<?> armed = timer;
    if (armed != null) {
      armed.cancel(false);
    }
    ScheduledFuture<?> periodic = reconciling;
    if (periodic != null) {
      periodic.cancel(false);
    }
  }
}
